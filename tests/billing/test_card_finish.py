"""A card arrives, in every order, through every door; the stand-in is Stripe."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from billing import card_finish, card_setups, cards, gateway
from billing.card_finish import Outcome, finish_setup
from billing.card_requests import revoke_request
from billing.card_setups import WayBack, start_setup
from billing.cards import detach_leftovers, refresh_card, remove_card
from billing.mandates import withdraw_mandate
from billing.models import Card, CardRequest, CardSetup, Mandate, StripeCustomer
from billing.reconcile import reconcile_setups
from billing.terms import terms_of
from clients.actions import issue_link
from clients.models import LinkPurpose
from notifications.models import OutgoingEmail
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from practice.models import Practice
from relationships.models import Relationship
from tests.billing.fixtures import BY, card_of, go_to_stripe
from tests.concurrency import at_once
from tests.factories import CardFactory, RelationshipFactory, TherapySessionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def setup(client, asked, relationship, stripe) -> CardSetup:
    """The payer ticked and is at Stripe's page."""
    return go_to_stripe(client, asked, relationship)


def finish(setup) -> Outcome:
    return finish_setup(setup=CardSetup.objects.get(pk=setup.pk), now=timezone.now())


def is_attached(stripe_id) -> bool:
    card = gateway.read_card(stripe_id)
    return bool(card and card.customer_id)


def only_customers_card(setup) -> str:
    return card_of(setup).id


def nothing_was_kept():
    return not Card.objects.exists() and not Mandate.objects.exists()


def test_open_until_the_card_is_there_then_saved_once(setup, stripe):
    assert finish(setup) == Outcome.OPEN
    stripe.save_card(setup.url)
    assert finish(setup) == Outcome.SAVED
    assert finish(setup) == Outcome.ALREADY_SAVED
    customer = StripeCustomer.objects.get()
    client = gateway._client()
    default = client.v1.customers.retrieve(customer.stripe_id).invoice_settings
    assert default
    assert default.default_payment_method == Card.objects.get().stripe_id


def test_a_customer_tells_stripe_nothing_of_the_appointments(setup, relationship):
    customer = gateway._client().v1.customers.retrieve(StripeCustomer.objects.get().stripe_id)
    assert customer.metadata
    assert customer.metadata["client_id"] == str(relationship.payer_id)
    said = str(customer).casefold()
    for word in (relationship.therapist.name, relationship.attendee.first_name, "therap"):
        assert word.casefold() not in said


def test_all_at_once_save_one_card(setup, stripe):
    stripe.save_card(setup.url)
    answers = at_once([lambda: finish(setup)] * 5)
    assert sorted(answers) == [Outcome.ALREADY_SAVED] * 4 + [Outcome.SAVED]
    assert Card.objects.count() == Mandate.objects.count() == 1
    assert OutgoingEmail.objects.filter(name="card_saved").count() == 1


def test_another_links_reference_is_not_believed(setup, stripe, monkeypatch):
    monkeypatch.setattr(CardSetup, "reference", "card-link-0")
    stripe.save_card(setup.url)
    assert finish(setup) == Outcome.REJECTED
    assert nothing_was_kept()
    assert not is_attached(only_customers_card(setup))
    assert finish(setup) == Outcome.REJECTED


def test_another_customers_card_is_not_believed(setup, stripe):
    StripeCustomer.objects.update(stripe_id="cus_other")
    stripe.save_card(setup.url)
    assert finish(setup) == Outcome.REJECTED
    assert nothing_was_kept()


def test_a_card_that_somebody_saved_properly_is_never_detached(setup, stripe):
    stripe.save_card(setup.url)
    stripe_id = only_customers_card(setup)
    CardFactory(stripe_id=stripe_id)
    StripeCustomer.objects.update(stripe_id="cus_other")
    assert finish(setup) == Outcome.REJECTED
    assert is_attached(stripe_id)


def test_a_card_for_presence_only_is_not_kept(setup, stripe, monkeypatch):
    stripe.save_card(setup.url)
    read = gateway.read_setup_visit

    def on_session(page_id):
        return replace(read(page_id), is_for_off_session=False)

    monkeypatch.setattr(gateway, "read_setup_visit", on_session)
    assert finish(setup) == Outcome.REJECTED
    assert nothing_was_kept()


def test_only_cards_are_asked_for(setup):
    page = gateway._client().v1.checkout.sessions.retrieve(setup.stripe_id)
    assert page.allowed_payment_method_types == ["card"]


def test_what_is_no_card_is_not_kept(setup, stripe, monkeypatch):
    stripe.save_card(setup.url)
    stripe_id = only_customers_card(setup)
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "_card", lambda method: None)
        assert finish(setup) == Outcome.REJECTED
    assert nothing_was_kept()
    assert not is_attached(stripe_id)


def test_revoked_while_stripe_was_asked(setup, asked, stripe, monkeypatch):
    """The last look is under the lock: between the first look and it, staff revoked the link."""
    stripe.save_card(setup.url)
    make_default = gateway.make_default

    def revoked_meanwhile(**names):
        make_default(**names)
        revoke_request(request=asked, by=BY, now=timezone.now())

    monkeypatch.setattr(gateway, "make_default", revoked_meanwhile)
    assert finish(setup) == Outcome.REJECTED
    assert nothing_was_kept()
    assert not is_attached(only_customers_card(setup))


def test_a_payer_who_may_not_be_contacted_keeps_no_card(setup, asked, stripe):
    type(asked.payer).objects.update(state="DECEASED")
    stripe.save_card(setup.url)
    assert finish(setup) == Outcome.REJECTED


def test_what_ended_meanwhile_gets_no_agreement(setup, relationship, stripe):
    stripe.save_card(setup.url)
    now = timezone.now()
    type(relationship).objects.update(ended_at=now, ended_by=BY, end_reason="MISTAKE")
    assert finish(setup) == Outcome.SAVED
    assert not Mandate.objects.exists()
    assert CardRequest.objects.get().status == "REVOKED"


def test_a_tick_changed_while_stripe_was_asked_counts(
    setup, relationship, asked, stripe, monkeypatch
):
    """What was ticked is read under the lock: it changes between the look at Stripe and it."""
    other = RelationshipFactory(payer=relationship.payer)
    stripe.save_card(setup.url)
    make_default = gateway.make_default

    def ticked_meanwhile(**names):
        make_default(**names)
        setup.agreements.update(relationship=other, text="The other one.")

    stale = CardSetup.objects.prefetch_related("agreements").get(pk=setup.pk)
    monkeypatch.setattr(gateway, "make_default", ticked_meanwhile)
    assert finish_setup(setup=stale, now=timezone.now()) == Outcome.SAVED
    assert [(one.relationship, one.text) for one in Mandate.objects.all()] == [
        (other, "The other one.")
    ]


@pytest.fixture
def again(asked, relationship):
    """Press once more, with these ticks."""

    def press(*ticked, link=None, now=None):
        now = now or timezone.now()
        practice = Practice.current()
        people = Relationship.objects.with_people().filter(pk__in=[one.pk for one in ticked])
        return start_setup(
            link=link or asked.link,
            ticked=terms_of(people, now=now, practice=practice),
            back=WayBack(done_url="http://localhost/done/", cancelled_url="http://localhost/no/"),
            now=now,
        )

    return press


def test_a_tick_that_comes_too_late_changes_nothing(
    setup, again, relationship, stripe, monkeypatch
):
    """The card is saved by the webhook between the look at Stripe and the writing of the ticks."""
    other = RelationshipFactory(payer=relationship.payer)

    def finished_meanwhile(**names):
        stripe.save_card(setup.url)
        finish(setup)
        return Outcome.OPEN

    monkeypatch.setattr(card_setups, "finish_setup", finished_meanwhile)
    assert again(other) == "http://localhost/done/"
    assert [tick.relationship for tick in setup.agreements.all()] == [relationship]


@pytest.mark.parametrize("is_own", [True, False])
def test_a_card_that_came_just_before_its_page_was_closed_is_kept(
    setup, again, asked, relationship, stripe, monkeypatch, is_own
):
    expire = gateway.expire_setup_page

    def saved_just_before(page_id):
        if not Card.objects.exists():
            stripe.save_card(setup.url)
        expire(page_id)

    monkeypatch.setattr(gateway, "expire_setup_page", saved_just_before)
    link = issue_link(client=asked.payer, purpose=LinkPurpose.YOUR_CARD, now=setup.created_at)
    later = setup.expires_at - timedelta(minutes=10)
    address = again(relationship, now=later) if is_own else again(link=link)
    assert (address == "http://localhost/done/") is is_own
    assert Card.objects.get().client == asked.payer
    assert Mandate.objects.get().relationship == relationship
    assert CardSetup.objects.get(pk=setup.pk).status == "COMPLETE"


@pytest.mark.postgres
def test_ticking_and_finishing_at_once_wait_for_each_other(
    setup, again, relationship, stripe, monkeypatch
):
    """Neither holds the visit while it waits for a relationship."""
    other = RelationshipFactory(payer=relationship.payer)
    stripe.save_card(setup.url)
    monkeypatch.setattr(card_setups, "finish_setup", lambda **names: Outcome.OPEN)
    tell = card_finish._close

    def slowly(*args, **names):
        time.sleep(0.3)
        return tell(*args, **names)

    monkeypatch.setattr(card_finish, "_close", slowly)
    answers = at_once([lambda: finish(setup), lambda: again(other)])
    assert answers[0] == Outcome.SAVED
    assert isinstance(answers[1], str)


def test_sessions_that_stayed_with_the_payer_get_a_narrowed_agreement(setup, relationship, stripe):
    stripe.save_card(setup.url)
    now = timezone.now()
    TherapySessionFactory(relationship=relationship)
    type(relationship).objects.update(ended_at=now, ended_by=BY, end_reason="THERAPY_ENDED")
    assert finish(setup) == Outcome.SAVED
    assert Mandate.objects.get().narrowed_at
    assert CardRequest.objects.get().status == "DONE"


def test_killed_between_stripes_answer_and_our_commit(setup, stripe, monkeypatch):
    stripe.save_card(setup.url)
    with monkeypatch.context() as patch:
        patch.setattr(card_finish, "_tell", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            finish(setup)
    assert nothing_was_kept()
    assert reconcile_setups(now=timezone.now() + timedelta(minutes=2)) == 1
    assert Card.objects.count() == Mandate.objects.count() == 1


def test_killed_before_a_foreign_card_was_noted_as_rejected(setup, asked, stripe, monkeypatch):
    stripe.save_card(setup.url)
    revoke_request(request=asked, by=BY, now=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(card_finish, "_settle", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            finish(setup)
    reconcile_setups(now=timezone.now() + timedelta(minutes=2))
    assert CardSetup.objects.get().status == "REJECTED"
    assert not is_attached(only_customers_card(setup))


def test_the_reconciler_finishes_what_no_webhook_told(setup, stripe):
    now = timezone.now()
    stripe.save_card(setup.url)
    assert reconcile_setups(now=now) == 0
    assert reconcile_setups(now=now + timedelta(minutes=2)) == 1
    assert Card.objects.exists()
    assert reconcile_setups(now=now + timedelta(minutes=9)) == 0


def test_the_reconciler_asks_ever_more_rarely(setup, stripe):
    at = setup.created_at + timedelta(minutes=2)
    asked_times = 0
    while at < setup.created_at + timedelta(hours=10):
        asked_times += reconcile_setups(now=at)
        at += timedelta(minutes=1)
    assert 5 < asked_times < 40


def test_the_reconciler_closes_the_page_of_a_revoked_link(setup, asked, stripe):
    revoke_request(request=asked, by=BY, now=timezone.now())
    reconcile_setups(now=timezone.now() + timedelta(minutes=2))
    assert CardSetup.objects.get().status == "EXPIRED"
    assert stripe.save_card(setup.url) == ""


def test_the_reconciler_waits_while_stripe_is_away(setup, stripe):
    stripe.save_card(setup.url)
    stripe.switch("faults", kind="error", count=20, verb="GET", path="/v1/")
    assert reconcile_setups(now=timezone.now() + timedelta(minutes=2)) == 0
    stripe.switch("faults/clear")
    assert reconcile_setups(now=timezone.now() + timedelta(minutes=9)) == 1
    assert Card.objects.exists()


def saved_card(setup, stripe) -> Card:
    stripe.save_card(setup.url)
    finish(setup)
    return Card.objects.default().get()


def test_a_new_card_takes_the_old_ones_place(client, setup, asked, relationship, stripe):
    old = saved_card(setup, stripe)
    RelationshipFactory(payer=relationship.payer)
    link = asked.payer.links.get(purpose="YOUR_CARD")
    answer = client.post(f"/l/your-card/{link.token}/")
    back = stripe.save_card(answer["Location"], "5555555555554444")
    assert "Your card is saved" in client.get(back).content.decode()
    old.refresh_from_db()
    assert (old.is_default, old.detached_at is None) == (False, False)
    assert not is_attached(old.stripe_id)
    assert Card.objects.default().get().label == "Mastercard ···· 4444"
    assert Mandate.objects.live().count() == 1


def test_removal_withdraws_detaches_and_tells(setup, relationship, stripe):
    card = saved_card(setup, stripe)
    by = Actor.client(relationship.payer_id)
    assert remove_card(client=relationship.payer, by=by, now=timezone.now()) == card
    assert remove_card(client=relationship.payer, by=by, now=timezone.now()) is None
    assert not is_attached(card.stripe_id)
    card.refresh_from_db()
    assert card.detached_at
    assert not Mandate.objects.live().exists()
    names = list(OutgoingEmail.objects.values_list("name", flat=True))
    assert names.count("card_removed") == names.count("card_removed_notice") == 1
    assert AuditEvent.objects.filter(action="card.remove").count() == 1


def test_removal_holds_while_stripe_is_away(setup, relationship, stripe):
    card = saved_card(setup, stripe)
    stripe.switch("faults", kind="error", count=10, path="/v1/payment_methods", effect=False)
    remove_card(client=relationship.payer, by=BY, now=timezone.now())
    assert not Card.objects.default().exists()
    assert is_attached(card.stripe_id)
    stripe.switch("faults/clear")
    stripe.switch("idempotency/forget")
    detach_leftovers(now=timezone.now())
    assert not is_attached(card.stripe_id)
    assert not Card.objects.attached().exists()


def test_a_new_expiry_is_followed(setup, stripe):
    card = saved_card(setup, stripe)
    stripe.switch(
        "payment-methods/update", payment_method=card.stripe_id, exp_year=2041, last4="1881"
    )
    refresh_card(stripe_id=card.stripe_id, now=timezone.now())
    card.refresh_from_db()
    assert (card.exp_year, card.last4) == (2041, "1881")


def test_a_card_taken_away_at_stripe_is_not_charged_any_more(setup, stripe):
    card = saved_card(setup, stripe)
    stripe.switch("payment-methods/detach", payment_method=card.stripe_id)
    for _ in range(2):
        refresh_card(stripe_id=card.stripe_id, now=timezone.now())
    assert not Card.objects.attached().exists()
    assert Mandate.objects.live().exists()
    notice = OutgoingEmail.objects.get(name="card_removed_notice")
    assert "is no longer on file" in " ".join(notice.text.split())
    assert "has removed" not in notice.text + notice.html


def test_a_card_that_took_its_place_meanwhile_is_not_taken_away(
    setup, relationship, stripe, monkeypatch
):
    """Between the look at Stripe and the lock the payer saved another card."""
    card = saved_card(setup, stripe)
    read = gateway.read_card

    def replaced_meanwhile(stripe_id):
        Card.objects.update(is_default=False)
        CardFactory(client=relationship.payer)
        return read(stripe_id)

    stripe.switch("payment-methods/detach", payment_method=card.stripe_id)
    monkeypatch.setattr(gateway, "read_card", replaced_meanwhile)
    refresh_card(stripe_id=card.stripe_id, now=timezone.now())
    assert Card.objects.default().get() != card
    assert not OutgoingEmail.objects.filter(name="card_removed_notice").exists()
    card.refresh_from_db()
    assert card.detached_at


def test_removing_and_finishing_at_once_leave_no_charge_without_agreement(
    setup, relationship, stripe
):
    saved_card(setup, stripe)
    payer = relationship.payer
    mandate = Mandate.objects.get()
    at_once(
        [
            lambda: cards.remove_card(client=payer, by=BY, now=timezone.now()),
            lambda: withdraw_mandate(mandate=mandate, by=BY, now=timezone.now()),
        ]
    )
    assert not Card.objects.default().exists()
    assert not Mandate.objects.live().exists()
