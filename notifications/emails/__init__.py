"""Every e-mail that leaves the building: one function and one folder of `templates/emails/` each.

They take plain values, write a row into the outbox inside the caller's transaction, and return nothing.
"""

from notifications.emails.agreements import (
    add_your_card,
    agree_to_pay,
    agreement_disputed,
    agreement_recorded,
    agreement_withdrawn,
    new_link,
    request_disowned,
)
from notifications.emails.appointments import session_changed, sessions_booked, sessions_cancelled
from notifications.emails.cards import card_arrived, card_removed, card_removed_notice, card_saved
from notifications.emails.relationships import (
    relationship_ended,
    you_pay_from_now_on,
    your_part_has_ended,
)

__all__ = [
    "add_your_card",
    "agree_to_pay",
    "agreement_disputed",
    "agreement_recorded",
    "agreement_withdrawn",
    "card_arrived",
    "card_removed",
    "card_removed_notice",
    "card_saved",
    "new_link",
    "relationship_ended",
    "request_disowned",
    "session_changed",
    "sessions_booked",
    "sessions_cancelled",
    "you_pay_from_now_on",
    "your_part_has_ended",
]
