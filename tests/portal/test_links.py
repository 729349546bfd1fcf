"""Dead ends are useful; a fresh link goes to the address on file and nowhere else."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from billing.card_requests import revoke_request
from billing.mandates import record_mandate
from billing.models import CardRequest, Mandate, MandateManner
from clients.actions import issue_link
from notifications.models import OutgoingEmail
from tests.billing.fixtures import BY, url_of
from tests.factories import CardFactory, MandateFactory

pytestmark = pytest.mark.django_db


def renew(client, link):
    return client.post(f"/l/new-link/{link.token}/")


def later():
    return time_machine.travel(timezone.now() + timedelta(days=15), tick=False)


def test_an_expired_link_sends_a_new_one(client, asked):
    with later():
        page = client.get(url_of(asked))
        assert "This link has expired" in page.content.decode()
        assert "Send me a new one" in page.content.decode()
        sent = renew(client, asked.link)
        assert "Look into your e-mail" in sent.content.decode()
        newer = CardRequest.objects.get(status="OPEN")
        assert newer.pk != asked.pk
        assert "There is a newer link" in client.get(url_of(asked)).content.decode()
        assert "Add a payment card" in client.get(url_of(newer)).content.decode()
    assert set(OutgoingEmail.objects.values_list("to", flat=True)) == {asked.payer.email}


def test_the_answer_is_the_same_whatever_is_sent(client, asked, relationship):
    answers = {renew(client, asked.link).content for _ in range(5)}
    revoke_request(request=asked, by=BY, now=timezone.now())
    answers.add(renew(client, asked.link).content)
    type(asked.payer).objects.filter(pk=asked.payer_id).update(state="DO_NOT_CONTACT")
    answers.add(renew(client, asked.link).content)
    assert len(answers) == 1
    assert OutgoingEmail.objects.count() <= 4


def test_a_revoked_request_is_not_opened_again_by_its_link(client, asked):
    revoke_request(request=asked, by=BY, now=timezone.now())
    assert "no longer works" in client.get(url_of(asked)).content.decode()
    renew(client, asked.link)
    assert not CardRequest.objects.open().exists()
    assert OutgoingEmail.objects.count() == 1


def test_when_all_is_done_the_link_to_the_card_is_sent(client, asked, relationship):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    assert "This is done" in client.get(url_of(asked)).content.decode()
    renew(client, asked.link)
    assert OutgoingEmail.objects.get(name="new_link").link_purpose == "YOUR_CARD"


def test_not_you_ends_the_link(client, asked):
    address = url_of(asked) + "not-me/"
    assert "This is not me" in client.get(address).content.decode()
    assert "has been told" in client.post(address).content.decode()
    assert "has been told" not in client.post(address).content.decode()
    assert OutgoingEmail.objects.filter(name="request_disowned").count() == 1
    asked.refresh_from_db()
    assert asked.status == "REVOKED"
    assert "no longer works" in client.get(url_of(asked)).content.decode()


@pytest.fixture
def recorded(relationship) -> Mandate:
    CardFactory(client=relationship.payer)
    manner = MandateManner.PHONE
    return record_mandate(relationship=relationship, manner=manner, by=BY, now=timezone.now())


def test_this_is_not_right(client, recorded):
    address = reverse("portal:not_right", args=[recorded.not_right_link.token])
    assert recorded.text in client.get(address).content.decode()
    assert Mandate.objects.live().exists()
    page = client.post(address, follow=True)
    assert "This agreement has ended" in page.content.decode()
    assert not Mandate.objects.live().exists()
    assert OutgoingEmail.objects.filter(name="agreement_disputed").count() == 1
    assert "This agreement has ended" in client.post(address).content.decode()


def test_not_right_with_an_expired_link(client, recorded):
    link = recorded.not_right_link
    with later():
        page = client.post(reverse("portal:not_right", args=[link.token]))
        assert "This link has expired" in page.content.decode()
        assert Mandate.objects.live().exists()
        renew(client, link)
        recorded.refresh_from_db()
        assert recorded.not_right_link != link
        newer = reverse("portal:not_right", args=[recorded.not_right_link.token])
        client.post(newer)
    assert not Mandate.objects.live().exists()


@pytest.mark.parametrize(
    ("name", "purpose"),
    [("add_card", "YOUR_CARD"), ("your_card", "ADD_CARD"), ("not_right", "ADD_CARD")],
)
def test_a_link_opens_the_pages_of_its_purpose_only(client, asked, name, purpose):
    link = issue_link(client=asked.payer, purpose=purpose, now=timezone.now())
    assert client.get(reverse(f"portal:{name}", args=[link.token])).status_code == 404
    assert client.post(reverse(f"portal:{name}", args=[link.token])).status_code == 404
