"""The practice's settings, its services and its outbox in the admin.

The outbox stands here because notifications know no domain, and its button has to ask whether a client may
be written to.
"""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from clients.models import Client
from notifications.models import OutgoingEmail
from notifications.resend import send_again
from practice.admin_base import AuditedAdmin, Button, ReadOnlyAdmin, of_client
from practice.audit.actor import Actor
from practice.models import Practice, ServiceType
from practice.refusals import Refused
from sessions.models import TherapySession

admin.site.site_title = "Practice records"
admin.site.site_header = "Practice records"
admin.site.index_title = "Records"
admin.site.empty_value_display = "-"


@admin.register(Practice)
class PracticeAdmin(AuditedAdmin):
    """One row; its currency is fixed once there is a session (DESIGN 4.5)."""

    list_display = (
        "name",
        "time_zone",
        "currency",
    )
    fieldsets = [
        (None, {"fields": ["name", "email", "phone", "address", "time_zone", "currency"]}),
        (
            "Clients",
            {
                "fields": [
                    "consent_age",
                    "age_of_majority",
                    "is_mobile_required",
                    "is_address_required",
                    "link_days",
                ]
            },
        ),
        (
            "Charging",
            {
                "description": "Sessions that are booked already keep the times they were booked with.",
                "fields": [
                    "charge_moment",
                    "charge_lead_hours",
                    "first_retry_hours",
                    "second_retry_hours",
                    "cancel_unpaid_hours",
                    "free_cancel_hours",
                ],
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Practice | None = None) -> list[str]:
        return ["currency"] if TherapySession.objects.exists() else []


@admin.register(ServiceType)
class ServiceTypeAdmin(AuditedAdmin):
    list_display = (
        "name",
        "length_minutes",
        "fee",
        "is_active",
    )
    ordering = ("name",)


def _send_again(email: OutgoingEmail, _by: Actor, now: datetime) -> None:
    reader = Client.objects.filter(pk=email.client_id or 0).first()
    if reader and not reader.is_reachable:
        raise Refused(f"{reader.name} may not be contacted any more.")
    send_again(email=email, now=now)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    """To whom, when, and what went wrong. What a letter says is not shown, nor what its link is made of."""

    list_display = ("created_at", "name", "to", "attempts", "sent_at", "given_up_at")
    fields = (
        "name",
        "to",
        "subject",
        "client_id",
        "created_at",
        "attempts",
        "next_try_at",
        "sent_at",
        "given_up_at",
        "last_error",
    )
    search_fields = ("client_id",)
    search_help_text = "The number of a client: what was sent to them."
    client_of = "client_id"
    buttons = (
        Button("send_again", "Send it now", _send_again, lambda email: email.sent_at is None),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OutgoingEmail], search_term: str
    ) -> tuple[QuerySet[OutgoingEmail], bool]:
        return of_client(queryset, search_term), False
