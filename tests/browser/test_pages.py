"""Every page: nothing serious for axe, nothing sticks out, wide and narrow, light and dark."""

import re

import pytest

from tests.browser.steps import (
    GOOD,
    given_it_was_migrated,
    then_nobody_is_shut_out,
    when_they_agree,
    when_they_follow_its_link,
    when_they_open_the_link,
    when_they_read_the_mail,
    when_they_type_a_card,
)

pytestmark = pytest.mark.browser
LONG = "Maximiliana-Konstantina Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausen"
SIGNED_OUT = ["/accounts/login/", "/accounts/password/reset/", "/demo/mail/", "/l/card/unknown/"]
STAFF = [
    "/",
    "/clients/",
    "/clients/?q=zzz",
    "/clients/add/",
    "/relationships/start/",
    "/relationships/start/?payer=new",
    "/accounts/2fa/",
    "/nowhere/",
]
OF_A_CLIENT = ["", "relationships/", "sessions/", "sessions/?show=past", "edit/", "contacts/add/"]
OF_A_RELATIONSHIP = ["", "migrate/", "end/", "restart/"]


@pytest.fixture
def demo_desk(backstage, open_browser):
    """The therapist of the demo practice, with her many clients."""
    return open_browser(backstage.ask("sign_in", email="therapist@example.com"))


@pytest.mark.parametrize("path", SIGNED_OUT)
def test_signed_out(visitor, path):
    visitor.goto(path)
    then_nobody_is_shut_out(visitor)


@pytest.mark.parametrize("path", STAFF)
def test_of_the_practice(demo_desk, path):
    demo_desk.goto(path)
    then_nobody_is_shut_out(demo_desk)


@pytest.mark.parametrize("path", OF_A_CLIENT)
def test_of_a_client(therapist, robin, path):
    therapist.page.goto(f"/clients/{robin.attendee.id}/{path}")
    then_nobody_is_shut_out(therapist.page)


@pytest.mark.parametrize("path", OF_A_RELATIONSHIP)
def test_of_a_relationship(therapist, robin, path):
    therapist.page.goto(f"{robin.path}{path}")
    then_nobody_is_shut_out(therapist.page)


def test_of_a_session(therapist, robin):
    desk = therapist.page
    for page in ("", "time/", "cancel/"):
        desk.goto(f"{robin.sessions[0].path}{page}")
        then_nobody_is_shut_out(desk)
    desk.goto(f"/sessions/create/{robin.id}/")
    then_nobody_is_shut_out(desk)
    desk.get_by_role("button", name="Create Session").click()
    then_nobody_is_shut_out(desk)


def test_the_migrate_page_with_errors_and_long_names(backstage, therapist):
    bond = backstage.hand_over(
        therapist.id,
        attendee={"name": LONG, "email": "", "mobile": "", "date_of_birth": None},
        payer={"name": LONG},
    )
    desk = therapist.page
    for path in (bond.path, f"/clients/{bond.attendee.id}/", "/clients/", "/"):
        desk.goto(path)
        then_nobody_is_shut_out(desk)
    desk.goto(f"{bond.path}migrate/")
    desk.get_by_role("button", name="Confirm Migration").click()
    then_nobody_is_shut_out(desk)


def test_of_what_helps_to_get_a_card(therapist, robin, visitor, backstage):
    desk = therapist.page
    given_it_was_migrated(desk, robin)
    desk.get_by_role("link", name="Record agreement").click()
    then_nobody_is_shut_out(desk)
    desk.get_by_role("link", name="Cancel", exact=True).click()
    desk.get_by_role("button", name="Copy the link").click()
    then_nobody_is_shut_out(desk)
    visitor.goto(desk.get_by_label("Link to add a payment card").input_value())
    backstage.ask("expire_links", client=robin.attendee.id)
    visitor.reload()
    then_nobody_is_shut_out(visitor)


def test_of_the_payer(therapist, robin, visitor):
    given_it_was_migrated(therapist.page, robin)
    then_nobody_is_shut_out(therapist.page)
    therapist.page.goto(f"/sessions/create/{id_of_the_relationship(therapist.page)}/")
    then_nobody_is_shut_out(therapist.page)
    when_they_read_the_mail(visitor, "Please add your payment card", robin.attendee.email)
    then_nobody_is_shut_out(visitor)
    when_they_open_the_link(visitor, robin)
    then_nobody_is_shut_out(visitor)
    when_they_agree(visitor)
    when_they_type_a_card(visitor, GOOD)
    then_nobody_is_shut_out(visitor)
    when_they_read_the_mail(visitor, "Your payment card was saved", robin.attendee.email)
    when_they_follow_its_link(visitor)
    then_nobody_is_shut_out(visitor)
    visitor.get_by_role("link", name="Remove this card").click()
    then_nobody_is_shut_out(visitor)


def id_of_the_relationship(page) -> str:
    """The id of the relationship whose page this is."""
    found = re.search(r"/relationships/(\d+)/", page.url)
    assert found
    return found[1]


def test_practice_settings(backstage, open_browser):
    desk = open_browser(backstage.ask("sign_in", email="owner@example.com"))
    desk.goto("/practice/")
    then_nobody_is_shut_out(desk)
