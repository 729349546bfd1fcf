"""Numbers as people read them."""

import pytest
from phonenumber_field.phonenumber import PhoneNumber

from practice.wording import say_number


@pytest.mark.parametrize(
    ("number", "words"),
    [("+441174960122", "0117 496 0122"), ("+4930901820", "+49 30 901820")],
)
def test_only_numbers_from_abroad_have_a_countrys_code(number, words) -> None:
    assert say_number(PhoneNumber.from_string(number)) == words
