"""Contacts of a client: found or new, changed, removed."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Contact
from tests.clients.conftest import cared_for, signed_in
from tests.factories import ClientFactory, ContactFactory, UserFactory

NEW = {"first_name": "Jo", "last_name": "Rivers", "email": "jo@example.com", "relation": "PARTNER"}


@pytest.fixture
def add(attendee):
    return reverse("clients:add_contact", args=[attendee.pk])


@pytest.fixture
def contact(attendee):
    return ContactFactory(client=attendee, relation="MOTHER")


def test_somebody_new_becomes_a_contact(desk, add, attendee):
    assert desk.post(add, NEW | {"is_emergency": "on"}).status_code == 302
    contact = attendee.contacts.get()
    assert (contact.adult.name, contact.relation, contact.is_emergency) == (
        "Jo Rivers",
        "PARTNER",
        True,
    )
    html = desk.get(reverse("clients:client", args=[attendee.pk])).content.decode()
    assert "Jo Rivers" in html
    assert "Emergency contact" in html


def test_a_second_press_adds_nobody(desk, add, attendee):
    for _ in range(2):
        assert desk.post(add, NEW).status_code == 302
    assert attendee.contacts.count() == 1
    assert Client.objects.count() == 2


def test_somebody_known_is_found_and_chosen(desk, add, attendee, therapist):
    jo = cared_for(therapist, first_name="Jo", last_name="Rivers")
    ClientFactory(first_name="Joan", last_name="Hidden")
    response = desk.get(add, {"q": "jo"})
    assert list(response.context["found"]) == [jo]
    assert desk.post(f"{add}?adult={jo.pk}", {"relation": "FRIEND"}).status_code == 302
    assert attendee.contacts.get().adult == jo


def test_nobody_becomes_a_contact_twice_nor_a_minor(desk, add, attendee, therapist):
    child = cared_for(therapist, date_of_birth="2020-01-01")
    jo = cared_for(therapist)
    ContactFactory(client=attendee, adult=jo)
    for adult, words in ((child, "a contact is an adult"), (jo, "already")):
        html = desk.post(f"{add}?adult={adult.pk}", {"relation": "FRIEND"}).content.decode()
        assert words in html
    assert attendee.contacts.count() == 1


@pytest.mark.parametrize("adult", ["x", "²", "9" * 40, "-1", "0"])
def test_odd_choices_are_404(adult, desk, add):
    assert desk.get(add, {"adult": adult}).status_code == 404


def test_who_is_hidden_cannot_be_chosen(desk, add, attendee):
    hidden = ClientFactory()
    assert desk.post(f"{add}?adult={hidden.pk}", {"relation": "FRIEND"}).status_code == 404
    assert desk.post(f"{add}?adult={attendee.pk}", {"relation": "FRIEND"}).status_code == 404


@pytest.mark.parametrize("relation", ["", "KING", "x" * 10_000])
def test_bad_answers_get_a_sentence(relation, desk, add):
    response = desk.post(add, NEW | {"relation": relation})
    assert response.context["form"].errors["relation"]
    assert "jo@example.com" in response.content.decode()
    assert desk.get(add, {"q": "a\x00" * 9000}).status_code == 200


def test_a_contact_is_changed_and_removed(desk, attendee, contact):
    desk.post(reverse("clients:edit_contact", args=[contact.pk]), {"relation": "GUARDIAN"})
    contact.refresh_from_db()
    assert contact.relation == "GUARDIAN"
    remove = reverse("clients:remove_contact", args=[contact.pk])
    assert desk.get(remove).status_code == 405
    assert desk.post(remove).url == reverse("clients:client", args=[attendee.pk])
    assert not Contact.objects.exists()
    assert desk.post(remove).status_code == 404


@pytest.mark.parametrize("name", ["clients:edit_contact", "clients:remove_contact"])
def test_colleagues_and_strangers_touch_no_contact(name, contact):
    url = reverse(name, args=[contact.pk])
    assert signed_in(UserFactory()).post(url, {"relation": "FRIEND"}).status_code == 404
    assert Browser().post(url, {"relation": "FRIEND"}).status_code == 302
    contact.refresh_from_db()
    assert contact.relation == "MOTHER"


def test_colleagues_add_no_contact(add, attendee):
    assert signed_in(UserFactory()).post(add, NEW).status_code == 404
    assert not attendee.contacts.exists()
