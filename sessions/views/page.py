"""One session: who attends, who pays, when it is charged, and what happened to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.rules import CardStatus, card_statuses
from clients.colours import payer_colours
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from practice.audit.reading import served
from practice.models import Practice
from practice.money import format_money
from practice.team.access import StaffRequest
from practice.team.models import User
from practice.wording import say_when
from relationships.models import Relationship
from relationships.querysets import RelationshipQuerySet
from relationships.rules import may_manage
from sessions.models import Status, TherapySession
from sessions.rules import is_late
from sessions.showing import charge_words, status_words, zone_words


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a session's history; `who` with its "by"."""

    when: str
    what: str
    who: str


@require_safe
def session(request: StaffRequest, pk: int) -> HttpResponse:
    now, practice = timezone.now(), Practice.current()
    sessions = TherapySession.objects.for_user(request.user).with_people()
    found = get_object_or_404(sessions.select_related("series", "rebooked_from"), pk=pk)
    found.relationship.therapist = found.therapist
    context = {
        **_facts(found, request.user, now=now, practice=practice),
        "history": _history(found),
        **_choices(request, found, now=now),
    }
    return served(
        render(request, "sessions/session.html", context),
        by=Actor.user(request.user),
        action="session.read",
        target=found,
        client_id=found.relationship.attendee_id,
    )


def _facts(
    found: TherapySession, reader: User, *, now: datetime, practice: Practice
) -> dict[str, Any]:
    relationship = found.relationship
    card = _card(found, now=now, practice=practice)
    tone, label = status_words(found, now=now)
    colours = payer_colours(relationship.attendee_id, [relationship.payer_id])
    return {
        "therapy_session": found,
        "relationship": relationship,
        "practice": practice,
        "when": say_when(found.starts_at),
        "zones": _zones(found, reader),
        "tone": tone,
        "label": label,
        "fee": format_money(found.fee, found.currency),
        "card": card,
        "charge": charge_words(found, relationship, card=card, now=now, practice=practice)
        if card
        else "",
        "colour": colours[relationship.payer_id],
        "is_upcoming": found.is_upcoming(now),
        "is_late": is_late(found, now=now),
        "rebooked_as": found.rebooked_as.first() if found.is_cancelled else None,
    }


def _zones(found: TherapySession, reader: User) -> str:
    """Which zone the time is said in, where it was booked in another; else ""."""
    own, booked = (zone_words(zone, found.starts_at) for zone in (reader.zone, found.zone))
    return f"In your zone, {own}; booked in {booked}" if own != booked else ""


def _card(found: TherapySession, *, now: datetime, practice: Practice) -> CardStatus | None:
    """How the card stands that is to pay; None once nothing more is to come."""
    if not found.is_upcoming(now):
        return None
    of = found.relationship
    return card_statuses([of], now=now, practice=practice)[of.pk]


def _choices(request: StaffRequest, found: TherapySession, *, now: datetime) -> dict[str, Any]:
    if not may_manage(request.user, found.relationship):
        return {"may_manage": False}
    if not found.is_upcoming(now):
        return {"may_manage": True}
    return {"may_manage": True, "may_move": _destinations(found).exists()}


def _destinations(found: TherapySession) -> RelationshipQuerySet:
    """Other open relationships of the same therapist and attendee."""
    return (
        Relationship.objects.open()
        .filter(therapist=found.therapist_id, attendee=found.relationship.attendee_id)
        .exclude(pk=found.relationship_id)
    )


# --- What happened --------------------------------------------------------------------------------


def _history(found: TherapySession) -> list[Happened]:
    """What the row and the audit know of this session, the latest first.

    One statement, and one for the payers of a session that was moved between them.
    """
    events = AuditEvent.objects.filter(
        client_id=found.relationship.attendee_id, at__gte=found.booked_at
    ).filter(
        Q(action="session.reschedule", target=f"therapysession:{found.pk}")
        | Q(action="session.book", at=found.booked_at)
        | Q(action="session.move")
    )
    mine = [one for one in events.order_by("at", "pk") if _is_about(one, found)]
    lines = [
        Happened(say_when(one.at), what, f"by {one.actor.label}")
        for one, what in zip(mine, _told(mine), strict=True)
    ]
    if not mine or mine[0].action != "session.book":
        lines.insert(0, Happened(say_when(found.booked_at), "Booked", ""))
    if found.cancelled_at and found.cancelled_by:
        lines.append(_cancelled(found, found.cancelled_at, found.cancelled_by.label))
    return lines[::-1]


def _is_about(event: AuditEvent, found: TherapySession) -> bool:
    return found.pk in event.details.get("sessions", [found.pk])


def _cancelled(found: TherapySession, at: datetime, who: str) -> Happened:
    """Client or therapist cancel, and staff record it; an unpaid one is cancelled by the clock."""
    what = {
        Status.CANCELLED: "Cancelled by the client (free)",
        Status.LATE_CANCELLED: "Cancelled by the client (late)",
        Status.CANCELLED_BY_THERAPIST: "Cancelled by the therapist",
    }.get(Status(found.status))
    if what is None:
        return Happened(say_when(at), found.get_status_display(), f"by {who}")
    return Happened(say_when(at), what, f"recorded by {who}")


def _told(events: Sequence[AuditEvent]) -> Iterator[str]:
    """What each event did, the oldest first: a move says who paid until then."""
    payers, payer = _payers(events), ""
    for event in events:
        before, payer = payer, payers.get(event.target, payer)
        yield _words(event, before, payer)


def _payers(events: Sequence[AuditEvent]) -> dict[str, str]:
    """Their names, by the target of the events that booked or moved; none without a move."""
    if not any(one.action == "session.move" for one in events):
        return {}
    about = [one for one in events if one.action != "session.reschedule"]
    ids = [one.target.removeprefix("relationship:") for one in about]
    found = Relationship.objects.filter(pk__in=ids).select_related("payer")
    return {f"relationship:{one.pk}": one.payer.name for one in found}


def _words(event: AuditEvent, before: str, payer: str) -> str:
    if event.action == "session.reschedule":
        was = datetime.fromisoformat(event.details["was"])
        return f"Changed; before, it was on {say_when(was)}"
    if event.action == "session.book":
        return "Booked"
    return f"Moved from {before} to {payer}" if before else f"Moved to {payer}"
