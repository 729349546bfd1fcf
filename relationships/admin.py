"""Who pays for whom, in the admin: looked at. Opening, migrating and ending have their own pages."""

from django.contrib import admin

from clients.admin_search import ByClientAdmin
from practice.admin_base import actor
from relationships.models import MigrationRequest, PayerPlan, Relationship


@admin.register(Relationship)
class RelationshipAdmin(ByClientAdmin):
    list_display = (
        "attendee",
        "therapist",
        "payer",
        "kind",
        "payment_method",
        "started_at",
        "ended_at",
    )
    fields = (
        "attendee",
        "therapist",
        "payer",
        "kind",
        "payment_method",
        "terms_days",
        "not_paid_reason",
        "agreed_fee",
        "started_at",
        "ended_at",
        "ended",
        "end_reason",
        "moved_to",
        "flagged_at",
    )
    list_filter = (
        "payment_method",
        "end_reason",
    )
    list_select_related = (
        "attendee",
        "therapist",
        "payer",
        "moved_to__attendee",
        "moved_to__therapist",
        "moved_to__payer",
    )
    search_fields = (
        "attendee",
        "payer",
    )
    client_of = "attendee_id"

    ended = actor("ended_by")

    @admin.display(description="relationship type")
    def kind(self, row: Relationship) -> str:
        return "First party" if row.is_first_party else "Third party"


@admin.register(PayerPlan)
class PayerPlanAdmin(ByClientAdmin):
    list_display = (
        "attendee",
        "therapist",
        "default",
        "set_at",
    )
    fields = (
        *list_display,
        "set",
    )
    list_select_related = (
        "attendee",
        "therapist",
        "default__attendee",
        "default__therapist",
        "default__payer",
    )
    search_fields = ("attendee",)
    client_of = "attendee_id"

    set = actor("set_by")


@admin.register(MigrationRequest)
class MigrationRequestAdmin(ByClientAdmin):
    list_display = (
        "relationship",
        "requester",
        "requested_on",
        "manner",
        "recorded_at",
    )
    fields = (
        *list_display,
        "has_attendee_agreed",
        "recorded",
    )
    list_select_related = (
        "relationship__attendee",
        "relationship__therapist",
        "relationship__payer",
    )
    search_fields = ("relationship__attendee",)
    client_of = "relationship.attendee_id"

    recorded = actor("recorded_by")
