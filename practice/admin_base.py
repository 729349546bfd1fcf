"""What the records in the Django admin share: what a rule governs is read-only, what is read is audited.

Buttons call the same actions as the pages; e-mail bodies and the secrets of links are never shown.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from practice.audit.actor import Actor
from practice.audit.log import record
from practice.audit.reading import served
from practice.refusals import Refused
from practice.team.models import User

ROWS = 50
MAX_DIGITS = 18


def always(_: Any) -> bool:
    return True


class Button(NamedTuple):
    """A button of one record: what it says, what it calls (`record, by, now`), when it is offered."""

    name: str
    label: str
    press: Callable[[Any, Actor, datetime], object]
    is_offered: Callable[[Any], bool] = always


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def actor(field: str) -> Callable[[Any, Any], str]:
    """A column that shows an Actor as people read it."""

    @admin.display(description=field.replace("_", " "))
    def label(_: Any, row: Any) -> str:
        found = getattr(row, field)
        return found.label if found else "-"

    return label


def of_client(queryset: QuerySet[Any], number: str) -> QuerySet[Any]:
    """Rows whose `client_id`, which is indexed, is the number typed; all rows when none is."""
    if not number.strip():
        return queryset
    is_id = number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS
    return queryset.filter(client_id=int(number)) if is_id else queryset.none()


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and pages that are served only once it is written who read them."""

    actions = None
    list_per_page = list_max_show_all = ROWS
    show_full_result_count = False
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    client_of = ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the people whose names are shown, in lists and on pages alike."""
        found: QuerySet[Any] = super().get_queryset(request)
        related = self.list_select_related
        return found.select_related(*related) if isinstance(related, list | tuple) else found

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and "cl" in (response.context_data or {}):
            response.render()
            rows = (response.context_data or {})["cl"].result_list
            self._note(request, response, self.model(pk=""), ids=[row.pk for row in rows])
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        return self._served(request, response)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        return self._served(request, response)

    def _served(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Render the page, write that it was read, and only then hand it out."""
        if isinstance(response, TemplateResponse):
            response.render()
            shown = response.context_data or {}
            self._note(request, response, shown.get("original") or shown["object"])
        return response

    def _note(
        self, request: HttpRequest, response: HttpResponse, target: models.Model, **details: Any
    ) -> None:
        by, client_id = Actor.user(signed_in(request)), self._client_id(target)
        served(response, by=by, action="admin.read", target=target, client_id=client_id, **details)

    def _client_id(self, target: models.Model) -> int | None:
        """Whose record it is: found by `client_of`, a path such as `relationship.attendee_id`."""
        if not (self.client_of and target.pk):
            return None
        value: Any = target
        for name in self.client_of.split("."):
            value = getattr(value, name)
        return int(value) if value is not None else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and write who changed which fields."""
        super().save_model(request, obj, form, change)
        record(
            by=Actor.user(signed_in(request)),
            action="admin.change" if change else "admin.add",
            target=obj,
            now=timezone.now(),
            fields=[name for name in form.changed_data if "password" not in name],
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Write who deletes it, and delete it; only where a subclass lets anybody."""
        by, now = Actor.user(signed_in(request)), timezone.now()
        record(by=by, action="admin.delete", target=obj, now=now, was=str(obj))
        super().delete_model(request, obj)


class ReadOnlyAdmin(AuditedAdmin):
    """Records that are only looked at here; what else is possible is a button."""

    change_form_template = "admin/read_only_change_form.html"
    buttons: ClassVar[Sequence[Button]] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.get_object(request, object_id) if self.buttons else None
        if request.method == "POST":
            return self._press(request, found)
        offered = [button for button in self.buttons if found and button.is_offered(found)]
        context = (extra_context or {}) | {"buttons": offered}
        return super().change_view(request, object_id, form_url, context)

    def _press(self, request: HttpRequest, found: Any) -> HttpResponse:
        """Press the button that was posted, if it is offered, and show the record again."""
        by_name = {f"_{button.name}": button for button in self.buttons}
        pressed = next((by_name[name] for name in request.POST if name in by_name), None)
        if found is None or pressed is None or not self._may_press(request):
            raise PermissionDenied
        self._run(request, found, pressed)
        return HttpResponseRedirect(request.get_full_path())

    def _may_press(self, request: HttpRequest) -> bool:
        """Those who hold Django's permission to change these records."""
        name = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return signed_in(request).has_perm(name)

    def _run(self, request: HttpRequest, found: Any, button: Button) -> None:
        if not button.is_offered(found):
            messages.warning(request, f"“{button.label}” is no longer possible here.")
            return
        now, by = timezone.now(), Actor.user(signed_in(request))
        try:
            with transaction.atomic():
                record(by=by, action=f"admin.{button.name}", target=found, now=now)
                button.press(found, by, now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{button.label}: done.")
