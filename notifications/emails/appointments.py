"""Appointments: booked, changed, cancelled; to the attendee and to the payer, each their own letter."""

from collections.abc import Sequence

from notifications import calendar
from notifications.letters import Letter, SessionLine
from notifications.outbox import queue


def sessions_booked(letter: Letter, *, sessions: Sequence[SessionLine]) -> None:
    """One appointment or a whole series in one e-mail, with a calendar file."""
    values = {"sessions": sessions, "first": sessions[0], "count": len(sessions)}
    queue("sessions_booked", letter=letter, values=values, invite=calendar.booked(sessions, letter))


def session_changed(letter: Letter, *, before: SessionLine, after: SessionLine) -> None:
    """Moved, longer, or elsewhere: what it was, what it is, with a calendar file that changes the entry."""
    queue(
        "session_changed",
        letter=letter,
        values={
            "before": before,
            "after": after,
            "before_lines": [before],
            "after_lines": [after],
        },
        invite=calendar.booked([after], letter),
    )


def sessions_cancelled(
    letter: Letter, *, sessions: Sequence[SessionLine], fee_note: str = ""
) -> None:
    """What does not take place, with a calendar file that removes it. `fee_note`: whole sentences, to a payer."""
    values = {
        "sessions": sessions,
        "first": sessions[0],
        "count": len(sessions),
        "fee_note": fee_note,
    }
    queue(
        "sessions_cancelled",
        letter=letter,
        values=values,
        invite=calendar.cancelled(sessions, letter),
    )
