"""Cards: refused and then good, 3-D Secure, links past their time, a card that is removed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    DECLINED,
    GOOD,
    SECURE,
    fact,
    given_a_saved_card,
    given_it_was_migrated,
    then_it_says,
    then_the_card_is_saved,
    then_the_page_is,
    when_they_agree,
    when_they_follow_its_link,
    when_they_open_the_link,
    when_they_read_the_mail,
    when_they_type_a_card,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(therapist, robin):
    """Robin pays from now on, and has been asked for a card."""
    given_it_was_migrated(therapist.page, robin)
    return robin


def test_a_refused_card_then_a_good_one(asked, visitor):
    when_they_open_the_link(visitor, asked)
    when_they_agree(visitor)
    when_they_type_a_card(visitor, DECLINED)
    then_it_says(visitor, "Your card was declined.")
    when_they_type_a_card(visitor, GOOD)
    then_the_card_is_saved(visitor)


def test_3d_secure(asked, visitor):
    when_they_open_the_link(visitor, asked)
    when_they_agree(visitor)
    when_they_type_a_card(visitor, SECURE)
    then_the_page_is(visitor, "3-D Secure")
    visitor.get_by_role("button", name="Complete authentication").click()
    then_the_card_is_saved(visitor, "Visa ···· 3155")


def test_3d_secure_failed_then_passed(asked, visitor, therapist):
    when_they_open_the_link(visitor, asked)
    when_they_agree(visitor)
    when_they_type_a_card(visitor, SECURE)
    visitor.get_by_role("button", name="Fail authentication").click()
    then_the_page_is(visitor, "Save a card")
    expect(visitor.get_by_role("alert")).not_to_be_empty()
    therapist.page.reload()
    then_it_says(therapist.page, "has no payment card on file yet")
    when_they_type_a_card(visitor, SECURE)
    visitor.get_by_role("button", name="Complete authentication").click()
    then_the_card_is_saved(visitor, "Visa ···· 3155")


def test_nobody_is_sent_to_stripe_without_a_tick(asked, visitor):
    when_they_open_the_link(visitor, asked)
    visitor.get_by_role("button", name="Continue to Stripe").click()
    then_it_says(visitor, "Tick what you agree to pay for.")


def test_turning_back_at_stripe(asked, visitor):
    when_they_open_the_link(visitor, asked)
    when_they_agree(visitor)
    visitor.get_by_role("link", name="Back").click()
    then_the_page_is(visitor, "No card was added")
    visitor.get_by_role("link", name="Try again").click()
    when_they_agree(visitor)
    when_they_type_a_card(visitor, GOOD)
    then_the_card_is_saved(visitor)


def test_the_link_again_when_all_is_done(asked, visitor):
    given_a_saved_card(visitor, asked)
    when_they_open_the_link(visitor, asked)
    then_the_page_is(visitor, "This is done")
    then_it_says(visitor, "Visa ···· 4242")


def test_an_expired_link_leads_to_a_new_one(asked, visitor, backstage):
    when_they_open_the_link(visitor, asked)
    backstage.ask("expire_links", client=asked.attendee.id)
    visitor.reload()
    then_the_page_is(visitor, "This link has expired")
    visitor.get_by_role("button", name="Send me a new one").click()
    then_the_page_is(visitor, "Look into your e-mail")
    when_they_read_the_mail(visitor, "Please add your payment card", asked.attendee.email)
    expect(visitor.get_by_role("link", name="Open the link of this e-mail")).to_be_visible()


def test_a_revoked_link(asked, visitor, therapist):
    when_they_open_the_link(visitor, asked)
    therapist.page.get_by_role("button", name="Revoke the link").click()
    then_it_says(therapist.page, re.compile("no longer works|taken back|revoked"))
    visitor.reload()
    then_the_page_is(visitor, "This link no longer works")


def test_a_card_that_comes_through_a_revoked_link_is_not_kept(asked, visitor, therapist):
    when_they_open_the_link(visitor, asked)
    when_they_agree(visitor)
    therapist.page.get_by_role("button", name="Revoke the link").click()
    then_the_page_is(therapist.page, "First Party Relationship")
    when_they_type_a_card(visitor, GOOD)
    then_the_page_is(visitor, "Your card was not kept")
    therapist.page.reload()
    expect(fact(therapist.page, "Card")).to_contain_text("No card")


def test_the_therapist_hands_the_link_over(asked, visitor, therapist):
    therapist.page.get_by_role("button", name="Copy the link").click()
    then_the_page_is(therapist.page, "Link for Robin Vale")
    visitor.goto(therapist.page.get_by_label("Link to add a payment card").input_value())
    when_they_agree(visitor)
    when_they_type_a_card(visitor, GOOD)
    then_the_card_is_saved(visitor)


def test_a_stranger_says_so(asked, visitor, therapist):
    when_they_open_the_link(visitor, asked)
    visitor.get_by_role("link", name="Tell us").click()
    visitor.get_by_role("button", name="This is not me").click()
    then_it_says(visitor, "Thank you. This link no longer works")


def test_a_card_is_replaced_and_removed_by_its_owner(asked, visitor, therapist):
    given_a_saved_card(visitor, asked)
    when_they_read_the_mail(visitor, "Your payment card was saved", asked.attendee.email)
    when_they_follow_its_link(visitor)
    then_the_page_is(visitor, "Your card")
    then_it_says(visitor, "Visa ···· 4242", f"Your appointments with {therapist.name}")
    here = visitor.url
    visitor.get_by_role("button", name="Replace this card at Stripe").click()
    when_they_type_a_card(visitor, "5555 5555 5555 4444")
    then_the_card_is_saved(visitor, "Mastercard ···· 4444")
    visitor.goto(here)
    then_it_says(visitor, "Mastercard ···· 4444")
    visitor.get_by_role("link", name="Remove this card").click()
    then_the_page_is(visitor, "Remove this card?")
    visitor.get_by_role("button", name="Remove the card").click()
    then_it_says(visitor, "You have no card on file. Nothing can be charged.")
    therapist.page.reload()
    then_it_says(therapist.page, "Robin Vale has no payment card on file yet")
    when_they_read_the_mail(visitor, "A payment card was removed", therapist.email)


def test_resending_asks_once_more(asked, visitor, therapist):
    therapist.page.get_by_role("button", name="Resend e-mail").click()
    then_it_says(therapist.page, re.compile("sent|on its way"))
    when_they_open_the_link(visitor, asked)
    then_the_page_is(visitor, "Add a payment card")
