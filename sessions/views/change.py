"""Another time, a cancellation, another payer: one page and one confirmation each."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from billing.rules import card_statuses
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.money import format_money
from practice.refusals import Refused
from practice.team.access import StaffRequest
from practice.wording import say_when
from relationships.models import Relationship
from relationships.rules import may_manage
from sessions.actions import Clashes
from sessions.clock import moment
from sessions.forms.change import CancelForm, CancelledBy, MoveForm, RescheduleForm
from sessions.models import Status, TherapySession
from sessions.rules import is_late, status_when_cancelled
from sessions.showing import charge_words, clash_words, zone_words
from workflows.cancel import cancel as cancel_workflow
from workflows.move_session import move_session
from workflows.reschedule import reschedule as reschedule_workflow


def _managed(request: StaffRequest, pk: int) -> TherapySession:
    """The session, for who may manage its relationship; others get 404."""
    sessions = TherapySession.objects.for_user(request.user).with_people()
    found = get_object_or_404(sessions, pk=pk)
    if not may_manage(request.user, found.relationship):
        raise Http404
    return found


def _page(
    request: StaffRequest, name: str, found: TherapySession, context: dict[str, Any]
) -> HttpResponse:
    about = {"therapy_session": found, "relationship": found.relationship}
    return served(
        render(request, f"sessions/{name}.html", about | context),
        by=Actor.user(request.user),
        action=f"session.read_{name}",
        target=found,
        client_id=found.relationship.attendee_id,
    )


def _too_late(request: StaffRequest, found: TherapySession) -> HttpResponse:
    """Say why nothing can be changed any more; already cancelled is no mistake."""
    if found.is_cancelled:
        messages.info(request, "This session has been cancelled.")
    else:
        messages.error(request, "Only a session that is still ahead can be changed.")
    return redirect("sessions:session", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: StaffRequest, pk: int) -> HttpResponse:
    found, now = _managed(request, pk), timezone.now()
    if not found.is_upcoming(now):
        return _too_late(request, found)
    today = now.astimezone(found.zone).date()
    form = RescheduleForm(request.POST or None, therapy_session=found, today=today)
    if form.is_bound and form.is_valid() and _reschedule(request, found, form, now=now):
        return redirect("sessions:session", pk)
    context = {
        "form": form,
        "when": say_when(found.starts_at, found.zone),
        "zone": zone_words(found.zone, found.starts_at),
        "is_late": is_late(found, now=now),
    }
    return _page(request, "reschedule", found, context)


def _reschedule(
    request: StaffRequest, found: TherapySession, form: RescheduleForm, *, now: datetime
) -> bool:
    data = form.cleaned_data
    try:
        changed = reschedule_workflow(
            therapy_session_id=found.pk,
            starts_at=moment(data["first_on"], data["at"], found.zone),
            length_minutes=data["length_minutes"],
            place=data["place"],
            user=request.user,
            now=now,
        )
    except Clashes as taken:
        form.add_error(None, " ".join(clash_words(taken.sessions, request.user)))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"The session is on {say_when(changed.starts_at)}.")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    found, now = _managed(request, pk), timezone.now()
    if not found.is_upcoming(now):
        return _too_late(request, found)
    form = CancelForm(request.POST or None, choices=_cancel_choices(found, now=now))
    if form.is_bound and form.is_valid():
        return _cancel(request, found, form.cleaned_data["cancelled_by"], now=now)
    context = {
        "form": form,
        "when": say_when(found.starts_at),
    }
    return _page(request, "cancel", found, context)


def _cancel_choices(found: TherapySession, *, now: datetime) -> list[tuple[str, str]]:
    """Who may cancel, and what each means for the fee."""
    status = status_when_cancelled(found, is_by_therapist=False, now=now)
    fee = format_money(found.fee, found.currency)
    free_until = say_when(found.free_cancel_until)
    if status == Status.LATE_CANCELLED and found.fee:
        meaning = f"late: it was free until {free_until}, so the fee of {fee} stands"
    else:
        meaning = "free: nothing is charged"
    return [
        (CancelledBy.CLIENT, f"{found.relationship.attendee.name} cancels ({meaning})"),
        (CancelledBy.THERAPIST, f"{found.therapist.name} cancels (always free for the payer)"),
    ]


def _cancel(
    request: StaffRequest, found: TherapySession, cancelled_by: str, *, now: datetime
) -> HttpResponse:
    try:
        cancel_workflow(
            therapy_session_id=found.pk,
            is_by_therapist=cancelled_by == CancelledBy.THERAPIST,
            user=request.user,
            now=now,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The session is cancelled. Its time is free again.")
    return redirect("sessions:session", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: StaffRequest, pk: int) -> HttpResponse:
    found, now = _managed(request, pk), timezone.now()
    if not found.is_upcoming(now):
        return _too_late(request, found)
    others = _destinations(found)
    form = MoveForm(request.POST or None, destinations=others)
    if form.is_bound and form.is_valid() and _move(request, found, form, now=now):
        return redirect("sessions:session", pk)
    context = {
        "form": form,
        "when": say_when(found.starts_at),
        "fee": format_money(found.fee, found.currency),
        "charge": _charge(found, now=now),
        "has_others": bool(others),
    }
    return _page(request, "move", found, context)


def _charge(found: TherapySession, *, now: datetime) -> str:
    of, practice = found.relationship, Practice.current()
    card = card_statuses([of], now=now, practice=practice)[of.pk]
    return charge_words(found, of, card=card, now=now, practice=practice)


def _destinations(found: TherapySession) -> list[Relationship]:
    """Other open relationships of the same therapist and attendee."""
    return list(
        Relationship.objects.open()
        .filter(therapist=found.therapist_id, attendee=found.relationship.attendee_id)
        .exclude(pk=found.relationship_id)
        .with_people()
    )


def _move(request: StaffRequest, found: TherapySession, form: MoveForm, *, now: datetime) -> bool:
    try:
        moved = move_session(
            therapy_session_id=found.pk,
            to_relationship_id=form.cleaned_data["to"],
            user=request.user,
            now=now,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{moved.relationship.payer.name} pays for this session now.")
    return True
