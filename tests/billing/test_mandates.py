"""Agreements given, recorded, narrowed, withdrawn and disputed."""

import pytest
from django.db import transaction
from django.utils import timezone

from billing.card_requests import close_request_if_done
from billing.mandates import (
    agree_by_link,
    dispute_mandate,
    end_mandate,
    lock_cards,
    lock_cards_of,
    record_mandate,
    withdraw_mandate,
)
from billing.models import CardRequest, Mandate, MandateManner
from billing.rules import usable_card
from billing.terms import terms_of
from notifications.models import OutgoingEmail
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from practice.models import Practice
from practice.refusals import Refused
from relationships.models import Relationship
from sessions.models import TherapySession
from tests.billing.fixtures import BY
from tests.factories import (
    CardFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mails():
    return list(OutgoingEmail.objects.order_by("pk").values_list("name", flat=True))


def record(relationship, manner=MandateManner.PHONE, **options):
    return record_mandate(relationship=relationship, manner=manner, by=BY, now=NOW, **options)


def terms(*relationships):
    people = Relationship.objects.with_people().filter(pk__in=[one.pk for one in relationships])
    return terms_of(people, now=NOW, practice=Practice.current())


def test_recorded_by_staff_is_confirmed_by_mail(relationship):
    CardFactory(client=relationship.payer)
    mandate = record(relationship)
    assert mandate.not_right_link.purpose == "NOT_RIGHT"
    assert "may charge my card for the appointments of" in mandate.text
    assert mails() == ["agreement_recorded"]
    assert usable_card(relationship, on=NOW.date())
    assert AuditEvent.objects.filter(action="mandate.give").exists()


def test_the_caller_may_confirm_in_a_mail_of_its_own(relationship):
    CardFactory(client=relationship.payer)
    assert record(relationship, is_confirmed_by_mail=False).not_right_link
    assert mails() == []


def test_recording_twice_is_recording_once(relationship):
    CardFactory(client=relationship.payer)
    assert record(relationship) == record(relationship)
    assert mails() == ["agreement_recorded"]


def test_without_a_card_one_is_asked_for(relationship):
    record(relationship)
    assert CardRequest.objects.get().status == "OPEN"
    assert mails() == ["agreement_recorded", "add_your_card"]


def test_closes_the_request(asked, relationship):
    CardFactory(client=relationship.payer)
    record(relationship)
    asked.refresh_from_db()
    assert asked.status == "DONE"


def test_says_nothing_of_a_card_where_there_is_none(relationship):
    record(relationship)
    mail = OutgoingEmail.objects.get(name="agreement_recorded")
    for text in (mail.text, mail.html):
        assert "()" not in text
        assert "your card may pay" in " ".join(text.split())


def test_the_therapist_hears_of_each_agreement(relationship):
    """Also of one that was withdrawn and given again, with the same card."""
    CardFactory(client=relationship.payer)
    for _ in range(2):
        (given,) = agree_by_link(payer=relationship.payer, ticked=terms(relationship), now=NOW)
        agree_by_link(payer=relationship.payer, ticked=terms(relationship), now=NOW)
        withdraw_mandate(mandate=given, by=BY, now=NOW)
    assert mails() == ["card_arrived", "card_arrived"]


def test_several_payers_cards_are_locked_in_one_statement(practice, django_assert_num_queries):
    cards = [CardFactory() for _ in range(3)]
    CardFactory(is_default=False, detached_at=NOW)
    CardFactory()
    with transaction.atomic(), django_assert_num_queries(1):
        assert lock_cards_of(card.client_id for card in reversed(cards)) == cards
    with transaction.atomic():
        assert lock_cards(cards[0].client) == cards[:1]


def test_the_whole_agreement_takes_the_place_of_a_narrowed_one(relationship):
    narrowed = MandateFactory(relationship=relationship, narrowed_at=NOW)
    mandate = record(relationship)
    narrowed.refresh_from_db()
    assert narrowed.withdrawn_at
    assert mandate.narrowed_at is None


@pytest.mark.parametrize("trait", [{"ended": True}, {"by_invoice": True}, {"payer__email": ""}])
def test_refused_where_there_is_nothing_to_agree_to(practice, trait):
    with pytest.raises(Refused):
        record(RelationshipFactory(**trait))
    assert not Mandate.objects.exists()


def test_nobody_agrees_for_somebody_else(relationship):
    with pytest.raises(Refused):
        agree_by_link(payer=relationship.attendee, ticked=terms(relationship), now=NOW)


def test_ending_narrows_or_withdraws(practice):
    for is_narrowed in (True, False):
        mandate = MandateFactory()
        for _ in range(2):
            end_mandate(relationship=mandate.relationship, is_narrowed=is_narrowed, by=BY, now=NOW)
        mandate.refresh_from_db()
        assert (mandate.narrowed_at is not None) is is_narrowed
        assert (mandate.withdrawn_at is None) is is_narrowed


@pytest.fixture
def stayed(asked, relationship):
    """The relationship ended, nobody had agreed, and a session stayed with its payer."""
    TherapySessionFactory(relationship=relationship)
    Relationship.objects.update(ended_at=NOW, ended_by=BY, end_reason="THERAPY_ENDED")
    relationship.refresh_from_db()
    end_mandate(relationship=relationship, is_narrowed=True, by=BY, now=NOW)
    return relationship


def test_for_sessions_that_stayed_the_payer_still_is_asked(stayed, asked):
    asked.refresh_from_db()
    assert asked.status == "OPEN"
    assert asked.link.is_usable(NOW)
    CardFactory(client=stayed.payer)
    (given,) = agree_by_link(payer=stayed.payer, ticked=terms(stayed), now=NOW)
    assert given.narrowed_at
    assert "that are booked already" in given.text
    assert agree_by_link(payer=stayed.payer, ticked=terms(stayed), now=NOW) == [given]
    asked.refresh_from_db()
    assert asked.status == "DONE"
    assert "card_arrived" not in mails(), "nothing new can be booked"


def test_nobody_is_asked_any_more_once_what_stayed_is_gone(stayed, asked):
    TherapySession.objects.update(
        status="CANCELLED_BY_THERAPIST", cancelled_at=NOW, cancelled_by=BY
    )
    close_request_if_done(payer=stayed.payer, by=BY, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "REVOKED"
    with pytest.raises(Refused, match="nothing to agree to"):
        record(stayed)


def test_a_withdrawal_by_the_payer_is_told_to_the_therapist_once(relationship):
    mandate = MandateFactory(relationship=relationship)
    for _ in range(2):
        withdraw_mandate(mandate=mandate, by=Actor.client(mandate.payer_id), now=NOW)
    assert mails() == ["agreement_withdrawn"]
    mandate.refresh_from_db()
    assert mandate.withdrawn_by == Actor.client(mandate.payer_id)


def test_a_dispute_stops_charges_and_tells_the_therapist_once(relationship):
    CardFactory(client=relationship.payer)
    mandate = record(relationship)
    for _ in range(2):
        dispute_mandate(mandate=mandate, now=NOW)
    assert usable_card(relationship, on=NOW.date()) is None
    assert mails() == ["agreement_recorded", "agreement_disputed"]
