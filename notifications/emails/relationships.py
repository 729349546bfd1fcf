"""Who pays has changed, or nobody does any more. No reader learns of another payer."""

from collections.abc import Sequence
from datetime import date

from notifications.letters import AgreementLine, Letter, LinkSecret, SessionLine
from notifications.outbox import queue
from notifications.wording import day


def you_pay_from_now_on(
    letter: Letter,
    *,
    agreement: AgreementLine,
    card: str,
    sessions: Sequence[SessionLine],
    link: LinkSecret | None,
) -> None:
    """To the new payer: what they pay, with which card (empty: by invoice), the appointments ahead.

    The link says "this is not right"; there is none where nothing was agreed to (by invoice).
    """
    values = {"agreement": agreement, "card": card, "sessions": sessions}
    queue("you_pay_from_now_on", letter=letter, values=values, link=link)


def your_part_has_ended(
    letter: Letter,
    *,
    therapist: str,
    attendee: str,
    ended_on: date,
    sessions: Sequence[SessionLine],
) -> None:
    """To a former organiser: what ended when, and the appointments still billed to them."""
    values = {
        "therapist": therapist,
        "attendee": attendee,
        "ended_on": day(ended_on),
        "sessions": sessions,
    }
    queue("your_part_has_ended", letter=letter, values=values)


def relationship_ended(
    letter: Letter,
    *,
    therapist: str,
    ended_on: date,
    attendee: str = "",
    kept: Sequence[SessionLine] = (),
) -> None:
    """To an attendee, or to a payer (`attendee` given): nothing new is booked; `kept` still takes place.

    Cancelled appointments have their own e-mail, `sessions_cancelled`.
    """
    values = {
        "therapist": therapist,
        "attendee": attendee,
        "ended_on": day(ended_on),
        "sessions": kept,
    }
    queue("relationship_ended", letter=letter, values=values)
