"""One session: who attends, who pays, when it is charged, and what happened to it."""

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
from practice.wording import say_when
from relationships.models import Relationship
from relationships.querysets import RelationshipQuerySet
from relationships.rules import may_manage
from sessions.models import TherapySession
from sessions.rules import is_late
from sessions.showing import charge_words, status_words


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a session's history."""

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
        **_facts(found, now=now, practice=practice),
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


def _facts(found: TherapySession, *, now: datetime, practice: Practice) -> dict[str, Any]:
    relationship = found.relationship
    card = _card(found, now=now, practice=practice)
    tone, label = status_words(found, now=now)
    colours = payer_colours(relationship.attendee_id, [relationship.payer_id])
    return {
        "therapy_session": found,
        "relationship": relationship,
        "practice": practice,
        "when": say_when(found.starts_at),
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
    """What the row and the audit know of this session, the latest first. One statement."""
    events = AuditEvent.objects.filter(
        client_id=found.relationship.attendee_id, at__gte=found.booked_at
    ).filter(
        Q(action="session.reschedule", target=f"therapysession:{found.pk}")
        | Q(action="session.book", at=found.booked_at)
        | Q(action="session.move")
    )
    mine = [one for one in events.order_by("-at", "-pk") if _is_about(one, found)]
    lines = [Happened(say_when(one.at), _words(one), one.actor.label) for one in mine]
    if found.cancelled_at and found.cancelled_by:
        status = found.get_status_display()
        lines.insert(0, Happened(say_when(found.cancelled_at), status, found.cancelled_by.label))
    if not mine or mine[-1].action != "session.book":
        lines.append(Happened(say_when(found.booked_at), "Booked", ""))
    return lines


def _is_about(event: AuditEvent, found: TherapySession) -> bool:
    return found.pk in event.details.get("sessions", [found.pk])


def _words(event: AuditEvent) -> str:
    if event.action == "session.reschedule":
        return (
            f"Changed; before, it was on {say_when(datetime.fromisoformat(event.details['was']))}"
        )
    return "Booked" if event.action == "session.book" else "Given to another payer"
