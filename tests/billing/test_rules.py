"""Who may be charged, what people read about it, and at how many statements."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from billing.rules import card_statuses, chargeable_card, usable_card, why_cannot_book
from clients.models import ClientState
from tests.billing.fixtures import BY
from tests.factories import AccessLinkFactory, CardFactory, MandateFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()


def agreed(**fields):
    relationship = RelationshipFactory(**fields)
    MandateFactory(relationship=relationship)
    return relationship


def ask(payer):
    link = AccessLinkFactory(client=payer)
    return payer.card_requests.create(link=link, requested_at=NOW, requested_by=BY)


def test_a_usable_card_needs_card_and_agreement(practice):
    relationship = agreed()
    assert usable_card(relationship, on=TODAY) is None
    card = CardFactory(client=relationship.payer)
    assert usable_card(relationship, on=TODAY) == card
    other = RelationshipFactory(payer=relationship.payer)
    assert usable_card(other, on=TODAY) is None
    assert chargeable_card(relationship.payer, on=TODAY) == card


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: CardFactory._meta.model.objects.update(exp_year=2026, exp_month=10),
        lambda r: CardFactory._meta.model.objects.update(is_default=False),
        lambda r: r.mandates.update(narrowed_at=NOW),
        lambda r: r.mandates.update(withdrawn_at=NOW, withdrawn_by=BY),
        lambda r: r.mandates.update(payer=r.attendee),
        lambda r: setattr(r, "flagged_at", NOW),
        lambda r: setattr(r.payer, "state", ClientState.DECEASED),
        lambda r: setattr(r.payer, "state", ClientState.DO_NOT_CONTACT),
    ],
)
def test_what_makes_a_card_unusable(practice, spoil):
    relationship = agreed()
    CardFactory(client=relationship.payer)
    assert usable_card(relationship, on=TODAY)
    spoil(relationship)
    assert usable_card(relationship, on=TODAY) is None
    assert why_cannot_book(relationship, now=NOW, practice=practice)


def test_another_persons_card_is_never_usable(practice):
    relationship = agreed()
    CardFactory(client=relationship.attendee)
    assert usable_card(relationship, on=TODAY) is None


def test_a_card_is_good_until_the_last_day_of_its_month():
    relationship = agreed()
    CardFactory(client=relationship.payer, exp_year=2026, exp_month=11)
    assert usable_card(relationship, on=date(2026, 11, 30))
    assert usable_card(relationship, on=date(2026, 12, 1)) is None


def status(relationship, practice):
    return card_statuses([relationship], now=NOW, practice=practice)[relationship.pk]


def test_every_status_in_words(practice):
    relationship = RelationshipFactory()
    payer = relationship.payer
    assert status(relationship, practice).label == "No card"
    ask(payer)
    assert status(relationship, practice).label == "Asked on Tue 24 Nov"
    card = CardFactory(client=payer)
    assert status(relationship, practice).label == "Waiting for agreement"
    MandateFactory(relationship=relationship)
    assert status(relationship, practice).label == "On file Visa ···· 4242"
    type(card).objects.update(exp_year=2026, exp_month=12)
    assert status(relationship, practice).label == "Expires soon"
    type(card).objects.update(exp_year=2026, exp_month=10)
    assert status(relationship, practice).label == "Expired"
    type(relationship).objects.update(flagged_at=NOW)
    assert status(relationship, practice).label == "Charges stopped"


def test_not_by_card(practice):
    assert status(RelationshipFactory(by_invoice=True), practice).label == "By invoice"
    free = RelationshipFactory(payment_method="NOT_AT_ALL", not_paid_reason="Pro bono")
    assert status(free, practice).label == "Not paid"
    assert why_cannot_book(free, now=NOW, practice=practice) == ""


def test_a_restarted_relationship_waits_although_a_narrowed_agreement_lives(practice):
    relationship = RelationshipFactory()
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship, narrowed_at=NOW)
    assert status(relationship, practice).kind == "waiting"


def test_why_not_in_words(practice):
    ended = RelationshipFactory(ended=True)
    assert "has ended" in why_cannot_book(ended, now=NOW, practice=practice)
    relationship = RelationshipFactory(payer__first_name="Jo", payer__last_name="Rivers")
    why = why_cannot_book(relationship, now=NOW, practice=practice)
    assert why == "Jo Rivers has no payment card on file yet."
    CardFactory(client=relationship.payer)
    assert "has not agreed yet" in why_cannot_book(relationship, now=NOW, practice=practice)
    MandateFactory(relationship=relationship)
    assert why_cannot_book(relationship, now=NOW, practice=practice) == ""


@pytest.mark.parametrize("number", [1, 3])
def test_statuses_take_one_statement(practice, number, django_assert_num_queries):
    relationships = [agreed() for _ in range(number)]
    for one in relationships:
        CardFactory(client=one.payer)
        ask(one.payer)
    with django_assert_num_queries(1):
        card_statuses(relationships, now=timezone.now(), practice=practice)
    by_invoice = RelationshipFactory(by_invoice=True)
    with django_assert_num_queries(0):
        card_statuses([by_invoice], now=NOW, practice=practice)
