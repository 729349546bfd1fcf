"""Sessions and series in the admin: looked at. Booking, moving and cancelling have their own pages."""

from django.contrib import admin

from clients.admin_search import ByClientAdmin
from practice.admin_base import actor
from sessions.models import Series, TherapySession


@admin.register(TherapySession)
class TherapySessionAdmin(ByClientAdmin):
    list_display = (
        "starts_at",
        "attendee",
        "therapist",
        "payer",
        "service_type",
        "fee",
        "status",
    )
    fields = (
        "relationship",
        "therapist",
        "service_type",
        "starts_at",
        "ends_at",
        "time_zone",
        "place",
        "fee",
        "currency",
        "status",
        "charge_lead_hours",
        "free_cancel_hours",
        "moved_late_at",
        "booked_at",
        "cancelled_at",
        "cancelled",
        "series",
        "rebooked_from",
        "sequence",
    )
    list_filter = ("status",)
    list_select_related = (
        "therapist",
        "service_type",
        "series",
        "rebooked_from",
        "relationship__attendee",
        "relationship__payer",
        "relationship__therapist",
    )
    search_fields = (
        "relationship__attendee",
        "relationship__payer",
    )
    client_of = "relationship.attendee_id"

    cancelled = actor("cancelled_by")

    @admin.display(description="attendee")
    def attendee(self, row: TherapySession) -> str:
        return row.relationship.attendee.name

    @admin.display(description="payer")
    def payer(self, row: TherapySession) -> str:
        return row.relationship.payer.name


@admin.register(Series)
class SeriesAdmin(ByClientAdmin):
    list_display = (
        "attendee",
        "therapist",
        "weeks_apart",
        "starts_on",
        "starts_at_time",
        "number_of_sessions",
    )
    fields = (
        *list_display,
        "time_zone",
    )
    list_select_related = (
        "attendee",
        "therapist",
    )
    search_fields = ("attendee",)
    client_of = "attendee_id"
