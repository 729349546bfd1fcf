"""Add and edit a client: what is refused in a sentence, and what a second press does."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import CareTeamMember, Client
from clients.names import fold
from relationships.models import Relationship
from tests.clients.conftest import cared_for, signed_in
from tests.factories import ClientFactory, RelationshipFactory, UserFactory

ADD = reverse("clients:add")
ANN = {
    "first_name": "Ann",
    "last_name": "Lee",
    "pronouns": "she/her",
    "date_of_birth": "1990-09-03",
    "email": "Ann.Lee@Example.com",
    "mobile": "07700 900123",
    "address": "1 Elm Row",
}


def edit_url(client):
    return reverse("clients:edit", args=[client.pk])


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["form"].errors)


def test_a_client_is_added_and_opens(desk, therapist):
    response = desk.post(ADD, ANN)
    client = Client.objects.get()
    assert response.url == reverse("clients:client", args=[client.pk])
    assert (client.email, client.mobile.as_e164) == ("ann.lee@example.com", "+447700900123")
    assert desk.get(response.url).status_code == 200


@pytest.mark.parametrize("typed", ["1990-09-03", "03/09/1990", "3.9.1990", "3 Sep 1990"])
def test_dates_are_taken_as_people_type_them(typed, desk):
    desk.post(ADD, ANN | {"date_of_birth": typed})
    assert Client.objects.get().date_of_birth == date(1990, 9, 3)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", "  ", "Type a first name."),
        ("last_name", "", "Type a last name."),
        ("first_name", "x" * 10_000, "at most 80 characters"),
        ("last_name", "ﷺ" * 80, "That name is too long."),
        ("last_name", "a\x00b", "Null characters are not allowed."),
        ("date_of_birth", "31/02/2010", "That is not a date. Example: 03/09/2010."),
        ("date_of_birth", "12010-01-01", "That is not a date. Example: 03/09/2010."),
        ("date_of_birth", "1800-01-01", "That date of birth is too long ago. Check the year."),
        ("date_of_birth", "2999-01-01", "A date of birth cannot lie ahead."),
        ("email", "ann@", "That is no complete e-mail address. Example: sam@example.com."),
        ("email", "a" * 5000 + "@example.com", "That is no complete e-mail address."),
        ("mobile", "0770", "That number is too short. Example: 07700 900123."),
        ("mobile", "0770090012345678", "That number is too long. Example: 07700 900123."),
        ("mobile", "+999 1234567", "That is not a telephone number."),
        ("mobile", "ring twice", "That is not a telephone number. Example: 07700 900123."),
        ("mobile", "1" * 10_000, "Example: 07700 900123."),
        ("address", "x" * 10_000, "at most 400 characters"),
    ],
)
def test_bad_answers_get_a_sentence_and_stay(field, typed, sentence, desk):
    response = desk.post(ADD, ANN | {field: typed})
    assert sentence in errors(response)[field][0]
    html = response.content.decode()
    assert "1 Elm Row" in html or field == "address"
    assert typed.strip() in html or field == "mobile" or "\x00" in typed
    assert not Client.objects.exists()


def test_everything_missing_and_odd_fields(desk):
    assert set(errors(desk.post(ADD, {"x": "y"}))) == {"first_name", "last_name"}


def test_a_day_that_was_typed_stays_in_a_date_control(desk):
    html = desk.post(ADD, ANN | {"date_of_birth": "03/09/1990", "email": "x"}).content.decode()
    assert 'value="1990-09-03"' in html
    html = desk.post(ADD, ANN | {"date_of_birth": "31/02/1990"}).content.decode()
    assert 'value="31/02/1990"' in html


def test_html_is_only_text(desk):
    response = desk.post(ADD, ANN | {"first_name": "<b>Ann</b>"}, follow=True)
    assert "<b>Ann</b>" not in response.content.decode()
    assert "&lt;b&gt;Ann&lt;/b&gt;" in response.content.decode()


def test_an_address_in_use_is_said_and_linked_where_it_may_be(desk, therapist):
    stranger = ClientFactory(email="ann.lee@example.com")
    (sentence,) = errors(desk.post(ADD, ANN))["email"]
    assert sentence == "Another person here already has this e-mail address."
    CareTeamMember.objects.create(client=stranger, user=therapist, joined_at=timezone.now())
    (sentence,) = errors(desk.post(ADD, ANN))["email"]
    assert reverse("clients:client", args=[stranger.pk]) in sentence


def test_somebody_quicker_is_noticed(desk, monkeypatch):
    """The check passes, then another takes the address, then the constraint speaks."""

    def quicker(**_):
        ClientFactory(email="ann.lee@example.com")
        raise IntegrityError("client_email_unique")

    monkeypatch.setattr("clients.views.editing.add_client", quicker)
    assert "already has this e-mail" in errors(desk.post(ADD, ANN))["email"][0]


def test_an_unknown_violation_is_not_hidden(desk, monkeypatch):
    def broken(**_):
        raise IntegrityError("something else")

    monkeypatch.setattr("clients.views.editing.add_client", broken)
    with pytest.raises(IntegrityError):
        desk.post(ADD, ANN)


@pytest.mark.parametrize("fields", [ANN, ANN | {"email": "", "date_of_birth": ""}])
def test_a_second_press_adds_nobody(fields, desk):
    first, second = desk.post(ADD, fields), desk.post(ADD, fields)
    assert first.url == second.url
    assert Client.objects.count() == 1


def test_who_may_be_the_same_person_is_shown_first(desk, therapist):
    known = cared_for(therapist, first_name="ANN", last_name="Lée", date_of_birth=date(1990, 9, 3))
    hidden = ClientFactory(first_name="Ann", last_name="Lee", date_of_birth=date(1990, 9, 3))
    html = desk.post(ADD, ANN).content.decode()
    assert reverse("clients:client", args=[known.pk]) in html
    assert reverse("clients:client", args=[hidden.pk]) not in html
    assert Client.objects.count() == 2
    assert "Add anyway" in html
    desk.post(ADD, ANN | {"add_anyway": "on"})
    assert Client.objects.count() == 3


def test_a_minor_is_added_with_a_kind_word(desk):
    born = timezone.localdate() - timedelta(days=365 * 12)
    html = desk.post(ADD, ANN | {"date_of_birth": str(born)}, follow=True).content.decode()
    assert "Please add a parent or guardian" in html


@pytest.mark.parametrize("role", ["biller", "scheduler"])
def test_the_office_does_not_add_clients(role, practice):
    browser = signed_in(UserFactory(**{role: True}))
    assert browser.get(ADD).status_code == 404
    assert browser.post(ADD, ANN).status_code == 404


def test_strangers_sign_in_first(db, attendee):
    assert Browser().post(ADD, ANN).status_code == 302
    assert Browser().post(edit_url(attendee), ANN).status_code == 302
    assert Client.objects.get().first_name == "Sam"


def test_a_colleague_cannot_edit(attendee):
    assert signed_in(UserFactory()).post(edit_url(attendee), ANN).status_code == 404
    attendee.refresh_from_db()
    assert attendee.first_name == "Sam"


def test_a_client_is_edited(desk, attendee):
    assert desk.post(edit_url(attendee), ANN).url == reverse("clients:client", args=[attendee.pk])
    attendee.refresh_from_db()
    assert attendee.search_name == fold("Ann Lee")


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(desk, attendee):
    seen = desk.get(edit_url(attendee)).context["form"]["seen"].value()
    Client.objects.filter(pk=attendee.pk).update(mobile="+447700900999")
    first = desk.post(edit_url(attendee), ANN | {"seen": seen})
    assert "while you were typing" in errors(first)["__all__"][0]
    again = first.context["form"]["seen"].value()
    assert desk.post(edit_url(attendee), ANN | {"seen": again}).status_code == 302


def test_an_edit_that_failed_leaves_the_head_as_it_was(desk, attendee):
    response = desk.post(edit_url(attendee), ANN | {"first_name": "Zed", "email": "no"})
    assert response.context["client"].name == "Sam Rivers"
    assert 'value="Zed"' in response.content.decode()


def test_a_younger_date_of_birth_stops_charges(desk, therapist, attendee):
    own = RelationshipFactory(therapist=therapist, attendee=attendee, payer=attendee)
    born = timezone.localdate() - timedelta(days=365 * 12)
    html = desk.post(
        edit_url(attendee), ANN | {"date_of_birth": str(born)}, follow=True
    ).content.decode()
    assert Relationship.objects.get(pk=own.pk).flagged_at
    assert "Charges are stopped until you decide who pays." in html
    assert "Charges stopped" in html
