"""Migrate to first party relationship: one preview, one confirmation (DESIGN 4.2)."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.refusals import Refused
from practice.team.access import StaffRequest
from relationships.forms.migrate import MigrateForm
from relationships.models import Relationship
from relationships.rules import may_manage
from relationships.views.migrate_showing import migration_context
from workflows.migrate_to_first_party import StalePreview, migrate_to_first_party
from workflows.migration_digest import Differences, differences
from workflows.migration_preview import MigrationPreview, migrated_to, preview_migration


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows: the state as it is, and how it differs from what was shown before."""

    preview: MigrationPreview
    changed: Differences
    posted: QueryDict | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def migrate(request: StaffRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(Relationship.objects.for_user(request.user).with_people(), pk=pk)
    if not may_manage(request.user, found):
        raise Http404
    if done := migrated_to(found):
        messages.info(request, "This relationship has been migrated. Here is the new one.")
        return redirect("relationships:relationship", done.pk)
    preview = preview_migration(found, now=now)
    if preview.refusal:
        return _refused(request, preview)
    if request.method == "POST":
        return _confirm(request, preview, now=now)
    return _page(request, Seen(preview, Differences()), _form(None, preview, now=now))


def _refused(request: StaffRequest, preview: MigrationPreview) -> HttpResponse:
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    context = {"relationship": preview.relationship, "reason": preview.refusal}
    response = render(request, "relationships/migrate_refused.html", context, status=status)
    return _served(request, response, preview.relationship)


def _form(posted: QueryDict | None, preview: MigrationPreview, *, now: datetime) -> MigrateForm:
    today = now.astimezone(preview.practice.zone).date()
    return MigrateForm(posted, preview=preview, today=today)


def _confirm(request: StaffRequest, preview: MigrationPreview, *, now: datetime) -> HttpResponse:
    shown = request.POST.get("digest", "")
    form = _form(request.POST, preview, now=now)
    if not form.is_valid():
        return _page(request, Seen(preview, differences(shown, preview), request.POST), form)
    try:
        new = migrate_to_first_party(
            relationship_id=preview.relationship.pk,
            answers=form.answers,
            digest=shown,
            user=request.user,
            now=now,
        )
    except StalePreview as stale:
        form = _form(request.POST, stale.preview, now=now)
        return _page(request, Seen(stale.preview, stale.changed, request.POST), form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except IntegrityError:
        form.add_error(None, "Somebody was just given this e-mail address. Use another one.")
    else:
        messages.success(request, f"{new.payer.name} pays for their own sessions from now on.")
        return redirect("relationships:relationship", new.pk)
    return _page(request, Seen(preview, Differences(), request.POST), form)


def _page(request: StaffRequest, seen: Seen, form: MigrateForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        **migration_context(seen.preview, seen.changed, seen.posted),
    }
    status = HTTPStatus.CONFLICT if seen.changed else HTTPStatus.OK
    response = render(request, "relationships/migrate.html", context, status=status)
    return _served(request, response, seen.preview.relationship)


def _served(request: StaffRequest, response: HttpResponse, found: Relationship) -> HttpResponse:
    return served(
        response,
        by=Actor.user(request.user),
        action="relationship.read_migrate",
        target=found,
        client_id=found.attendee_id,
    )
