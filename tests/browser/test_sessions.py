"""Booking, and ending a relationship with a choice for each session; restarting it."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    fact,
    in_days,
    then_it_says,
    then_the_page_is,
    then_the_payer_is,
    tick,
    when_they_book,
    when_they_fill_in_a_session,
    when_they_read_the_mail,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_double_click_books_once(backstage, open_browser, therapist, robin, has_script):
    key = backstage.ask("sign_in", email=therapist.email)
    desk = open_browser(key, java_script_enabled=has_script)
    desk.goto(f"/sessions/create/{robin.id}/")
    when_they_fill_in_a_session(desk, in_days(40))
    desk.get_by_role("button", name="Create Session").dblclick()
    then_it_says(desk, "The session is booked.")
    (facts,) = backstage.ask("facts", attendee=robin.attendee.id)["relationships"]
    assert len(facts["sessions"]) == len(robin.sessions) + 1


def test_a_taken_time_is_named_and_nothing_typed_is_lost(therapist, robin):
    desk = therapist.page
    taken = robin.sessions[0]
    desk.goto(f"/sessions/create/{robin.id}/")
    when_they_fill_in_a_session(desk, in_days(7), at="10:20")
    desk.get_by_label("Place").fill("Garden room")
    desk.get_by_role("button", name="Create Session").click()
    then_it_says(desk, f"already has a session with Robin Vale on {taken.when}")
    expect(desk.get_by_label("Time", exact=True)).to_have_value("10:20")
    expect(desk.get_by_label("Place")).to_have_value("Garden room")


def test_a_series_names_its_clashes_before_anything_is_booked(backstage, therapist, robin):
    desk = therapist.page
    desk.goto(f"/sessions/create/{robin.id}/")
    when_they_fill_in_a_session(desk, in_days(21), at="10:00")
    desk.get_by_label("Weekly").check()
    desk.get_by_label("Number of sessions").fill("3")
    desk.get_by_role("button", name="Create Session").click()
    then_it_says(desk, "Nothing is booked yet: some of these times are taken.")
    desk.get_by_role("button", name="Change").click()
    desk.get_by_label("Time", exact=True).fill("16:00")
    desk.get_by_role("button", name="Create Session").click()
    then_it_says(desk, "These 3 sessions will be booked")
    desk.get_by_role("button", name="Book 3 sessions").click()
    then_it_says(desk, "3 sessions are booked.")
    (facts,) = backstage.ask("facts", attendee=robin.attendee.id)["relationships"]
    assert len(facts["sessions"]) == len(robin.sessions) + 3


def test_move_cancel_and_rebook_one(therapist, robin, visitor):
    desk = therapist.page
    desk.goto(robin.sessions[0].path)
    desk.get_by_role("link", name="Edit date/time").click()
    desk.get_by_label("Time", exact=True).fill("12:30")
    desk.get_by_role("button", name="Save").click()
    then_the_page_is(desk, robin.sessions[0].when.replace("10:00", "12:30"))
    then_it_says(desk, f"Changed; before, it was on {robin.sessions[0].when}")
    desk.get_by_role("link", name="Cancel session").click()
    desk.get_by_label("Robin Vale cancels").check()
    desk.get_by_role("button", name="Cancel session").click()
    then_it_says(desk, "The session is cancelled. Its time is free again.")
    desk.get_by_role("link", name="Rebook").click()
    then_the_page_is(desk, "Rebook")
    desk.get_by_role("button", name="Rebook").click()
    then_it_says(desk, "The session is booked.")
    expect(fact(desk, "In place of")).to_be_visible()
    when_they_read_the_mail(visitor, "Your appointment on", robin.attendee.email)


def test_end_with_a_choice_for_each_session_and_restart(backstage, therapist, robin, visitor):
    desk = therapist.page
    stays, others = robin.sessions[0], robin.sessions[1:]
    desk.goto(robin.path)
    desk.get_by_role("link", name="End this relationship").click()
    desk.get_by_role("button", name="Continue").click()
    then_it_says(desk, "Say why it ends.", "Say what becomes of each future session.")
    desk.get_by_label("The payer withdrew").check()
    desk.get_by_label("All of them, unless said otherwise below").select_option(
        label="Cancel, nothing is charged"
    )
    desk.get_by_label(stays.when).select_option(label="Keep, Kit still pays")
    desk.get_by_role("button", name="Continue").click()
    then_it_says(desk, "Sessions stay with Kit only when Kit agrees to it.")
    tick(desk, "Kit agrees to keep paying for the sessions that stay").check()
    desk.get_by_role("button", name="Continue").click()
    then_it_says(desk, "What will happen", stays.when, others[2].when)
    desk.get_by_role("button", name="End this relationship").click()
    then_it_says(desk, "The relationship has ended.")
    (ended,) = backstage.ask("facts", attendee=robin.attendee.id)["relationships"]
    assert (ended["is_open"], ended["sessions"]) == (False, [stays.id])
    when_they_read_the_mail(visitor, "No new appointments will be booked", robin.payer.email)
    when_they_restart(desk)
    (restarted,) = backstage.ask("facts", attendee=robin.attendee.id)["relationships"]
    assert (restarted["id"], restarted["is_open"]) == (robin.id, True)
    desk.goto(stays.path)
    then_the_payer_is(desk, "Kit Marlow", kind="Third Party Relationship")


def when_they_restart(desk):
    desk.get_by_role("link", name="Restart").click()
    desk.get_by_label("In person").check()
    desk.get_by_role("button", name="Restart").click()
    then_it_says(desk, "The relationship goes on as if it had not ended.")


def test_an_ended_relationship_takes_no_new_session(backstage, therapist):
    bond = backstage.hand_over(
        therapist.id, attendee={"name": "Robin Vale"}, payer={"name": "Kit Marlow"}, weeks=()
    )
    desk = therapist.page
    desk.goto(f"{bond.path}end/")
    desk.get_by_label("Therapy has ended").check()
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="End this relationship").click()
    then_it_says(desk, "An ended relationship takes no new session.")
    desk.goto(f"/sessions/create/{bond.id}/")
    then_it_says(desk, "This relationship has ended, so no session can be booked on it.")


def test_book_where_a_card_is_on_file(therapist, robin):
    therapist.page.goto(robin.path)
    when_they_book(therapist.page, in_days(40))
    then_the_payer_is(therapist.page, "Kit Marlow", kind="Third Party Relationship")
