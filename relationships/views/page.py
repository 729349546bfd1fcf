"""One relationship: who attends, who pays, since when, how, and its sessions."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.models import Mandate
from billing.rules import CardStatus, card_statuses, why_cannot_book
from clients.colours import payer_colours
from clients.models import CareTeamMember
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.money import format_money
from practice.team.access import StaffRequest
from practice.team.models import User
from relationships.models import MigrationRequest, Relationship
from relationships.rules import may_manage, why_may_not_pay_for_self
from sessions.models import Status
from sessions.showing import SessionRow, session_rows

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Sessions:
    """What is shown of a relationship's sessions, and whether there are more of each kind."""

    upcoming: list[SessionRow]
    earlier: list[SessionRow]
    has_more_upcoming: bool
    has_more_earlier: bool


@require_safe
def relationship(request: StaffRequest, pk: int) -> HttpResponse:
    now, practice = timezone.now(), Practice.current()
    found = get_object_or_404(_readable(request.user), pk=pk)
    if found.moved_to_id:
        found.moved_to = _with_payer(found.moved_to_id)
    card = card_statuses([found], now=now, practice=practice)[found.pk]
    context = {
        "relationship": found,
        "sessions": _sessions(found, card, now=now, practice=practice),
        "mandate": Mandate.objects.filter(relationship=found).order_by("-given_at").first(),
        "asked": _migration_request(found),
        "agreed_fee": _agreed_fee(found, practice),
        "card": card,
        "colour": payer_colours(found.attendee_id, [found.payer_id])[found.payer_id],
        "practice": practice,
        **_choices(request.user, found, card, now=now, practice=practice),
    }
    return served(
        render(request, "relationships/relationship.html", context),
        by=Actor.user(request.user),
        action="relationship.read",
        target=found,
        client_id=found.attendee_id,
    )


def _readable(user: User) -> QuerySet[Relationship]:
    """What the user may see; `may_open_payer`: also the payer's own profile."""
    cares = CareTeamMember.objects.filter(client=OuterRef("payer"), user=user)
    return (
        Relationship.objects.for_user(user)
        .with_people()
        .annotate(may_open_payer=Value(True) if user.is_manager else Exists(cares))
    )


def _choices(
    user: User, found: Relationship, card: CardStatus, *, now: datetime, practice: Practice
) -> dict[str, object]:
    """What the user may do here, and why not where they may not."""
    if not may_manage(user, found):
        return {"may_manage": False}
    today: date = now.astimezone(practice.zone).date()
    return {
        "may_manage": True,
        "why_not_book": why_cannot_book(found, now=now, practice=practice, status=card),
        "why_not_migrate": why_may_not_pay_for_self(found.attendee, today, practice=practice)
        if found.is_third_party and found.attendee.date_of_birth
        else "",
    }


def _agreed_fee(found: Relationship, practice: Practice) -> str:
    return format_money(found.agreed_fee, practice.currency) if found.agreed_fee is not None else ""


def _migration_request(found: Relationship) -> MigrationRequest | None:
    """Who asked for the migration that ended, or that opened, this relationship."""
    if found.is_open and found.is_third_party:
        return None
    if found.is_third_party:
        return found.migration_requests.first()
    asked = MigrationRequest.objects.filter(relationship__moved_to=found).first()
    if asked:
        asked.relationship = _with_payer(asked.relationship_id)
        asked.relationship.attendee = found.attendee
    return asked


def _with_payer(pk: int) -> Relationship:
    return Relationship.objects.select_related("payer").get(pk=pk)


def _sessions(
    found: Relationship, card: CardStatus, *, now: datetime, practice: Practice
) -> Sessions:
    """The next and the latest sessions, in one statement."""
    own = found.therapy_sessions
    ahead = own.upcoming(now)
    is_ahead = Q(status=Status.SCHEDULED, starts_at__gt=now)
    behind = own.exclude(is_ahead).order_by("-starts_at", "-pk")
    shown = own.filter(
        Q(pk__in=ahead.values("pk")[: SHOWN + 1]) | Q(pk__in=behind.values("pk")[: SHOWN + 1])
    ).order_by("starts_at", "pk")
    rows = session_rows(shown, found, card=card, now=now, practice=practice)
    upcoming = [row for row in rows if row.is_ahead]
    earlier = [row for row in reversed(rows) if not row.is_ahead]
    return Sessions(upcoming[:SHOWN], earlier[:SHOWN], len(upcoming) > SHOWN, len(earlier) > SHOWN)
