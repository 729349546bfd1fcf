from datetime import date

import pytest

from billing.card_requests import request_card
from billing.models import CardRequest
from clients.models import AccessLink
from notifications.models import OutgoingEmail
from practice.refusals import Refused
from tests.factories import BY, RelationshipFactory
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


class TestAnotherAddress:
    def change(self, relationship, now, email):
        return change_client(
            client_id=relationship.payer_id,
            changes={"email": email},
            user=relationship.therapist,
            now=now,
        )

    def test_links_mailed_to_the_old_one_end(self, relationship, now):
        asked = request_card(payer=relationship.payer, by=BY, now=now)
        self.change(relationship, now, "right@example.com")
        assert not AccessLink.objects.get(pk=asked.link_id).is_usable(now)

    def test_the_new_one_is_asked(self, relationship, now):
        asked = request_card(payer=relationship.payer, by=BY, now=now)
        self.change(relationship, now, "right@example.com")
        again = CardRequest.objects.open().get()
        assert again.pk != asked.pk
        assert OutgoingEmail.objects.latest("pk").to == "right@example.com"

    def test_whoever_pays_by_card_keeps_one(self, relationship, now):
        with pytest.raises(Refused, match="pays by card"):
            self.change(relationship, now, "")
        relationship.payer.refresh_from_db()
        assert relationship.payer.email
