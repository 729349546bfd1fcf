"""End this relationship, with a choice for each future session; restart one ended by mistake."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.money import format_money
from practice.refusals import Refused
from practice.team.access import StaffRequest
from practice.wording import say_when
from relationships.forms.end import EndForm, RestartForm
from relationships.models import EndReason, Relationship
from relationships.rules import may_manage
from workflows.end_relationship import end_relationship, preview_end
from workflows.restart_relationship import needs_agreement, why_not_restart
from workflows.restart_relationship import restart as restart_workflow


@dataclass(frozen=True, slots=True)
class Row:
    """One future session and what is chosen for it."""

    when: str
    fee: str
    name: str
    chosen: str


def _managed(request: StaffRequest, pk: int) -> Relationship:
    relationships = Relationship.objects.for_user(request.user).with_people()
    found = get_object_or_404(relationships.select_related("moved_to__payer"), pk=pk)
    if not may_manage(request.user, found):
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: StaffRequest, pk: int) -> HttpResponse:
    found, now = _managed(request, pk), timezone.now()
    if not found.is_open:
        messages.info(request, "This relationship has ended.")
        return redirect("relationships:relationship", pk)
    preview = preview_end(found, now=now)
    form = EndForm(request.POST or None, preview=preview)
    if form.is_bound and form.is_valid() and "change" not in request.POST:
        if _is_confirmed(request.POST, form):
            return _end(request, form, now=now)
        return _page(request, "end_preview", _preview_context(form))
    if "confirmed" in request.POST:
        form.add_error(None, "The future sessions have changed. Please look again.")
    return _page(request, "end", _context(form))


def _page(request: StaffRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    found: Relationship = context["relationship"]
    return served(
        render(request, f"relationships/{name}.html", context),
        by=Actor.user(request.user),
        action=f"relationship.read_{name}",
        target=found,
        client_id=found.attendee_id,
    )


def _shown(form: EndForm) -> str:
    return ",".join(str(one.pk) for one in form.preview.upcoming)


def _is_confirmed(posted: QueryDict, form: EndForm) -> bool:
    """Confirmed for the sessions that there are now, not for others that were there before."""
    return "confirmed" in posted and posted.get("shown", "") == _shown(form)


def _context(form: EndForm) -> dict[str, Any]:
    rows = [
        Row(say_when(one.starts_at), format_money(one.fee, one.currency), name, chosen)
        for one, name, chosen in form.rows()
    ]
    return {"form": form, "relationship": form.preview.relationship, "rows": rows}


def _preview_context(form: EndForm) -> dict[str, Any]:
    """The sessions in groups, by what becomes of them."""
    groups: dict[str, list[str]] = {}
    labels = dict(form.fates)
    for one in form.preview.upcoming:
        groups.setdefault(labels[form.fate_of(one)], []).append(say_when(one.starts_at))
    reason = EndReason(form.cleaned_data["reason"])
    return {
        "form": form,
        "relationship": form.preview.relationship,
        "reason": reason.label,
        "is_silent": reason == EndReason.DECEASED,
        "groups": list(groups.items()),
        "shown": _shown(form),
    }


def _end(request: StaffRequest, form: EndForm, *, now: datetime) -> HttpResponse:
    pk = form.preview.relationship.pk
    try:
        end_relationship(
            relationship_id=pk,
            reason=EndReason(form.cleaned_data["reason"]),
            choices=form.choices,
            has_payer_agreed=form.cleaned_data.get("has_payer_agreed", False),
            user=request.user,
            now=now,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, "end", _context(form))
    messages.success(request, "The relationship has ended.")
    return redirect("relationships:relationship", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: StaffRequest, pk: int) -> HttpResponse:
    found, now = _managed(request, pk), timezone.now()
    if found.is_open:
        messages.info(request, "This relationship is open.")
        return redirect("relationships:relationship", pk)
    reason = why_not_restart(found)
    form = RestartForm(
        request.POST if request.method == "POST" else None,
        payer=found.payer.name,
        is_agreement_needed=needs_agreement(found),
    )
    if not reason and form.is_bound and form.is_valid():
        reason = _restart(request, found, form, now=now)
        if not reason:
            return redirect("relationships:relationship", pk)
    return _page(request, "restart", {"form": form, "relationship": found, "reason": reason})


def _restart(
    request: StaffRequest, found: Relationship, form: RestartForm, *, now: datetime
) -> str:
    """Restart it; the refusal in words, or ""."""
    try:
        restart_workflow(
            relationship_id=found.pk, manner=form.chosen_manner, user=request.user, now=now
        )
    except Refused as refusal:
        return str(refusal)
    messages.success(request, "The relationship goes on as if it had not ended.")
    return ""
