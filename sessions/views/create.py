"""Create Session, once or as a series; and Rebook, the same for one that was cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from billing.rules import why_cannot_book
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.money import format_money
from practice.refusals import Refused
from practice.team.access import StaffRequest
from relationships.models import PayerPlan, Relationship
from relationships.rules import may_manage
from sessions.actions import Clashes
from sessions.forms.booking import BookingForm
from sessions.models import TherapySession
from sessions.rules import span
from sessions.showing import clash_words, planned_rows, zone_words
from workflows.book import book, preview_booking


@dataclass(frozen=True, slots=True)
class Booking:
    """What the page is about: under which relationship, and in place of which cancelled session."""

    relationship: Relationship
    practice: Practice
    now: datetime
    rebooked_from: TherapySession | None = None

    def served(self, request: StaffRequest, response: HttpResponse) -> HttpResponse:
        return served(
            response,
            by=Actor.user(request.user),
            action="session.read_create",
            target=self.rebooked_from or self.relationship,
            client_id=self.relationship.attendee_id,
        )

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "relationship": self.relationship,
            "rebooked_from": self.rebooked_from,
            "practice": self.practice,
            "zone": zone_words(self.relationship.therapist.zone, self.now),
            **more,
        }


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Relationship.objects.for_user(request.user).with_people(), pk=pk)
    if not may_manage(request.user, found):
        raise Http404
    return _book(request, Booking(found, Practice.current(), timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def rebook(request: StaffRequest, pk: int) -> HttpResponse:
    sessions = TherapySession.objects.for_user(request.user).with_people()
    cancelled = get_object_or_404(sessions, pk=pk)
    if not may_manage(request.user, cancelled.relationship):
        raise Http404
    if not cancelled.is_cancelled:
        messages.info(request, "This session is not cancelled.")
        return redirect("sessions:session", pk)
    current = _current_relationship(cancelled) or cancelled.relationship
    return _book(request, Booking(current, Practice.current(), timezone.now(), cancelled))


def _current_relationship(cancelled: TherapySession) -> Relationship | None:
    """The open relationship of the same two people that the payer plan names, else the newest."""
    planned = PayerPlan.objects.filter(default=OuterRef("pk"))
    return (
        Relationship.objects.open()
        .filter(therapist=cancelled.therapist_id, attendee=cancelled.relationship.attendee_id)
        .with_people()
        .order_by(Exists(planned).desc(), "-started_at", "-pk")
        .first()
    )


def _book(request: StaffRequest, booking: Booking) -> HttpResponse:
    reason = why_cannot_book(booking.relationship, now=booking.now, practice=booking.practice)
    if reason:
        context = booking.context(reason=reason)
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        response = render(request, "sessions/cannot_create.html", context, status=status)
        return booking.served(request, response)
    form = BookingForm(
        request.POST or None,
        relationship=booking.relationship,
        practice=booking.practice,
        today=booking.now.astimezone(booking.relationship.therapist.zone).date(),
        rebooked_from=booking.rebooked_from,
        initial={} if request.POST else _initial(booking),
    )
    is_sent = form.is_bound and form.is_valid() and "change" not in request.POST
    if is_sent and (answer := _answer(request, booking, form)):
        return answer
    response = render(request, "sessions/create.html", booking.context(form=form))
    return booking.served(request, response)


def _answer(request: StaffRequest, booking: Booking, form: BookingForm) -> HttpResponse | None:
    """The preview of a series, or where the booked sessions are; None with errors in the form."""
    try:
        if form.is_series and "confirmed" not in request.POST:
            return _preview(request, booking, form)
        booked = book(
            relationship_id=booking.relationship.pk,
            order=form.order,
            user=request.user,
            now=booking.now,
        )
    except Clashes as taken:
        for sentence in clash_words(taken.sessions, request.user):
            form.add_error(None, sentence)
        return None
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    if len(booked) > 1:
        messages.success(request, f"{len(booked)} sessions are booked.")
        return redirect("relationships:relationship", booking.relationship.pk)
    messages.success(request, "The session is booked.")
    return redirect("sessions:session", booked[0].pk)


def _preview(request: StaffRequest, booking: Booking, form: BookingForm) -> HttpResponse:
    order = form.order
    preview = preview_booking(booking.relationship, order, now=booking.now)
    zone = booking.relationship.therapist.zone
    spans = [span(start, order.length_minutes) for start in preview.starts]
    rows = planned_rows(spans, preview.clashes, zone=zone, user=request.user)
    context = booking.context(
        form=form,
        order=order,
        fee=format_money(order.fee, booking.practice.currency),
        rows=rows,
        is_clear=not preview.clashes,
    )
    return booking.served(request, render(request, "sessions/create_preview.html", context))


def _initial(booking: Booking) -> dict[str, Any]:
    """As the cancelled session was; else as the last one, a week later."""
    again = booking.rebooked_from
    if again is None:
        return _like_the_last(booking)
    is_ahead = again.starts_at > booking.now
    local = again.starts_at.astimezone(booking.relationship.therapist.zone)
    return {
        "service_type": again.service_type_id,
        "first_on": local.date() if is_ahead else None,
        "at": local.time(),
        "length_minutes": again.length_minutes,
        "fee": again.fee,
        "place": again.place,
    }


def _like_the_last(booking: Booking) -> dict[str, Any]:
    last = booking.relationship.therapy_sessions.order_by("-starts_at", "-pk").first()
    if last is None:
        return {}
    local = last.starts_at.astimezone(booking.relationship.therapist.zone)
    weeks = max(1, (booking.now - last.starts_at).days // 7 + 1)
    return {
        "service_type": last.service_type_id,
        "first_on": local.date() + timedelta(weeks=weeks),
        "at": local.time(),
        "place": last.place,
    }
