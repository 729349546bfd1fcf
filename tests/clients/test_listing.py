"""The clients list: who sees whom, how it is narrowed, what a row says, and what it costs."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.listing import last_birth_date
from tests.clients.conftest import cared_for, signed_in
from tests.factories import (
    CardFactory,
    ClientFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

URL = reverse("clients:list")
LIMIT = 5


def names(response) -> list[str]:
    return [row["name"] for row in response.context["rows"]]


def test_a_therapist_sees_their_own_clients_only(desk, attendee):
    ClientFactory(first_name="Somebody", last_name="Else")
    assert names(desk.get(URL)) == ["Sam Rivers"]


def test_a_colleague_and_a_stranger_do_not_see_them(attendee):
    assert names(signed_in(UserFactory()).get(URL)) == []
    assert Browser().get(URL).status_code == 302


@pytest.mark.parametrize("role", ["biller", "scheduler"])
def test_the_office_sees_names_and_contact_data_without_links(role, attendee):
    type(attendee).objects.filter(pk=attendee.pk).update(mobile="+441174960122")
    RelationshipFactory(attendee=attendee, payer=ClientFactory(first_name="Jo", last_name="Rivers"))
    response = signed_in(UserFactory(**{role: True})).get(URL)
    assert "Sam Rivers" in names(response)
    html = response.content.decode()
    assert "sam@example.com · 0117 496 0122" in html
    assert f'href="{reverse("clients:client", args=[attendee.pk])}"' not in html


@pytest.mark.parametrize(
    ("roles", "payer", "has_columns"),
    [
        (["scheduler"], None, False),
        (["scheduler", "therapist"], None, True),
        (["scheduler", "biller"], "Jo Rivers", True),
        (["biller"], "Jo Rivers", True),
        (["scheduler", "practice_manager"], "Jo Rivers", True),
    ],
)
def test_who_pays_is_not_a_schedulers_business(roles, payer, has_columns, attendee):
    """Nor their card, nor the filter that would tell it; a scheduling therapist sees their own clients'."""
    jo = ClientFactory(first_name="Jo", last_name="Rivers")
    RelationshipFactory(attendee=attendee, payer=jo)
    user = UserFactory(**{"is_therapist": False, **{f"is_{role}": True for role in roles}})
    response = signed_in(user).get(URL, {"q": "sam"})
    (row,) = response.context["rows"]
    assert [one["name"] for one in row["payers"]] == ([payer] if payer else [])
    html = response.content.decode()
    for words in ("Who pays", "Card</th>", "No card</a>"):
        assert (words in html) == has_columns
    assert ("Jo Rivers" in html) == bool(payer)
    asked = names(signed_in(user).get(URL, {"show": "no-card"}))
    assert asked == (["Sam Rivers"] if payer else [])


def test_a_scheduling_therapist_sees_who_pays_for_their_own(attendee):
    user = UserFactory(is_scheduler=True)
    own = RelationshipFactory(therapist=user)
    RelationshipFactory(attendee=attendee)
    browser = signed_in(user)
    seen = {row["name"]: len(row["payers"]) for row in browser.get(URL).context["rows"]}
    assert seen[own.attendee.name] == 1
    assert seen["Sam Rivers"] == 0
    assert names(browser.get(URL, {"show": "no-card"})) == [own.attendee.name]


def test_a_scheduler_who_cares_for_a_client_may_open_them(practice):
    user = UserFactory(is_scheduler=True)
    own = cared_for(user)
    other = ClientFactory()
    urls = {row["name"]: row["url"] for row in signed_in(user).get(URL).context["rows"]}
    assert urls[own.name]
    assert not urls[other.name]


def test_a_manager_sees_everybody(attendee):
    ClientFactory(first_name="Ann", last_name="Other")
    manager = UserFactory(manager=True)
    assert names(signed_in(manager).get(URL)) == ["Ann Other", "Sam Rivers"]


@pytest.mark.parametrize("text", ["sa", "RIV", "sam ri", "rivers s", "  Säm "])
def test_names_are_found_by_their_beginning(text, desk, attendee):
    assert names(desk.get(URL, {"q": text})) == ["Sam Rivers"]


@pytest.mark.parametrize("text", ["am", "ivers", "%", "_", "sam  x"])
def test_names_are_found_by_nothing_else(text, desk, attendee):
    response = desk.get(URL, {"q": text})
    assert names(response) == []
    assert "Nobody found" in response.content.decode()


@pytest.mark.parametrize("query", [{"q": "x" * 10_000}, {"q": "a\x00b"}, {"show": "nonsense"}])
def test_bad_questions_get_a_sentence(query, desk, attendee):
    response = desk.get(URL, query)
    assert response.status_code == 200
    assert response.context["errors"]
    assert response.context["errors"][0] in response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("word", ["x", "W10", "bm9uc2Vuc2U"])
def test_a_broken_address_leads_to_the_first_page(word, desk, attendee):
    assert names(desk.get(URL, {"after": word})) == ["Sam Rivers"]


def test_an_empty_list_offers_the_first_step(desk):
    html = desk.get(URL).content.decode()
    assert "No clients yet" in html
    assert reverse("clients:add") in html


def test_filters(desk, therapist):
    care = [cared_for(therapist) for _ in range(4)]
    new, ended, charged, asked = care
    born = last_birth_date(17, timezone.localdate())
    type(new).objects.filter(pk=new.pk).update(date_of_birth=born)
    RelationshipFactory(therapist=therapist, attendee=ended, payer=ended, ended=True)
    card = CardFactory(client=charged)
    paid = RelationshipFactory(therapist=therapist, attendee=charged, payer=card.client)
    MandateFactory(relationship=paid)
    RelationshipFactory(therapist=therapist, attendee=asked, payer=asked)
    found = {
        show: {row["url"] for row in desk.get(URL, {"show": show}).context["rows"]}
        for show in ("", "active", "ended", "minors", "no-card")
    }
    url = {one: reverse("clients:client", args=[one.pk]) for one in care}
    assert found == {
        "": set(url.values()),
        "active": {url[charged], url[asked]},
        "ended": {url[ended]},
        "minors": {url[new]},
        "no-card": {url[asked]},
    }


def test_a_row_says_who_pays_and_what_comes_next(desk, therapist, attendee):
    jo = ClientFactory(first_name="Jo", last_name="Rivers")
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee, payer=jo)
    own = RelationshipFactory(therapist=therapist, attendee=attendee, payer=attendee)
    TherapySessionFactory(relationship=own, starts_at=timezone.now() - timedelta(days=1))
    ahead = TherapySessionFactory(relationship=relationship)
    (row,) = desk.get(URL).context["rows"]
    assert [payer["name"] for payer in row["payers"]] == ["Jo Rivers", "Themselves"]
    assert len({payer["colour"] for payer in row["payers"]}) == 2
    assert row["next_time"] == f"{timezone.localtime(ahead.starts_at, therapist.zone):%H:%M}"


def test_what_a_payer_attends_elsewhere_is_not_told(desk, therapist, attendee):
    """Sam pays for somebody whose profile the therapist may not open (DESIGN 4.6)."""
    RelationshipFactory(payer=attendee)
    (row,) = desk.get(URL).context["rows"]
    assert row["note"] == ""
    RelationshipFactory(therapist=therapist, payer=attendee)
    note = {row["name"]: row["note"] for row in desk.get(URL).context["rows"]}["Sam Rivers"]
    assert note == "Pays for somebody else"


def test_names_are_escaped(desk, therapist):
    cared_for(therapist, first_name="<script>alert(1)</script>", last_name='"><img src=x>')
    html = desk.get(URL, {"q": "<script>"}).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


def populate(therapist, count):
    for _ in range(count):
        one = RelationshipFactory(therapist=therapist)
        RelationshipFactory(therapist=therapist, attendee=one.attendee, payer=one.attendee)
        TherapySessionFactory(relationship=one)
        CardFactory(client=one.payer)


@pytest.mark.parametrize("role", ["is_therapist", "is_owner", "is_scheduler"])
def test_the_number_of_statements_does_not_grow(role, practice, django_assert_num_queries):
    user = UserFactory(**{"is_therapist": False, role: True})
    browser = signed_in(user)
    for count in (1, 2):
        populate(user, count)
        with django_assert_num_queries(LIMIT):
            response = browser.get(URL)
    assert len(response.context["rows"]) >= 3


def test_pages_hold_every_client_once(desk, therapist):
    for number in range(105):
        cared_for(therapist, last_name=f"Z{number % 7}")
    seen, url = [], URL
    while url:
        response = desk.get(url)
        seen += [row["url"] for row in response.context["rows"]]
        url = response.context["next_url"] and URL + response.context["next_url"]
    assert len(seen) == len(set(seen)) == 105
    back = URL + response.context["previous_url"]
    assert [row["url"] for row in desk.get(back).context["rows"]] == seen[50:100]


def test_a_search_shows_last_names_then_first_names_over_all_pages(desk, therapist):
    for number in range(60):
        cared_for(therapist, first_name=f"Wim{number:02}", last_name="Able")
        cared_for(therapist, first_name="Ann", last_name=f"Wimmer{number:02}")
    cared_for(therapist, first_name="Wim", last_name="Wimmer99")
    seen, url = [], f"{URL}?q=wim"
    while url:
        response = desk.get(url)
        seen.append(names(response))
        url = response.context["next_url"] and URL + response.context["next_url"]
    expected = [f"Ann Wimmer{number:02}" for number in range(60)] + ["Wim Wimmer99"]
    expected += [f"Wim{number:02} Able" for number in range(60)]
    assert [len(page) for page in seen] == [50, 50, 21]
    assert [name for page in seen for name in page] == expected
    before = desk.get(URL + response.context["previous_url"])
    assert names(before) == seen[1]
    assert names(desk.get(URL + before.context["previous_url"])) == seen[0]


def test_a_search_may_fetch_the_table_alone(desk, attendee):
    html = desk.get(URL, {"q": "sam"}, headers={"HX-Request": "true"}).content.decode()
    assert html.startswith("\n") or html.lstrip().startswith("<div")
    assert "<html" not in html
    assert "Sam Rivers" in html
