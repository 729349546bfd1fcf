"""Staff's buttons: for those who may manage the relationship; for others they are not there."""

import pytest
from django.urls import reverse

from billing.mandate_texts import digest, mandate_text
from billing.models import CardRequest, Mandate
from notifications.models import OutgoingEmail
from practice.audit.models import AuditEvent
from practice.models import Practice
from tests.factories import CardFactory, MandateFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db
POSTED = ("resend_request", "copy_link", "revoke_request", "record_mandate")


def path(name, relationship):
    return reverse(f"billing:{name}", args=[relationship.pk])


@pytest.fixture
def staff(client, relationship):
    client.force_login(relationship.therapist)
    return client


@pytest.mark.parametrize("name", POSTED)
def test_who_may(client, relationship, name):
    address = path(name, relationship)
    assert client.post(address).status_code == 302
    assert reverse("account_login") in client.post(address)["Location"]
    colleague = UserFactory()
    relationship.attendee.care_team.create(user=colleague, joined_at=relationship.started_at)
    for user in (UserFactory(), colleague, UserFactory(biller=True), UserFactory(scheduler=True)):
        client.force_login(user)
        assert client.post(address).status_code == 404
    assert not CardRequest.objects.exists()
    for user in (UserFactory(owner=True), UserFactory(manager=True), relationship.therapist):
        client.force_login(user)
        assert client.post(address).status_code in (200, 302)


@pytest.mark.parametrize("name", ["resend_request", "copy_link", "revoke_request"])
def test_looking_does_nothing(staff, relationship, name):
    assert staff.get(path(name, relationship)).status_code == 405


def test_resend(staff, relationship):
    answer = staff.post(path("resend_request", relationship), follow=True)
    assert f"on its way to {relationship.payer.email}" in answer.content.decode()
    assert OutgoingEmail.objects.get().name == "add_your_card"


def test_resend_says_why_not(staff, relationship):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    answer = staff.post(path("resend_request", relationship), follow=True)
    assert "Nothing is missing" in answer.content.decode()


def test_copy_shows_the_link_and_is_audited(staff, asked, relationship):
    page = staff.post(path("copy_link", relationship))
    assert f"http://localhost:8000/l/card/{asked.link.token}/" in page.content.decode()
    assert AuditEvent.objects.filter(action="card_request.copy_link").count() == 1
    assert CardRequest.objects.count() == 1


def test_copy_says_why_not(staff, relationship):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    answer = staff.post(path("copy_link", relationship), follow=True)
    assert "Nothing is missing" in answer.content.decode()


def test_copy_is_refused_where_the_link_lists_what_is_paid_elsewhere(
    client, staff, asked, relationship
):
    other = RelationshipFactory(payer=relationship.payer)
    answer = staff.post(path("copy_link", relationship), follow=True)
    text = answer.content.decode()
    assert "This link also lists" in text
    assert asked.link.token not in text
    assert other.attendee.name not in text
    assert not AuditEvent.objects.filter(action="card_request.copy_link").exists()
    client.force_login(UserFactory(owner=True))
    assert asked.link.token in client.post(path("copy_link", relationship)).content.decode()


def test_revoke(staff, asked, relationship):
    answer = staff.post(path("revoke_request", relationship), follow=True)
    assert "no longer works" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "REVOKED"
    assert (
        "has no open link"
        in staff.post(path("revoke_request", relationship), follow=True).content.decode()
    )


@pytest.fixture
def spoken(relationship):
    """What the page posts once the words shown on it were read out."""
    words = digest(mandate_text(relationship, practice=Practice.current()))
    return {"words": words, "manner": "PHONE", "is_read_out": "on"}


def test_record(staff, relationship, spoken):
    CardFactory(client=relationship.payer)
    address = path("record_mandate", relationship)
    page = staff.get(address).content.decode()
    assert "may charge my card" in page
    assert spoken["words"] in page
    answer = staff.post(address, spoken, follow=True)
    assert "The agreement is recorded" in answer.content.decode()
    mandate = Mandate.objects.get()
    assert (mandate.manner, mandate.given_by.id) == ("PHONE", relationship.therapist_id)


@pytest.mark.parametrize("left_out", ["manner", "is_read_out"])
def test_record_needs_all_of_it(staff, relationship, spoken, left_out):
    page = staff.post(path("record_mandate", relationship), spoken | {left_out: ""})
    assert page.status_code == 200
    assert "invalid" in page.content.decode()
    assert not Mandate.objects.exists()


def test_record_is_not_for_the_link(staff, relationship, spoken):
    staff.post(path("record_mandate", relationship), spoken | {"manner": "LINK"})
    assert not Mandate.objects.exists()


def test_record_asks_to_read_out_other_words_again(staff, relationship, spoken):
    type(relationship).objects.update(agreed_fee="65.00")
    page = staff.post(path("record_mandate", relationship), spoken).content.decode()
    assert "These words have changed" in page
    assert "£65.00" in page
    assert spoken["words"] not in page
    assert not Mandate.objects.exists()


def test_record_says_why_not(staff, relationship, spoken):
    type(relationship).objects.update(payment_method="BY_INVOICE")
    page = staff.post(path("record_mandate", relationship), spoken)
    assert "not paid by card" in page.content.decode()
