"""What a payer agrees to, in plain words. A new wording gets a new version; given ones keep theirs."""

from hashlib import sha256

from practice.models import ChargeMoment, Practice
from practice.money import format_money
from relationships.models import Relationship

VERSION = "2026-11"


def mandate_text(relationship: Relationship, *, practice: Practice) -> str:
    """Say who may charge, for what, how much, when, and how to stop it. Needs the people loaded."""
    return " ".join(
        [
            f"{practice.name} may charge my card for {_what(relationship)}:",
            f"{_how_much(relationship, practice)}, {when_charged(practice)}.",
            f"{cancelling(practice)}; after that, or if nobody comes, the fee stands.",
            "I can withdraw this, or remove my card, at any time.",
        ]
    )


def digest(text: str) -> str:
    """What a page posts back of the words that were read on it."""
    return sha256(text.encode()).hexdigest()


def when_charged(practice: Practice) -> str:
    """Say `48 hours before it starts`, as the practice has set it for new appointments."""
    if practice.charge_moment == ChargeMoment.AFTER_SESSION:
        return "after it has taken place"
    return f"{hours(practice.charge_lead_hours)} before it starts"


def cancelling(practice: Practice) -> str:
    """Say until when cancelling costs nothing."""
    return f"Cancelling is free until {hours(practice.free_cancel_hours)} before the start"


def hours(number: int) -> str:
    return "1 hour" if number == 1 else f"{number} hours"


def _what(relationship: Relationship) -> str:
    therapist = relationship.therapist.name
    which = "" if relationship.is_open else " that are booked already"
    if relationship.is_first_party:
        return f"my appointments with {therapist}{which}"
    return f"the appointments of {relationship.attendee.name} with {therapist}{which}"


def _how_much(relationship: Relationship, practice: Practice) -> str:
    if relationship.agreed_fee is None:
        return "the fee named when each one is booked"
    return f"{format_money(relationship.agreed_fee, practice.currency)} for each one"
