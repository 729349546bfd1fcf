"""From which day on somebody may pay for their own sessions: the clock of real processes is moved."""

from datetime import UTC, date, datetime, time

import pytest

from tests.browser.steps import (
    given_the_migrate_page,
    in_days,
    then_it_says,
    then_the_attendee_pays,
    when_they_confirm,
    when_they_say_who_asked,
)

pytestmark = pytest.mark.browser
KIT = {"name": "Kit Marlow"}
CANNOT = "This relationship cannot be migrated now."


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def in_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


def when_they_ask_for_the_migrate_page(page, address: str, bond) -> None:
    page.goto(f"{address}{bond.path}migrate/")


def test_refused_at_15_and_allowed_on_the_16th_birthday(backstage, site, therapist):
    birthday = in_days(1)
    born = years_before(birthday, 16).isoformat()
    about = {"name": "Robin Vale", "date_of_birth": born}
    bond = backstage.hand_over(therapist.id, attendee=about, payer=KIT)
    desk = therapist.page
    desk.goto(bond.path)
    then_it_says(desk, f"Robin may pay for their own sessions from {in_words(birthday)}")
    when_they_ask_for_the_migrate_page(desk, site.address, bond)
    then_it_says(desk, CANNOT, f"from {in_words(birthday)}")
    with site.on(noon(birthday)) as address:
        when_they_ask_for_the_migrate_page(desk, address, bond)
        when_they_say_who_asked(desk, "Robin Vale, who attends")
        when_they_confirm(desk)
        then_the_attendee_pays(desk, "Robin Vale")


def test_somebody_born_on_29_february_may_from_1_march(backstage, site, therapist):
    """Where the year has no such day. Sixteen years after one it has; the practice's age here is another."""
    year = next(year for year in range(in_days(0).year + 1, 3000) if year % 4 == 3)
    born, first_of_march = date(year - 15, 2, 29), date(year, 3, 1)
    about = {"name": "Robin Vale", "date_of_birth": born.isoformat()}
    bond = backstage.hand_over(therapist.id, attendee=about, payer=KIT)
    before = backstage.ask("change_practice", consent_age=15)
    desk = therapist.page
    try:
        with site.on(noon(date(year, 2, 28))) as address:
            when_they_ask_for_the_migrate_page(desk, address, bond)
            then_it_says(desk, CANNOT, f"from {in_words(first_of_march)}")
        with site.on(noon(first_of_march)) as address:
            when_they_ask_for_the_migrate_page(desk, address, bond)
            when_they_say_who_asked(desk, "Robin Vale, who attends")
            when_they_confirm(desk)
            then_the_attendee_pays(desk, "Robin Vale")
    finally:
        backstage.ask("change_practice", **before)


def test_a_date_of_birth_that_is_missing_is_judged_when_it_is_typed(backstage, therapist):
    about = {"name": "Robin Vale", "date_of_birth": None}
    bond = backstage.hand_over(therapist.id, attendee=about, payer=KIT)
    desk, birthday = therapist.page, in_days(1)
    given_the_migrate_page(desk, bond)
    when_they_say_who_asked(desk, "Robin Vale, who attends")
    desk.get_by_label("Date of birth").fill(years_before(birthday, 16).isoformat())
    when_they_confirm(desk)
    then_it_says(desk, f"Robin may pay for their own sessions from {in_words(birthday)}")
    desk.get_by_label("Date of birth").fill(years_before(in_days(0), 16).isoformat())
    when_they_confirm(desk)
    then_the_attendee_pays(desk, "Robin Vale")
