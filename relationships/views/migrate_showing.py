"""What the Migrate page shows, in words: rows, boxes, and what will happen then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import QueryDict

from clients.colours import payer_colours
from clients.models import Client
from practice.money import format_money
from practice.wording import say_when
from relationships.models import PaymentMethod, Relationship
from sessions.showing import planned_words
from workflows.migration_digest import Differences, digest
from workflows.migration_preview import MigrationPreview, SessionChange


@dataclass(frozen=True, slots=True)
class Row:
    """One future session on the Migrate page."""

    id: int
    when: str
    fee: str
    payer: str
    colour: str
    is_movable: bool
    is_ticked: bool
    is_changed: bool
    what: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another payer's relationship that may be ended as well."""

    relationship: Relationship
    colour: str
    is_ticked: bool
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which boxes are on: all at first, afterwards what was sent; new rows are on again."""

    changed: Differences
    posted: QueryDict | None

    def session(self, pk: int) -> bool:
        if self.posted is None:
            return True
        was_shown = str(pk) in self.posted.get("shown", "").split(",")
        return str(pk) in self.posted.getlist("sessions") or not was_shown

    def other(self, pk: int) -> bool:
        return self.posted is not None and str(pk) in self.posted.getlist("end_also")


def migration_context(
    preview: MigrationPreview, changed: Differences, posted: QueryDict | None
) -> dict[str, Any]:
    relationship, ticks = preview.relationship, Ticks(changed, posted)
    payer_ids = [relationship.payer_id, *(one.relationship.payer_id for one in preview.others)]
    colours = payer_colours(relationship.attendee_id, payer_ids)
    rows_of = partial(_rows, colours=colours, ticks=ticks, is_card_there=preview.card is not None)
    rows = rows_of(preview.changes)
    return {
        "preview": preview,
        "practice": preview.practice,
        "relationship": relationship,
        "attendee": relationship.attendee,
        "payer": relationship.payer,
        "rows": rows,
        "movable": sum(row.is_movable for row in rows),
        "others": [
            Other(
                one.relationship,
                colours[one.relationship.payer_id],
                ticks.other(one.relationship.pk),
                rows_of(one.changes),
            )
            for one in preview.others
        ],
        "is_stale": bool(changed),
        "changed_words": _changed_words(changed),
        "digest": digest(preview),
        "shown": ",".join(str(one.therapy_session.pk) for one in preview.all_changes),
        "then": then_words(preview),
    }


def _rows(
    changes: Iterable[SessionChange], colours: dict[int, str], ticks: Ticks, *, is_card_there: bool
) -> list[Row]:
    return [_row(change, colours, ticks, is_card_there=is_card_there) for change in changes]


def _row(
    change: SessionChange, colours: dict[int, str], ticks: Ticks, *, is_card_there: bool
) -> Row:
    one = change.therapy_session
    charged = planned_words(
        change.planned, to=change.payer_after.first_name, is_card_there=is_card_there
    )
    return Row(
        id=one.pk,
        when=say_when(one.starts_at),
        fee=format_money(one.fee, one.currency),
        payer=change.payer_now.first_name,
        colour=colours[change.payer_now.pk],
        is_movable=change.is_movable,
        is_ticked=change.is_movable and ticks.session(one.pk),
        is_changed=one.pk in ticks.changed.session_ids,
        what=charged if change.is_movable else change.stays_because,
    )


FACTS = {
    "relationship": "The relationship itself has changed.",
    "terms": "How it is paid, or the agreed fee, has changed.",
    "others": "Somebody else’s relationship was started or ended.",
    "existing": "A first-party relationship was opened or ended.",
    "missing": "What is missing of the attendee has changed.",
    "card": "The attendee’s card has changed.",
}


def _changed_words(changed: Differences) -> list[str]:
    words = [text for fact, text in FACTS.items() if fact in changed.facts]
    if changed.session_ids:
        words.append("Sessions have changed: they are marked below, or are gone.")
    return words


def then_words(preview: MigrationPreview) -> list[str]:
    """What Confirm Migration sets off, a sentence each."""
    attendee, payer = preview.relationship.attendee, preview.relationship.payer
    return [
        *_existing_words(preview, attendee),
        _payment_words(preview, attendee),
        f"{payer.first_name} is told that their part has ended, and what they still pay for.",
    ]


def _existing_words(preview: MigrationPreview, attendee: Client) -> list[str]:
    if preview.existing is None:
        return []
    return [f"{attendee.first_name}’s own relationship is open already: the sessions move there."]


def _payment_words(preview: MigrationPreview, attendee: Client) -> str:
    terms = preview.existing or preview.relationship
    name = attendee.first_name
    if terms.payment_method == PaymentMethod.BY_INVOICE:
        return f"{name} gets the invoices from now on, and an e-mail that says so."
    if terms.payment_method == PaymentMethod.NOT_AT_ALL:
        return f"Nothing is paid, as before; {name} gets an e-mail."
    if preview.card:
        return (
            f"{name}’s card on file ({preview.card.label}) is charged from now on. Their agreement "
            "is recorded, and an e-mail tells them how to say that it is not right."
        )
    return f"{name} has no card on file, so an e-mail asks them to add one. Their slots are kept."
