"""Each constraint, violated once, says a sentence."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import (
    Card,
    CardRequest,
    CardSetup,
    CardSetupAgreement,
    Mandate,
    StripeCustomer,
    StripeEvent,
)
from practice.audit.actor import Actor
from tests.factories import (
    AccessLinkFactory,
    CardFactory,
    ClientFactory,
    MandateFactory,
    RelationshipFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BY = Actor.system("tests")


def refuses(row, name, sentence):
    """The database refuses to keep it, and validation says why."""
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=row.pk is None)
    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()
    assert sentence in refusal.value.messages
    assert name in {constraint.name for constraint in row._meta.constraints}


def card(**fields):
    return CardFactory.build(**{"client": ClientFactory(), **fields})


def request_(payer, **fields):
    link = AccessLinkFactory(client=payer)
    return CardRequest(payer=payer, link=link, requested_at=NOW, requested_by=BY, **fields)


def setup(client, **fields):
    values = {
        "stripe_id": f"cs_{client.pk}_{CardSetup.objects.count()}",
        "url": "https://checkout.stripe.com/c/pay/x",
        "text_version": "1",
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
        "next_check_at": NOW,
    }
    link = AccessLinkFactory(client=client)
    return CardSetup(client=client, link=link, **{**values, **fields})


def test_one_default_card():
    first = CardFactory()
    refuses(
        card(client=first.client),
        "card_one_default",
        "Another card is already the one that is charged.",
    )
    card(client=first.client, is_default=False).save()


def test_a_removed_card_is_not_the_default():
    refuses(
        card(detached_at=NOW),
        "card_default_is_attached",
        "A removed card cannot be the one that is charged.",
    )


def test_one_live_mandate():
    first = MandateFactory()
    again = MandateFactory.build(relationship=first.relationship, payer=first.payer)
    refuses(again, "mandate_one_live", "The payer has already agreed.")
    again.withdrawn_at, again.withdrawn_by = NOW, BY
    again.save()


@pytest.mark.parametrize("half", [{"withdrawn_at": NOW}, {"withdrawn_by": BY}])
def test_a_withdrawal_is_complete(half):
    relationship = RelationshipFactory()
    mandate = MandateFactory.build(relationship=relationship, payer=relationship.payer, **half)
    refuses(mandate, "mandate_withdrawal_is_complete", "A withdrawal needs a time and a person.")


def test_one_open_request():
    payer = ClientFactory()
    request_(payer).save()
    refuses(request_(payer), "card_request_one_open", "This payer has already been asked.")
    request_(payer, status="DONE", closed_at=NOW).save()


@pytest.mark.parametrize("half", [{"status": "DONE"}, {"closed_at": NOW}])
def test_a_closed_request_has_a_time(half):
    refuses(
        request_(ClientFactory(), **half),
        "card_request_closed_has_time",
        "A closed request needs a time.",
    )


def test_one_open_setup():
    payer = ClientFactory()
    setup(payer).save()
    refuses(setup(payer), "card_setup_one_open", "A page to add a card is already open.")
    setup(payer, status="EXPIRED").save()


def test_a_setup_expires_after_it_is_made():
    refuses(
        setup(ClientFactory(), expires_at=NOW),
        "card_setup_expires_after_creation",
        "A page at Stripe must expire after it is made.",
    )


def test_a_relationship_is_ticked_once():
    relationship = RelationshipFactory()
    visit = setup(relationship.payer)
    visit.save()
    CardSetupAgreement.objects.create(setup=visit, relationship=relationship, text="I agree.")
    refuses(
        CardSetupAgreement(setup=visit, relationship=relationship, text="I agree."),
        "card_setup_agreement_once",
        "This relationship is ticked already.",
    )


@pytest.mark.parametrize(
    "rows",
    [
        lambda: (CardFactory(stripe_id="pm_1"), card(stripe_id="pm_1")),
        lambda: (
            StripeCustomer.objects.create(client=ClientFactory(), stripe_id="c", created_at=NOW),
            StripeCustomer(client=ClientFactory(), stripe_id="c", created_at=NOW),
        ),
        lambda: (
            setup(ClientFactory(), stripe_id="cs").save(),
            setup(ClientFactory(), stripe_id="cs"),
        ),
        lambda: (
            StripeEvent.objects.create(
                id="evt_1", type="x", payload={}, received_at=NOW, next_try_at=NOW
            ),
            StripeEvent(id="evt_1", type="x", payload={}, received_at=NOW, next_try_at=NOW),
        ),
    ],
)
def test_what_stripe_names_is_kept_once(rows):
    _, again = rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_words():
    assert str(Card(brand="Visa", last4="4242")) == "Visa ···· 4242"
    assert Card(exp_month=3, exp_year=2028).expiry == "03/2028"
    assert Mandate.objects.live().whole().count() == 0
