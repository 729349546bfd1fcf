"""Given, when, then: what people do in the pages, in the words of the pages."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.browser.backstage import Bond
from tests.browser.site import wait_until
from tests.browser.watch import faults

PASSWORD = "demo-practice"
MIGRATE = "Migrate to first party relationship"
GOOD, DECLINED, SECURE = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"
MOBILE = "07700 900456"


def in_days(days: int) -> date:
    """A day of the practice's calendar."""
    return (datetime.now(ZoneInfo("Europe/London")) + timedelta(days=days)).date()


# --- Signing in and finding the way ---------------------------------------------------------------


def when_they_sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    then_the_page_is(page, "Today")


def when_they_open_the_relationship(page: Page, name: str) -> None:
    """Clients > client > Relationships > relationship."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Clients").click()
    page.get_by_role("link", name=name).first.click()
    then_the_page_is(page, name)
    page.get_by_role("navigation", name="Client").get_by_role("link", name="Relationships").click()
    page.get_by_role("link", name=re.compile("Party Relationship")).first.click()


def then_the_page_is(page: Page, title: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def then_it_says(page: Page, *sentences: str | re.Pattern[str]) -> None:
    for words in sentences:
        expect(page.get_by_text(words).first).to_be_visible()


def then_it_does_not_say(page: Page, *sentences: str) -> None:
    for words in sentences:
        expect(page.get_by_text(words)).to_have_count(0)


def then_nobody_is_shut_out(page: Page) -> None:
    """axe, overflow; wide and narrow, light and dark."""
    found = faults(page)
    assert not found, f"{page.url}: {found}"


# --- The migration --------------------------------------------------------------------------------


def when_they_press_migrate(page: Page) -> None:
    page.get_by_role("link", name=MIGRATE).click()
    then_the_page_is(page, MIGRATE)


def given_the_migrate_page(page: Page, bond: Bond) -> None:
    page.goto(f"{bond.path}migrate/")
    then_the_page_is(page, MIGRATE)


def when_they_say_who_asked(page: Page, name: str, *, how: str = "In a session") -> None:
    page.get_by_label(name).check()
    page.get_by_label("How", exact=True).select_option(how)


def when_they_confirm(page: Page) -> None:
    page.get_by_role("button", name="Confirm Migration").click()


def given_it_was_migrated(page: Page, bond: Bond) -> None:
    given_the_migrate_page(page, bond)
    when_they_say_who_asked(page, f"{bond.attendee.name}, who attends")
    when_they_confirm(page)
    then_the_attendee_pays(page, bond.attendee.name)


def then_the_attendee_pays(page: Page, name: str) -> None:
    then_the_page_is(page, "First Party Relationship")
    expect(page.get_by_text(f"{name} attends and pays")).to_be_visible()


def then_only_these_are_asked(page: Page, *labels: str) -> None:
    """The section of what is missing holds these fields and no others; none: no section."""
    missing = page.locator("section").filter(has=page.get_by_role("heading", name="Missing about"))
    expect(missing).to_have_count(1 if labels else 0)
    if labels:
        expect(missing.locator("label")).to_have_text([re.compile(label) for label in labels])


def tick(page: Page, label: str) -> Locator:
    return page.get_by_role("checkbox", name=label, exact=True)


# --- Mail -----------------------------------------------------------------------------------------


def mails(page: Page, subject: str, to: str) -> Locator:
    """The mails in the demo's box, with that subject and for that address."""
    row = page.get_by_role("listitem").filter(has=page.get_by_text(to))
    return row.get_by_role("link", name=subject)


def when_they_read_the_mail(page: Page, subject: str, to: str) -> None:
    """At /demo/mail/; it may take a second or two to arrive."""

    def has_arrived() -> bool:
        page.goto("/demo/mail/")
        return mails(page, subject, to).count() > 0

    wait_until(has_arrived, f"“{subject}” arrived at {to}", 30)
    mails(page, subject, to).first.click()
    then_the_page_is(page, re.compile(subject))


def when_they_follow_its_link(page: Page) -> None:
    page.get_by_role("link", name="Open the link of this e-mail").click()


def when_they_open_the_link(page: Page, bond: Bond) -> None:
    """The attendee reads the mail that asks for a card, and presses its link."""
    when_they_read_the_mail(page, "Please add your payment card", bond.attendee.email)
    when_they_follow_its_link(page)


# --- The card -------------------------------------------------------------------------------------


def when_they_agree(page: Page) -> None:
    then_the_page_is(page, "Add a payment card")
    page.get_by_label(re.compile("^I agree")).check()
    page.get_by_role("button", name="Continue to Stripe").click()
    expect(page.get_by_text("This is a stand-in for Stripe.")).to_be_visible()


def when_they_type_a_card(page: Page, number: str, *, expiry: str = "12 / 34") -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill(expiry)
    page.get_by_label("CVC").fill("123")
    page.get_by_label("Name on card").fill("Robin Vale")
    page.get_by_role("button", name="Save card").click()


def then_the_card_is_saved(page: Page, label: str = "Visa ···· 4242") -> None:
    then_the_page_is(page, "Your card is saved")
    expect(page.get_by_text(label)).to_be_visible()


def given_a_saved_card(page: Page, bond: Bond, number: str = GOOD) -> None:
    when_they_open_the_link(page, bond)
    when_they_agree(page)
    when_they_type_a_card(page, number)
    then_the_page_is(page, "Your card is saved")


# --- Sessions -------------------------------------------------------------------------------------


def when_they_fill_in_a_session(page: Page, day: date, at: str = "15:00") -> None:
    page.get_by_label("Kind of session").select_option(label="Individual (50 minutes, £80.00)")
    page.get_by_label("Date", exact=True).fill(day.isoformat())
    page.get_by_label("Time", exact=True).fill(at)


def when_they_book(page: Page, day: date, at: str = "15:00") -> None:
    page.get_by_role("link", name="Create Session").click()
    then_the_page_is(page, "Create Session")
    when_they_fill_in_a_session(page, day, at)
    page.get_by_role("button", name="Create Session").click()
    then_it_says(page, "The session is booked.")


def then_the_payer_is(page: Page, name: str, *, kind: str) -> None:
    """On session details: who pays, under which kind of relationship."""
    expect(fact(page, "Relationship type")).to_contain_text(kind)
    expect(fact(page, "Payer")).to_contain_text(name)


def fact(page: Page, label: str) -> Locator:
    """The value beside a label in a list of facts."""
    term = page.get_by_role("term").filter(has_text=re.compile(f"^{label}$"))
    return term.locator("xpath=following-sibling::dd[1]")


# --- The keyboard ---------------------------------------------------------------------------------


def when_they_tab_to(page: Page, role: Any, name: str | re.Pattern[str]) -> None:
    """Press Tab until it has the focus, and see that it shows."""
    wanted = page.get_by_role(role, name=name).and_(page.locator(":focus"))
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.count():
            break
    expect(wanted).to_be_visible()
    shown = "one => { const s = getComputedStyle(one); return s.outlineStyle + s.boxShadow }"
    assert wanted.evaluate(shown) != "nonenone", f"nothing shows that {name} has the focus"


def when_they_press(page: Page, keys: Sequence[str]) -> None:
    for key in keys:
        page.keyboard.press(key)
