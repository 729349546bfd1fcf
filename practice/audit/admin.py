"""The audit in the admin: looked at, and itself audited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from practice.admin_base import ReadOnlyAdmin, actor, of_client
from practice.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "by",
        "action",
        "target",
        "client_id",
    )
    fields = (
        "at",
        "by",
        "action",
        "target",
        "client_id",
        "details",
    )
    search_fields = ("client_id",)
    search_help_text = "The number of a client: what happened to their record."
    client_of = "client_id"

    by = actor("actor")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        return of_client(queryset, search_term), False
