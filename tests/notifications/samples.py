"""One call of every e-mail, with awkward names; `SAMPLES` is what the tests go through."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from notifications import emails
from notifications.letters import LINK_SECRET, AgreementLine, Letter, LinkSecret, SessionLine

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NASTY = '<b onclick="x()">Sam</b> & "Co"'
CARD = "Visa ···· 4242"
SALT = "5a" * 32


def letter(**changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "to": "sam@example.com",
        "first_name": NASTY,
        "client_id": 7,
        "practice_name": "Linden Practice",
        "dedupe_key": "cause:1",
        "now": NOW,
        "reply_to": "office@linden.example",
        "phone": "020 7946 0018",
    }
    return Letter(**fields | changes)


def link(purpose: str = "ADD_CARD") -> LinkSecret:
    return LinkSecret(
        purpose=purpose,
        salt=SALT,
        path=f"/l/card/{LINK_SECRET}/",
        expires_at=NOW + timedelta(days=14),
        time_zone="Europe/London",
    )


def line(week: int = 0, **changes: Any) -> SessionLine:
    starts_at = datetime(2026, 12, 1, 10, tzinfo=UTC) + timedelta(weeks=week)
    fields: dict[str, Any] = {
        "uid": f"session-{week}",
        "sequence": 0,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=50),
        "time_zone": "Europe/London",
        "therapist": "Dr Priya Nair",
        "fee": "£80.00",
        "charge_at": starts_at - timedelta(hours=48),
        "free_until": starts_at - timedelta(hours=48),
    }
    return SessionLine(**fields | changes)


def agreement(**changes: Any) -> AgreementLine:
    fields: dict[str, Any] = {
        "therapist": "Dr Priya Nair",
        "charged": "charged to your card 48 hours before it starts",
        "time_zone": "Europe/London",
        "fee": "£80.00",
        "next_charge_at": datetime(2026, 11, 29, 10, tzinfo=UTC),
    }
    return AgreementLine(**fields | changes)


SAMPLES: dict[str, Callable[[Letter], None]] = {
    "add_your_card": lambda to: emails.add_your_card(
        to, agreements=[agreement(), agreement(attendee=NASTY)], link=link()
    ),
    "agree_to_pay": lambda to: emails.agree_to_pay(
        to, agreements=[agreement()], card=CARD, link=link()
    ),
    "agreement_disputed": lambda to: emails.agreement_disputed(
        to, payer=NASTY, attendee="", path="/relationships/3/"
    ),
    "agreement_recorded": lambda to: emails.agreement_recorded(
        to,
        agreement=agreement(),
        card=CARD,
        agreed_on=date(2026, 11, 20),
        manner="by phone",
        link=link("NOT_RIGHT"),
    ),
    "agreement_withdrawn": lambda to: emails.agreement_withdrawn(
        to, payer=NASTY, attendee="Mia", path="/relationships/3/"
    ),
    "card_arrived": lambda to: emails.card_arrived(
        to, payer=NASTY, card=CARD, attendee="", path="/relationships/3/"
    ),
    "card_removed": lambda to: emails.card_removed(to, card=CARD, link=link("YOUR_CARD")),
    "card_removed_notice": lambda to: emails.card_removed_notice(
        to, payer=NASTY, card=CARD, attendee="Mia", path="/relationships/3/"
    ),
    "card_saved": lambda to: emails.card_saved(
        to, card=CARD, agreements=[agreement()], link=link("YOUR_CARD")
    ),
    "new_link": lambda to: emails.new_link(to, purpose="add your payment card", link=link()),
    "relationship_ended": lambda to: emails.relationship_ended(
        to, therapist=NASTY, ended_on=date(2026, 11, 22), kept=[line()]
    ),
    "request_disowned": lambda to: emails.request_disowned(
        to, payer=NASTY, attendee="Mia", path="/relationships/3/"
    ),
    "session_changed": lambda to: emails.session_changed(
        to, before=line(), after=line(1, sequence=1, place=NASTY)
    ),
    "sessions_booked": lambda to: emails.sessions_booked(to, sessions=[line(place=NASTY)]),
    "sessions_cancelled": lambda to: emails.sessions_cancelled(
        to, sessions=[line(attendee=NASTY, charge_at=None)], fee_note="Nothing is charged."
    ),
    "you_pay_from_now_on": lambda to: emails.you_pay_from_now_on(
        to, agreement=agreement(), card=CARD, sessions=[line(), line(1)], link=link("NOT_RIGHT")
    ),
    "your_part_has_ended": lambda to: emails.your_part_has_ended(
        to,
        therapist="Dr Priya Nair",
        attendee=NASTY,
        ended_on=date(2026, 11, 22),
        sessions=[line(attendee=NASTY)],
    ),
}
