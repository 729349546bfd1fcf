"""The main job, end to end: from signing in to the session that is charged to the right card."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    GOOD,
    MOBILE,
    fact,
    given_the_migrate_page,
    in_days,
    then_it_says,
    then_only_these_are_asked,
    then_the_attendee_pays,
    then_the_card_is_saved,
    then_the_page_is,
    then_the_payer_is,
    when_they_agree,
    when_they_book,
    when_they_confirm,
    when_they_follow_its_link,
    when_they_open_the_link,
    when_they_open_the_relationship,
    when_they_press,
    when_they_press_migrate,
    when_they_read_the_mail,
    when_they_say_who_asked,
    when_they_sign_in,
    when_they_tab_to,
    when_they_type_a_card,
)

pytestmark = pytest.mark.browser
ROBIN = {"name": "Robin Vale", "mobile": ""}
KIT = {"name": "Kit Marlow"}


def test_sam_rivers_pays_for_their_own_sessions(open_browser):
    """As a newcomer does it, after `make run`."""
    desk, phone = open_browser(), open_browser()
    when_they_sign_in(desk, "therapist@example.com")
    when_they_open_the_relationship(desk, "Sam Rivers")
    then_the_page_is(desk, "Third Party Relationship")
    when_they_press_migrate(desk)
    then_only_these_are_asked(desk, "Mobile number")
    when_they_say_who_asked(desk, "Sam Rivers, who attends")
    desk.get_by_label("Mobile number").fill(MOBILE)
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Sam Rivers")
    then_it_says(desk, "Sam Rivers has no payment card on file yet. Asked on")
    expect(desk.get_by_role("button", name="Create Session")).to_have_count(0)
    when_they_read_the_mail(phone, "Please add your payment card", "sam.rivers@example.com")
    when_they_follow_its_link(phone)
    when_they_agree(phone)
    when_they_type_a_card(phone, GOOD)
    then_the_card_is_saved(phone)
    desk.reload()
    expect(fact(desk, "Card")).to_contain_text("On file Visa ···· 4242")
    when_they_book(desk, in_days(40))
    then_the_payer_is(desk, "Sam Rivers", kind="First Party Relationship")
    expect(fact(desk, "Payment")).to_contain_text("Sam’s card: On file Visa ···· 4242")
    when_they_read_the_mail(phone, "Your appointment on", "sam.rivers@example.com")
    when_they_read_the_mail(phone, "You no longer pay for new", "jo.rivers@example.com")
    when_they_read_the_mail(phone, "A payment card has arrived", "therapist@example.com")


def test_from_session_details(therapist, robin):
    """The other way in: Relationship type, with the attendee's name below it."""
    desk = therapist.page
    desk.goto(robin.sessions[0].path)
    then_the_payer_is(desk, "Kit Marlow", kind="Third Party Relationship")
    expect(fact(desk, "Relationship type")).to_contain_text("Robin Vale")
    fact(desk, "Relationship type").get_by_role("link").click()
    then_the_page_is(desk, "Third Party Relationship")
    when_they_press_migrate(desk)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    desk.goto(robin.sessions[0].path)
    then_the_payer_is(desk, "Robin Vale", kind="First Party Relationship")


def test_without_javascript(backstage, open_browser, therapist):
    bond = backstage.hand_over(therapist.id, attendee=ROBIN, payer=KIT)
    key = backstage.ask("sign_in", email=therapist.email)
    desk = open_browser(key, java_script_enabled=False)
    phone = open_browser(java_script_enabled=False)
    desk.goto("/")
    when_they_open_the_relationship(desk, "Robin Vale")
    when_they_press_migrate(desk)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    desk.get_by_label("Mobile number").fill(MOBILE)
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
    when_they_open_the_link(phone, bond)
    when_they_agree(phone)
    when_they_type_a_card(phone, GOOD)
    then_the_card_is_saved(phone)
    desk.reload()
    when_they_book(desk, in_days(40))
    then_the_payer_is(desk, "Robin Vale", kind="First Party Relationship")


def test_sign_in_with_the_keyboard_alone(visitor):
    visitor.goto("/")
    when_they_tab_to(visitor, "textbox", "E-mail")
    visitor.keyboard.type("therapist@example.com")
    when_they_tab_to(visitor, "textbox", "Password")
    visitor.keyboard.type("demo-practice")
    when_they_press(visitor, ["Enter"])
    then_the_page_is(visitor, "Today")
    when_they_press(visitor, ["/"])
    visitor.keyboard.type("ada q")
    when_they_press(visitor, ["Enter"])
    then_the_page_is(visitor, "Clients")
    when_they_tab_to(visitor, "link", "Ada Quill")
    when_they_press(visitor, ["Enter"])
    then_the_page_is(visitor, "Ada Quill")


def test_migrate_with_the_keyboard_alone(backstage, therapist):
    bond = backstage.hand_over(therapist.id, attendee=ROBIN, payer=KIT)
    desk = therapist.page
    desk.goto(bond.path)
    when_they_tab_to(desk, "link", "Migrate to first party relationship")
    when_they_press(desk, ["Enter"])
    then_the_page_is(desk, "Migrate to first party relationship")
    when_they_tab_to(desk, "radio", "Robin Vale, who attends")
    when_they_press(desk, [" "])
    when_they_tab_to(desk, "combobox", "How")
    desk.keyboard.type("By phone")
    when_they_tab_to(desk, "textbox", "Mobile number")
    desk.keyboard.type(MOBILE)
    when_they_tab_to(desk, "checkbox", bond.sessions[3].when)
    when_they_press(desk, [" "])
    when_they_tab_to(desk, "button", "Confirm Migration")
    when_they_press(desk, ["Enter"])
    then_the_attendee_pays(desk, "Robin Vale")
    then_it_says(desk, bond.sessions[2].when)
    expect(desk.get_by_text(bond.sessions[3].when)).to_have_count(0)


def test_the_card_with_the_keyboard_alone(therapist, robin, visitor):
    given_the_migrate_page(therapist.page, robin)
    when_they_say_who_asked(therapist.page, "Robin Vale, who attends")
    when_they_confirm(therapist.page)
    when_they_open_the_link(visitor, robin)
    when_they_tab_to(visitor, "checkbox", "I agree")
    when_they_press(visitor, [" "])
    when_they_tab_to(visitor, "button", "Continue to Stripe")
    when_they_press(visitor, ["Enter"])
    then_it_says(visitor, "This is a stand-in for Stripe.")
    for label, typed in (
        ("Card number", GOOD),
        ("Expiry", "12 / 34"),
        ("CVC", "123"),
        ("Name on card", "Robin Vale"),
    ):
        when_they_tab_to(visitor, "textbox", label)
        visitor.keyboard.type(typed)
    when_they_press(visitor, ["Enter"])
    then_the_card_is_saved(visitor)
