"""Start a relationship: known and new people, one address per person, nothing leaked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import messages
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Contact
from notifications.models import OutgoingEmail
from relationships.models import Relationship
from tests.factories import ClientFactory, RelationshipFactory, UserFactory


@pytest.fixture
def known(practice, therapist, attendee):
    attendee.care_team.create(user=therapist, joined_at=timezone.now())
    return attendee


@pytest.fixture
def url(known) -> str:
    return reverse("relationships:start", args=[known.pk])


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


def terms(**changes):
    return {"payment_method": "BY_CARD", "terms_days": "14", **changes}


NEW_PAYER = {
    "payer_first_name": "Jo",
    "payer_last_name": "Rivers",
    "payer_email": "jo@example.com",
    "payer_mobile": "",
    "relation": "FRIEND",
}


def text_of(response):
    return response.content.decode()


class TestWho:
    def test_stranger(self, client, colleague, url) -> None:
        client.force_login(colleague)
        assert client.get(url).status_code == 404
        assert client.post(url, terms()).status_code == 404

    def test_neither_therapist_nor_manager(self, client, practice) -> None:
        client.force_login(UserFactory(biller=True))
        assert client.get(reverse("relationships:start_new")).status_code == 404

    def test_manager_chooses_the_therapist(self, client, therapist, url) -> None:
        client.force_login(UserFactory(manager=True))
        assert "Dr Priya Nair" in text_of(client.get(url))
        assert "Choose a therapist." in text_of(client.post(url, terms()))
        client.post(url, terms(therapist=therapist.pk))
        assert Relationship.objects.get().therapist == therapist

    def test_therapist_cannot_choose_another(self, signed_in, therapist, colleague, url) -> None:
        signed_in.post(url, terms(therapist=colleague.pk))
        assert Relationship.objects.get().therapist == therapist


class TestPayer:
    def test_themselves(self, signed_in, url, known) -> None:
        response = signed_in.post(url, terms())
        started = Relationship.objects.get()
        assert response.url == reverse("relationships:relationship", args=[started.pk])
        assert started.is_first_party
        assert OutgoingEmail.objects.get().to == known.email

    def test_new(self, signed_in, url, known) -> None:
        signed_in.post(f"{url}?payer=new", terms(agreed_fee="70", **NEW_PAYER))
        started = Relationship.objects.get()
        assert started.payer.name == "Jo Rivers"
        assert started.agreed_fee == Decimal(70)
        assert Contact.objects.get(client=known).relation == "FRIEND"
        assert not started.payer.care_team.exists()

    def test_known(self, signed_in, url, therapist) -> None:
        paying = RelationshipFactory(therapist=therapist).payer
        page = f"{url}?payer=known&q={paying.first_name}"
        assert paying.email in text_of(signed_in.get(page))
        signed_in.post(page, terms(payer=paying.pk))
        assert Relationship.objects.filter(payer=paying).count() == 2

    def test_strangers_are_not_found(self, signed_in, url) -> None:
        stranger = ClientFactory(first_name="Zebedee")
        page = f"{url}?payer=known&q=Zeb"
        assert stranger.email not in text_of(signed_in.get(page))
        response = signed_in.post(page, terms(payer=stranger.pk))
        assert "Choose one of the people found." in text_of(response)
        assert not Relationship.objects.exists()

    def test_twice_is_one(self, signed_in, url) -> None:
        first, second = signed_in.post(url, terms()), signed_in.post(url, terms())
        assert first.url == second.url
        assert Relationship.objects.count() == OutgoingEmail.objects.count() == 1
        last = list(get_messages(second.wsgi_request))[-1]
        assert last.message == "This relationship was open already. Nothing was changed."
        assert last.level == messages.INFO

    def test_own_name_as_payer(self, signed_in, url, known) -> None:
        response = signed_in.post(f"{url}?payer=known", terms(payer=known.pk))
        assert "This is the attendee" in text_of(response)


class TestAddress:
    def test_of_somebody_visible_is_offered(self, signed_in, url, therapist) -> None:
        paying = RelationshipFactory(therapist=therapist).payer
        data = terms(**NEW_PAYER | {"payer_email": paying.email.upper()})
        text = text_of(signed_in.post(f"{url}?payer=new", data))
        assert f"Use {paying.name} as the payer" in text
        signed_in.post(f"{url}?payer=known", data | {"payer": paying.pk})
        assert Relationship.objects.filter(payer=paying).count() == 2

    def test_of_a_stranger_leaks_nothing(self, signed_in, url) -> None:
        stranger = ClientFactory(first_name="Zebedee", email="zeb@example.com")
        data = terms(**NEW_PAYER | {"payer_email": stranger.email})
        text = text_of(signed_in.post(f"{url}?payer=new", data))
        assert "The practice already knows somebody" in text
        assert "Zebedee" not in text
        assert Client.objects.count() == 2

    def test_by_card_needs_one(self, signed_in, url) -> None:
        assert "Needed to pay by card." in text_of(signed_in.get(f"{url}?payer=new"))
        data = terms(**NEW_PAYER | {"payer_email": ""})
        text = text_of(signed_in.post(f"{url}?payer=new", data))
        assert "needs an e-mail address" in text
        data["payment_method"] = "BY_INVOICE"
        assert signed_in.post(f"{url}?payer=new", data).status_code == 302


class TestRefused:
    def test_minor_cannot_pay(self, signed_in, url, known) -> None:
        known.date_of_birth = timezone.now().date() - timedelta(days=5000)
        known.save()
        assert "may pay for their own sessions from" in text_of(signed_in.get(url))
        assert "may pay for their own sessions from" in text_of(signed_in.post(url, terms()))
        assert not Relationship.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"payment_method": "BY_BARTER"}, "Select a valid choice"),
            ({"payment_method": "NOT_AT_ALL"}, "Say why nothing is paid."),
            ({"payment_method": "BY_INVOICE", "terms_days": ""}, "Say within how many days"),
            ({"terms_days": "99999999999"}, "A whole number of days, from 0 to 120."),
            ({"agreed_fee": "-1"}, "A fee cannot be below zero."),
            ({"agreed_fee": "0.10"}, "A card cannot be charged less than"),
            ({"agreed_fee": "lots"}, "That is not an amount of money."),
            ({"payer_first_name": "x" * 10_000}, "at most 80 characters"),
            ({"payer_first_name": ""}, "Type a first name."),
            ({"payer_last_name": ""}, "Type a last name."),
            ({"payer_email": "jo@"}, "That is no complete e-mail address."),
            ({"payer_mobile": "call me"}, "telephone"),
            ({"payer_first_name": "Jo\x00"}, "Null characters are not allowed."),
            ({"relation": "OWL"}, "Select a valid choice"),
        ],
    )
    def test_bad_input(self, signed_in, url, changes, sentence) -> None:
        data = terms(**NEW_PAYER) | changes
        response = signed_in.post(f"{url}?payer=new", data)
        assert response.status_code == 200
        assert sentence in text_of(response)
        assert not Relationship.objects.exists()

    @pytest.mark.parametrize("query", ["?payer=%00", "?payer=known&q=%00", "?who=%25_", "?payer=x"])
    def test_odd_addresses(self, signed_in, url, query) -> None:
        assert signed_in.get(url + query).status_code == 200


class TestNewAttendee:
    url = "/relationships/start/"

    def test_with_new_payer(self, signed_in, therapist, practice) -> None:
        data = terms(
            attendee_first_name="Mia",
            attendee_last_name="Hart",
            attendee_date_of_birth="2015-02-03",
            attendee_email="",
            **NEW_PAYER | {"relation": "MOTHER"},
        )
        signed_in.post(f"{self.url}?payer=new", data)
        started = Relationship.objects.get()
        assert started.attendee.name == "Mia Hart"
        assert started.attendee.care_team.get().user == therapist

    def test_child_needs_an_adult(self, signed_in, practice) -> None:
        data = terms(
            attendee_first_name="Mia",
            attendee_last_name="Hart",
            attendee_date_of_birth="2015-02-03",
            **NEW_PAYER | {"relation": ""},
        )
        text = text_of(signed_in.post(f"{self.url}?payer=new", data))
        assert "Say who this adult is to the child." in text
        assert not Client.objects.exists()

    def test_themselves_needs_a_birthday(self, signed_in, practice) -> None:
        data = terms(
            attendee_first_name="<b>Sam</b>", attendee_last_name="R", attendee_email="s@example.com"
        )
        text = text_of(signed_in.post(self.url, data))
        assert "date of birth is needed" in text
        assert "<b>Sam" not in text

    def test_search_leads_to_their_own_page(self, signed_in, url) -> None:
        assert f'href="{url}?payer=self"' in text_of(signed_in.get(f"{self.url}?who=sam"))

    def test_address_of_a_client_is_offered(self, signed_in, known, url) -> None:
        data = terms(attendee_first_name="S", attendee_last_name="R", attendee_email=known.email)
        assert f'href="{url}"' in text_of(signed_in.post(self.url, data))
