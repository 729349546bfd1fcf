"""The rules' sentences."""

import pytest

from relationships.rules import ordinal


@pytest.mark.parametrize(
    ("age", "words"),
    [(10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"), (16, "16th"), (21, "21st")],
)
def test_birthdays_are_counted_as_people_do(age, words) -> None:
    assert ordinal(age) == words
