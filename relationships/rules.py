"""Who may pay for themselves, and who may change who pays."""

from datetime import date

from clients.ages import age_on, birthday
from clients.models import Client
from practice.models import Practice
from practice.team.models import User
from relationships.models import Relationship


def may_pay_for_self(client: Client, on: date, *, practice: Practice) -> bool:
    """Whether a person has reached the consent age on a day of the practice's zone.

    The one age rule (DESIGN 4.2): asked by every action that opens or restarts a first-party
    relationship or changes a date of birth. The birthday itself is allowed. Unknown: no.
    """
    if client.date_of_birth is None:
        return False
    return age_on(client.date_of_birth, on) >= practice.consent_age


def may_pay_for_self_from(client: Client, *, practice: Practice) -> date | None:
    """The day from which they may; None when the date of birth is unknown."""
    if client.date_of_birth is None:
        return None
    return birthday(client.date_of_birth, practice.consent_age)


def why_may_not_pay_for_self(client: Client, on: date, *, practice: Practice) -> str:
    """The refusal in words, or "" when they may."""
    if may_pay_for_self(client, on, practice=practice):
        return ""
    start = may_pay_for_self_from(client, practice=practice)
    if start is None:
        return f"{client.first_name}'s date of birth is needed: paying is a matter of age."
    return (
        f"{client.first_name} may pay for their own sessions from {start:%a} {start.day} "
        f"{start:%b %Y}, their {ordinal(practice.consent_age)} birthday."
    )


def ordinal(number: int) -> str:
    """Say `16th`; for numbers up to 100."""
    is_teen = number // 10 == 1
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def may_manage(user: User, relationship: Relationship) -> bool:
    """Migrate, end, restart, book: its therapist, practice managers and owners (DESIGN 4.2)."""
    return user.is_manager or relationship.therapist_id == user.pk
