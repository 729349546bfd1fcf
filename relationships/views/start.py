"""Start a relationship: for somebody known, or for somebody new."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.models import Client
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.refusals import Refused
from practice.team.access import StaffRequest
from relationships.forms.start import StartForm, WhoPays, payers_seen_by
from relationships.models import Relationship
from relationships.rules import why_may_not_pay_for_self
from workflows.start_relationship import Start, start_relationship

FOUND = 12


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: StaffRequest, pk: int) -> HttpResponse:
    attendee = get_object_or_404(Client.objects.for_user(request.user), pk=pk)
    return _start(request, attendee)


@require_http_methods(["GET", "HEAD", "POST"])
def start_new(request: StaffRequest) -> HttpResponse:
    return _start(request, None)


def _start(request: StaffRequest, attendee: Client | None) -> HttpResponse:
    if not (request.user.is_manager or request.user.is_therapist):
        raise Http404
    now, practice = timezone.now(), Practice.current()
    today = now.astimezone(practice.zone).date()
    form = StartForm(
        request.POST or None,
        user=request.user,
        attendee=attendee,
        who_pays=_who_pays(request),
        practice=practice,
        today=today,
    )
    if form.is_bound and form.is_valid() and (started := _save(request, form, now=now)):
        return redirect("relationships:relationship", started.pk)
    context: dict[str, Any] = {
        "form": form,
        "attendee": attendee,
        "practice": practice,
        "why_not": why_may_not_pay_for_self(attendee, today, practice=practice) if attendee else "",
        **_found(request, form),
    }
    return served(
        render(request, "relationships/start.html", context),
        by=Actor.user(request.user),
        action="relationship.read_start",
        target=attendee or request.user,
        client_id=attendee.pk if attendee else None,
        ids=[one.pk for one in [*context["payers"], *context["known"]]],
    )


def _who_pays(request: StaffRequest) -> WhoPays:
    asked = request.GET.get("payer", "")
    return WhoPays(asked) if asked in list(WhoPays) else WhoPays.SELF


def _found(request: StaffRequest, form: StartForm) -> dict[str, Any]:
    """People whose name begins with what was searched for, as payer or as attendee."""
    q, who = _typed(request, "q"), _typed(request, "who")
    people = payers_seen_by(request.user).reachable()
    own = Client.objects.for_user(request.user)
    payers = list(people.name_begins(q)[:FOUND]) if q else []
    chosen = form.cleaned_data.get("payer") if form.is_bound else None
    if chosen and chosen not in payers:
        payers.insert(0, chosen)
    return {
        "q": q,
        "who": who,
        "payers": [person for person in payers if person != form.attendee],
        "chosen": chosen or (payers[0] if len(payers) == 1 else None),
        "known": list(own.name_begins(who)[:FOUND]) if who else [],
    }


def _typed(request: StaffRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def _save(request: StaffRequest, form: StartForm, *, now: datetime) -> Relationship | None:
    try:
        with transaction.atomic():
            started = start_relationship(start=_what(form), user=request.user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    except IntegrityError:
        form.add_error(None, "Somebody was just added with one of these e-mail addresses.")
        return None
    if started.started_at == now:
        sentence = f"{started.type_label} started: {started.payer.name} pays from now on."
        messages.success(request, sentence)
    else:
        messages.info(request, "This relationship was open already. Nothing was changed.")
    return started


def _what(form: StartForm) -> Start:
    payer = {
        WhoPays.SELF: None,
        WhoPays.NEW: form.person("payer"),
        WhoPays.KNOWN: form.cleaned_data.get("payer"),
    }[form.who_pays]
    return Start(
        therapist=form.chosen_therapist,
        attendee=form.attendee or form.person("attendee"),
        payer=payer,
        terms=form.terms,
        relation=form.cleaned_data.get("relation", ""),
    )
