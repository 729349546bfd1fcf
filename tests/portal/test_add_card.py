"""The link page, the way to Stripe and back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.card_finish import finish_setup
from billing.card_requests import request_card, revoke_request
from billing.mandates import agree_by_link
from billing.models import Card, CardRequest, CardSetup, Mandate
from notifications.models import OutgoingEmail
from portal.views import add_card
from tests.billing.fixtures import BY, go_to_stripe, ticks, url_of
from tests.factories import CardFactory, MandateFactory, RelationshipFactory, TherapySessionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_says_who_asks_what_is_charged_and_when(client, asked, relationship):
    TherapySessionFactory(relationship=relationship)
    page = client.get(url_of(asked))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Hello Jo." in text
    assert relationship.therapist.name in text
    assert relationship.attendee.name in text
    assert "£80.00" in text
    assert "48 hours before it starts" in text
    assert "(London time)" in text
    assert "may charge my card" in text


def test_is_kept_out_of_caches_referrers_and_search(client, asked):
    page = client.get(url_of(asked))
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert not page.cookies


def test_looking_changes_nothing(client, asked, stripe):
    before = [*CardRequest.objects.values(), *OutgoingEmail.objects.values("pk")]
    for path in ("", "back/", "cancelled/", "not-me/"):
        client.get(url_of(asked) + path)
    client.get(f"/l/new-link/{asked.link.token}/")
    assert before == [*CardRequest.objects.values(), *OutgoingEmail.objects.values("pk")]
    assert not CardSetup.objects.exists()
    assert not Mandate.objects.exists()
    assert stripe.requests() == []


def test_nothing_ticked_is_said_and_goes_nowhere(client, asked):
    page = client.post(url_of(asked), {"agree": ["999", "x"]})
    assert page.status_code == 422
    assert "Tick what you agree to pay for." in page.content.decode()
    assert not CardSetup.objects.exists()


def test_a_good_card_is_saved(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    back = stripe.save_card(setup.url)
    assert back.endswith(f"/l/card/{asked.link.token}/back/")
    page = client.get(back)
    assert "Your card is saved" in page.content.decode()
    card = Card.objects.get()
    assert (card.client, card.label, card.is_default) == (asked.payer, "Visa ···· 4242", True)
    mandate = Mandate.objects.get()
    assert (mandate.relationship, mandate.payer, mandate.manner) == (
        relationship,
        asked.payer,
        "LINK",
    )
    assert "may charge my card" in mandate.text
    asked.refresh_from_db()
    assert asked.status == CardRequest.Status.DONE
    assert set(OutgoingEmail.objects.values_list("name", flat=True)) == {
        "add_your_card",
        "card_saved",
        "card_arrived",
    }


def test_whoever_finishes_first_and_however_often_they_come_back_it_is_told_as_new(
    client, asked, relationship, stripe
):
    """The webhook may be faster than the payer, who has not been told anything yet then."""
    setup = go_to_stripe(client, asked, relationship)
    back = stripe.save_card(setup.url)
    finish_setup(setup=setup, now=timezone.now())
    for _ in range(2):
        page = client.get(back).content.decode()
        assert "Your card is saved" in page
        assert "Visa ···· 4242" in page
        assert "already saved" not in page
    assert "This is done" in client.get(url_of(asked)).content.decode()
    assert Card.objects.count() == Mandate.objects.count() == 1
    assert OutgoingEmail.objects.filter(name="card_saved").count() == 1


def test_declined_then_a_good_card(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    assert stripe.save_card(setup.url, "4000000000000002") == ""
    assert "We are checking" in client.get(url_of(asked) + "back/").content.decode()
    assert not Card.objects.exists()
    client.get(stripe.save_card(setup.url, "5555555555554444"))
    assert Card.objects.get().label == "Mastercard ···· 4444"


def test_three_d_secure_failed_then_passed(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    stripe.save_card(setup.url, "4000002500003155", authenticate=False)
    client.get(url_of(asked) + "back/")
    assert not Card.objects.exists()
    client.get(stripe.save_card(setup.url, "4000002500003155"))
    assert Card.objects.get().last4 == "3155"


def test_double_press_back_button_and_forwarded_link_lead_to_one_page(
    client, asked, relationship, stripe
):
    first = client.post(url_of(asked), ticks(relationship))["Location"]
    assert client.post(url_of(asked), ticks(relationship))["Location"] == first
    assert CardSetup.objects.count() == 1


@pytest.fixture
def back(client, asked, relationship, stripe):
    """Where Stripe led the payer when the card was saved, and has been looked at."""
    address = stripe.save_card(go_to_stripe(client, asked, relationship).url)
    page = client.get(address).content.decode()
    assert relationship.attendee.name in page
    assert "4242" in page
    return address


def says_no_more_than_that_it_is_saved(client, back, relationship):
    page = client.get(back).content.decode()
    assert "already saved" in page
    for secret in ("4242", relationship.attendee.name, relationship.therapist.name, "£"):
        assert secret not in page


@pytest.mark.parametrize("state", ["DO_NOT_CONTACT", "DECEASED"])
def test_the_way_back_says_nothing_of_who_may_not_be_contacted(
    client, asked, relationship, back, state
):
    type(asked.payer).objects.filter(pk=asked.payer_id).update(state=state)
    says_no_more_than_that_it_is_saved(client, back, relationship)


def test_the_way_back_says_nothing_once_the_link_has_ended(client, asked, relationship, back):
    with time_machine.travel(asked.link.expires_at):
        says_no_more_than_that_it_is_saved(client, back, relationship)
    type(asked.link).objects.filter(pk=asked.link_id).update(revoked_at=timezone.now())
    says_no_more_than_that_it_is_saved(client, back, relationship)


def test_the_way_back_says_nothing_of_what_came_later(client, asked, relationship, back):
    later = RelationshipFactory(payer=asked.payer)
    waiting = RelationshipFactory(payer=asked.payer)
    MandateFactory(relationship=later)
    Card.objects.update(is_default=False)
    CardFactory(client=asked.payer, last4="1881")
    page = client.get(back).content.decode()
    assert relationship.attendee.name in page
    assert "replaced since" in page
    for secret in (later.attendee.name, waiting.attendee.name, "1881", "have not agreed"):
        assert secret not in page


def test_pressing_again_after_saving_leads_to_the_result(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    stripe.save_card(setup.url)
    answer = client.post(url_of(asked), ticks(relationship))
    assert answer["Location"].endswith("/back/")
    assert Card.objects.count() == 1


def test_an_expired_page_at_stripe_is_replaced(client, asked, relationship, stripe):
    first = go_to_stripe(client, asked, relationship)
    stripe.switch("checkout-sessions/expire", session=first.stripe_id)
    assert "has expired" in client.get(url_of(asked) + "back/").content.decode()
    second = go_to_stripe(client, asked, relationship)
    assert second.stripe_id != first.stripe_id
    client.get(stripe.save_card(second.url))
    assert Card.objects.count() == 1


def test_each_relationship_is_ticked_separately(client, asked, relationship, stripe):
    other = RelationshipFactory(payer=relationship.payer)
    client.get(stripe.save_card(go_to_stripe(client, asked, relationship).url))
    assert [one.relationship for one in Mandate.objects.all()] == [relationship]
    asked.refresh_from_db()
    assert asked.status == CardRequest.Status.OPEN
    page = client.get(url_of(asked)).content.decode()
    assert "Do you agree?" in page
    assert other.attendee.name in page


def test_one_press_agrees_when_a_card_is_on_file(client, asked, relationship, stripe):
    CardFactory(client=relationship.payer)
    answer = client.post(url_of(asked), ticks(relationship))
    assert answer.status_code == 303
    assert "This is done" in client.get(answer["Location"]).content.decode()
    assert Mandate.objects.get().relationship == relationship
    assert stripe.requests() == []


@pytest.mark.parametrize("has_card", [True, False])
def test_words_that_changed_are_read_again(client, asked, relationship, stripe, has_card):
    other = RelationshipFactory(payer=relationship.payer)
    if has_card:
        CardFactory(client=relationship.payer)
    read = ticks(relationship, other)
    type(relationship).objects.filter(pk=relationship.pk).update(agreed_fee=200)
    page = client.post(url_of(asked), read)
    assert page.status_code == 422
    text = page.content.decode()
    assert "has changed since you opened this page" in text
    assert "£200.00 for each one" in text
    assert text.count("checked") == 1, "what did not change stays ticked"
    assert not Mandate.objects.exists()
    assert not CardSetup.objects.exists()


def test_the_words_that_were_read_are_kept(client, asked, relationship, monkeypatch):
    """Also when the fee changes between the look and the lock."""
    CardFactory(client=relationship.payer)
    read = ticks(relationship)

    def dearer_meanwhile(**names):
        type(relationship).objects.update(agreed_fee=200)
        return agree_by_link(**names)

    monkeypatch.setattr(add_card, "agree_by_link", dearer_meanwhile)
    assert client.post(url_of(asked), read).status_code == 303
    assert "200" not in Mandate.objects.get().text


def test_a_relationship_of_somebody_else_cannot_be_ticked(client, asked, relationship, stripe):
    strange = RelationshipFactory()
    setup = go_to_stripe(client, asked, relationship, strange)
    assert [tick.relationship for tick in setup.agreements.all()] == [relationship]


def test_a_card_is_asked_for_again_where_all_is_agreed(client, asked, relationship, stripe):
    MandateFactory(relationship=relationship)
    setup = go_to_stripe(client, asked)
    client.get(stripe.save_card(setup.url))
    asked.refresh_from_db()
    assert asked.status == CardRequest.Status.DONE


def test_stripe_away_gives_a_useful_page(client, asked, relationship, stripe):
    stripe.switch("faults", kind="error", count=10, path="/v1/")
    page = client.post(url_of(asked), ticks(relationship))
    assert page.status_code == 503
    assert "try again" in page.content.decode().lower()
    assert not CardSetup.objects.exists()
    stripe.switch("faults/clear")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert client.post(url_of(asked), ticks(relationship)).status_code == 303


def test_stripe_away_on_the_way_back_says_nothing_is_lost(client, asked, relationship, stripe):
    back = stripe.save_card(go_to_stripe(client, asked, relationship).url)
    stripe.switch("faults", kind="error", count=10, verb="GET", path="/v1/")
    page = client.get(back)
    assert page.status_code == 503
    assert "not lost" in page.content.decode()
    stripe.switch("faults/clear")
    assert "saved" in client.get(back).content.decode()


def test_a_revoked_link_keeps_no_card(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    revoke_request(request=asked, by=BY, now=timezone.now())
    page = client.get(stripe.save_card(setup.url))
    assert "Your card was not kept" in page.content.decode()
    assert not Card.objects.exists()
    assert not Mandate.objects.exists()
    assert stripe.requests("/v1/payment_methods/")
    assert client.post(url_of(asked), ticks(relationship)).status_code == 200


def test_a_superseded_link_keeps_no_card(client, asked, relationship, stripe):
    setup = go_to_stripe(client, asked, relationship)
    later = asked.link.expires_at
    newer = request_card(payer=asked.payer, by=BY, now=later)
    assert newer.pk != asked.pk
    page = client.get(stripe.save_card(setup.url))
    assert "Your card was not kept" in page.content.decode()
    assert not Card.objects.exists()
    assert "There is a newer link" in client.get(url_of(asked)).content.decode()


def test_an_unknown_token_gets_a_kind_404(client, practice):
    page = client.get("/l/card/" + "x" * 43 + "/")
    assert page.status_code == 404
    assert "We do not know this link" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"


def test_names_are_not_trusted_as_html(client, practice):
    relationship = RelationshipFactory(attendee__first_name="<b>Eve</b>")
    asked = request_card(payer=relationship.payer, by=BY, now=timezone.now())
    assert "<b>Eve" not in client.get(url_of(asked)).content.decode()
