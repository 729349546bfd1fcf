"""The Migrate page: whom it lets through, what it asks, what moves, what changes under one's hands."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    MIGRATE,
    fact,
    given_it_was_migrated,
    given_the_migrate_page,
    mails,
    then_it_says,
    then_only_these_are_asked,
    then_the_attendee_pays,
    then_the_page_is,
    then_the_payer_is,
    tick,
    when_they_confirm,
    when_they_read_the_mail,
    when_they_say_who_asked,
)

pytestmark = pytest.mark.browser
KIT = {"name": "Kit Marlow"}
ASK_ME = "Say who asked. Nobody migrates a relationship unasked."


def test_only_what_is_missing_is_asked(backstage, therapist):
    about = {"name": "Robin Vale", "email": "", "mobile": "", "date_of_birth": None}
    bond = backstage.hand_over(therapist.id, attendee=about, payer=KIT)
    desk = therapist.page
    given_the_migrate_page(desk, bond)
    then_only_these_are_asked(desk, "Date of birth", "E-mail", "Mobile number")
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    desk.get_by_label("Date of birth").fill("1991-05-17")
    when_they_confirm(desk)
    then_it_says(desk, "Nothing was saved yet. Please look again at:")
    expect(desk.get_by_label("Date of birth")).to_have_value("1991-05-17")
    desk.get_by_label("E-mail").fill(f"robin.vale.{bond.id}@example.com")
    desk.get_by_label("Mobile number").fill("07700 900456")
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")


def test_nothing_is_asked_of_somebody_complete(therapist, robin):
    given_the_migrate_page(therapist.page, robin)
    then_only_these_are_asked(therapist.page)


def test_an_address_where_the_practice_wants_one(backstage, therapist, robin):
    before = backstage.ask("change_practice", is_address_required=True, is_mobile_required=False)
    try:
        given_the_migrate_page(therapist.page, robin)
        then_only_these_are_asked(therapist.page, "Address")
    finally:
        backstage.ask("change_practice", **before)


def test_the_organisers_address_is_refused(backstage, therapist):
    bond = backstage.hand_over(
        therapist.id, attendee={"name": "Robin Vale", "email": ""}, payer=KIT
    )
    desk = therapist.page
    given_the_migrate_page(desk, bond)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    desk.get_by_label("E-mail").fill(bond.payer.email.upper())
    when_they_confirm(desk)
    then_it_says(desk, "This is Kit Marlow’s address. It must be Robin’s own.")
    then_the_page_is(desk, MIGRATE)


def test_nobody_migrates_unasked(therapist, robin):
    desk = therapist.page
    given_the_migrate_page(desk, robin)
    when_they_confirm(desk)
    then_it_says(desk, ASK_ME)
    when_they_say_who_asked(desk, "Kit Marlow, who pays", how="By phone")
    when_they_confirm(desk)
    then_it_says(desk, "Robin must agree to pay.")
    desk.get_by_label("Robin agrees to pay").check()
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    expect(fact(desk, "Migration")).to_contain_text("Kit Marlow asked on")


def test_ticked_sessions_move_and_the_others_stay(therapist, robin, visitor):
    desk = therapist.page
    moves, stays = robin.sessions[1], robin.sessions[2]
    given_the_migrate_page(desk, robin)
    then_it_says(desk, "4 of 4 can move to Robin")
    desk.get_by_role("checkbox", name="All sessions").uncheck()
    tick(desk, moves.when).check()
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    desk.goto(moves.path)
    then_the_payer_is(desk, "Robin Vale", kind="First Party Relationship")
    desk.goto(stays.path)
    then_the_payer_is(desk, "Kit Marlow", kind="Third Party Relationship")
    when_they_read_the_mail(visitor, "You no longer pay for new", robin.payer.email)
    then_it_says(visitor, stays.when.rsplit(",", 1)[0])


def test_the_other_parent_ends_only_when_the_attendee_asked(backstage, therapist, robin):
    other = backstage.another_payer(robin, "Lou Vale")
    session = backstage.book(other, week=6)
    desk = therapist.page
    given_the_migrate_page(desk, robin)
    then_it_says(desk, "Lou Vale pays, too")
    desk.get_by_label("Robin asked that this relationship end as well").check()
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    desk.goto(session.path)
    then_the_payer_is(desk, "Robin Vale", kind="First Party Relationship")


# --- Somebody else is faster ----------------------------------------------------------------------


def test_a_session_booked_meanwhile_shows_the_page_again(backstage, therapist, robin):
    desk = therapist.page
    given_the_migrate_page(desk, robin)
    when_they_say_who_asked(desk, "Robin Vale, who attends", how="By letter")
    tick(desk, robin.sessions[3].when).uncheck()
    late = backstage.book(robin, week=5)
    when_they_confirm(desk)
    then_it_says(desk, "Something has changed since you opened this page.")
    row = desk.get_by_role("row").filter(has_text=late.when)
    expect(row).to_contain_text("Changed")
    expect(desk.get_by_label("How", exact=True)).to_have_value("LETTER")
    expect(desk.get_by_label("Robin Vale, who attends")).to_be_checked()
    expect(tick(desk, robin.sessions[3].when)).not_to_be_checked()
    expect(tick(desk, robin.sessions[0].when)).to_be_checked()
    expect(tick(desk, late.when)).to_be_checked()
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    then_it_says(desk, late.when)


def test_a_session_cancelled_in_another_tab(therapist, robin):
    desk = therapist.page
    given_the_migrate_page(desk, robin)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    tab = desk.context.new_page()
    tab.goto(robin.sessions[0].path)
    tab.get_by_role("link", name="Cancel session").click()
    tab.get_by_label(f"{therapist.name} cancels").check()
    tab.get_by_role("button", name="Cancel session").click()
    expect(tab.get_by_role("link", name="Rebook")).to_be_visible()
    when_they_confirm(desk)
    then_it_says(desk, "Sessions have changed: they are marked below, or are gone.")
    expect(tick(desk, robin.sessions[0].when)).to_have_count(0)
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_double_click_confirms_once(
    backstage, open_browser, therapist, robin, visitor, has_script
):
    key = backstage.ask("sign_in", email=therapist.email)
    desk = open_browser(key, java_script_enabled=has_script)
    given_the_migrate_page(desk, robin)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    desk.get_by_role("button", name="Confirm Migration").dblclick()
    then_the_attendee_pays(desk, "Robin Vale")
    old, new = backstage.ask("facts", attendee=robin.attendee.id)["relationships"]
    assert (old["reason"], old["moved_to"], new["is_open"]) == ("MIGRATED", new["id"], True)
    assert new["sessions"] == [one.id for one in robin.sessions]
    assert backstage.ask("facts", attendee=robin.attendee.id)["migrations"] == 1
    when_they_read_the_mail(visitor, "You no longer pay for new", robin.payer.email)
    visitor.goto("/demo/mail/")
    expect(mails(visitor, "Please add your payment card", robin.attendee.email)).to_have_count(1)


def test_whoever_asks_twice_is_shown_the_new_relationship(therapist, robin):
    given_it_was_migrated(therapist.page, robin)
    therapist.page.goto(f"{robin.path}migrate/")
    then_the_attendee_pays(therapist.page, "Robin Vale")
    then_it_says(therapist.page, "This relationship has been migrated. Here is the new one.")


@pytest.mark.parametrize("page", ["", "migrate/", "end/", "restart/"])
def test_a_strangers_relationship_is_not_found(backstage, open_browser, robin, page):
    stranger = open_browser(backstage.ask("sign_in", email="other@example.com"))
    answer = stranger.goto(f"{robin.path}{page}")
    assert answer.status == 404
    expect(stranger.get_by_text("Robin")).to_have_count(0)
