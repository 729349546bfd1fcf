"""Your card: seen, replaced and removed by its owner."""

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Card, CardRequest, Mandate
from clients.actions import issue_link
from clients.models import LinkPurpose
from notifications.models import OutgoingEmail
from tests.billing.fixtures import ticks, url_of
from tests.factories import CardFactory, MandateFactory, RelationshipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card(relationship) -> Card:
    MandateFactory(relationship=relationship)
    return CardFactory(client=relationship.payer)


@pytest.fixture
def address(relationship) -> str:
    payer = relationship.payer
    link = issue_link(client=payer, purpose=LinkPurpose.YOUR_CARD, now=timezone.now())
    return reverse("portal:your_card", args=[link.token])


def test_says_which_card_and_what_it_pays_for(client, card, address, relationship):
    text = client.get(address).content.decode()
    assert card.label in text
    assert card.expiry in text
    assert relationship.attendee.name in text


def test_says_that_it_has_expired(client, card, address):
    Card.objects.update(exp_year=2020)
    assert "Expired" in client.get(address).content.decode()


def test_removing_is_confirmed_first(client, card, address, stripe):
    confirm = client.get(address + "remove/")
    assert card.label in confirm.content.decode()
    assert Card.objects.default().exists()
    after = client.post(address + "remove/", {"card": card.pk}, follow=True)
    assert "You have no card on file" in after.content.decode()
    assert not Mandate.objects.live().exists()
    assert client.post(address + "remove/", {"card": card.pk}).status_code == 303


@pytest.mark.parametrize("shown", ["old", "", "x"])
def test_a_newer_card_is_not_removed_in_place_of_the_one_shown(client, card, address, shown):
    Card.objects.update(is_default=False)
    newer = CardFactory(client=card.client, brand="Mastercard", last4="4444")
    page = client.post(address + "remove/", {"card": card.pk if shown == "old" else shown})
    assert page.status_code == 422
    assert "has been replaced since" in page.content.decode()
    assert newer.label in page.content.decode()
    assert Card.objects.default().get() == newer
    assert Mandate.objects.live().exists()


def test_withdrawing_one_agreement_keeps_the_card(client, card, address, relationship):
    other = MandateFactory(relationship=RelationshipFactory(payer=relationship.payer))
    agreement = address + f"agreement/{other.pk}/"
    assert "Withdraw this agreement?" in client.get(agreement).content.decode()
    assert Mandate.objects.live().count() == 2
    client.post(agreement)
    assert [one.relationship for one in Mandate.objects.live()] == [relationship]
    assert Card.objects.default().exists()
    assert OutgoingEmail.objects.get().name == "agreement_withdrawn"
    assert client.post(agreement).status_code == 303


def test_nobody_withdraws_somebody_elses_agreement(client, card, address):
    strange = MandateFactory()
    assert client.post(address + f"agreement/{strange.pk}/").status_code == 303
    strange.refresh_from_db()
    assert strange.withdrawn_at is None


@pytest.mark.parametrize("rest", ["", "remove/"])
def test_an_expired_link_does_nothing(client, card, address, relationship, rest):
    links = relationship.payer.links
    link = links.get()
    links.update(created_at=link.created_at.replace(year=2020), expires_at=link.created_at)
    answer = client.post(address + rest, follow=True)
    assert "This link has expired" in answer.content.decode()
    assert Card.objects.default().exists()


def test_adding_a_card_where_there_is_none(client, address, relationship, stripe):
    MandateFactory(relationship=relationship)
    answer = client.post(address)
    assert answer.status_code == 303
    back = stripe.save_card(answer["Location"])
    assert "Your card is saved" in client.get(back).content.decode()
    assert Card.objects.default().get().client == relationship.payer


def test_removing_and_adding_a_card_asks_to_agree_again(
    client, card, address, relationship, stripe
):
    assert "with a link for" not in client.get(address).content.decode()
    client.post(address + "remove/", {"card": card.pk})
    removed = OutgoingEmail.objects.get(name="card_removed")
    assert removed.link_purpose == "YOUR_CARD"
    assert "When your card is saved, we send you" in client.get(address).content.decode()
    back = stripe.save_card(client.post(address)["Location"])
    page = client.get(back).content.decode()
    assert "We have sent you an e-mail with a link to agree" in page
    request = CardRequest.objects.get()
    assert OutgoingEmail.objects.get(name="agree_to_pay").link_salt == request.link.salt
    assert "You have an e-mail with a link for" in client.get(address).content.decode()
    client.post(url_of(request), ticks(relationship))
    assert Mandate.objects.live().get().relationship == relationship
    assert OutgoingEmail.objects.filter(name="card_arrived").count() == 1


def test_replacing_a_card_does_not_ask_for_what_was_withdrawn(
    client, card, address, relationship, stripe
):
    withdrawn = RelationshipFactory(payer=relationship.payer)
    assert "your agreement." not in client.get(address).content.decode()
    back = stripe.save_card(client.post(address)["Location"], "5555555555554444")
    client.get(back)
    assert Card.objects.default().get() != card
    assert not withdrawn.mandates.exists()
    assert not CardRequest.objects.exists()


def test_who_has_no_address_any_more_keeps_the_card_all_the_same(
    client, address, relationship, stripe
):
    page = client.post(address)["Location"]
    type(relationship.payer).objects.filter(pk=relationship.payer_id).update(email="")
    client.get(stripe.save_card(page))
    assert Card.objects.default().exists()


def test_the_way_back_without_a_visit_leads_to_the_page(client, card, address):
    assert client.get(address + "back/")["Location"] == address
