"""The main job, end to end: from signing in to the session that is charged to the right card."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    GOOD,
    MOBILE,
    fact,
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
    when_they_open_the_relationship,
    when_they_press_migrate,
    when_they_read_the_mail,
    when_they_say_who_asked,
    when_they_sign_in,
    when_they_type_a_card,
)

pytestmark = pytest.mark.browser


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
