from datetime import date

import pytest

from tests.factories import RelationshipFactory
from workflows.change_client import change_client


@pytest.fixture
def own(therapist):
    return RelationshipFactory(therapist=therapist, first_party=True)


def correct(own, now, born_on):
    return change_client(
        client_id=own.attendee_id,
        changes={"date_of_birth": born_on},
        user=own.therapist,
        now=now,
    )


def test_too_young_after_all_stops_charges_until_decided(own, now):
    assert correct(own, now, date(now.year - 15, 1, 1)) == [own]
    own.refresh_from_db()
    assert own.flagged_at == now
    assert own.is_open


def test_corrected_again_charges_go_on(own, now):
    correct(own, now, date(now.year - 15, 1, 1))
    assert correct(own, now, date(now.year - 30, 1, 1)) == []
    own.refresh_from_db()
    assert own.flagged_at is None


def test_somebody_elses_payments_are_not_touched(relationship, now):
    assert correct(relationship, now, date(now.year - 15, 1, 1)) == []
