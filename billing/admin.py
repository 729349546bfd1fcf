"""Cards, agreements, requests and what Stripe told us, in the admin: looked at, with a few buttons."""

from datetime import datetime

from django.contrib import admin

from billing.card_requests import resend_request, revoke_request
from billing.mandates import withdraw_mandate
from billing.models import (
    Card,
    CardRequest,
    CardSetup,
    CardSetupAgreement,
    Mandate,
    StripeCustomer,
    StripeEvent,
)
from billing.reprocess import process_again
from clients.admin_search import ByClientAdmin
from practice.admin_base import Button, ReadOnlyAdmin, actor
from practice.audit.actor import Actor

PEOPLE_OF_RELATIONSHIP = (
    "relationship__attendee",
    "relationship__therapist",
    "relationship__payer",
)


@admin.register(StripeCustomer)
class StripeCustomerAdmin(ByClientAdmin):
    list_display = (
        "client",
        "stripe_id",
        "created_at",
    )
    fields = list_display
    list_select_related = ("client",)
    client_of = "client_id"


@admin.register(Card)
class CardAdmin(ByClientAdmin):
    list_display = (
        "client",
        "label",
        "expiry",
        "is_default",
        "attached_at",
        "detached_at",
    )
    fields = (
        *list_display,
        "stripe_id",
    )
    list_filter = ("is_default",)
    list_select_related = ("client",)
    client_of = "client_id"


def _withdraw(mandate: Mandate, by: Actor, now: datetime) -> None:
    withdraw_mandate(mandate=mandate, by=by, now=now)


@admin.register(Mandate)
class MandateAdmin(ByClientAdmin):
    list_display = (
        "payer",
        "relationship",
        "manner",
        "given_at",
        "narrowed_at",
        "withdrawn_at",
    )
    fields = (
        *list_display,
        "given",
        "withdrawn",
        "text_version",
        "text",
    )
    list_filter = ("manner",)
    list_select_related = (
        "payer",
        *PEOPLE_OF_RELATIONSHIP,
    )
    search_fields = ("payer",)
    client_of = "payer_id"
    buttons = [
        Button(
            "withdraw",
            "Withdraw this agreement",
            _withdraw,
            lambda mandate: mandate.withdrawn_at is None,
        )
    ]

    given = actor("given_by")
    withdrawn = actor("withdrawn_by")


def _resend(request: CardRequest, by: Actor, now: datetime) -> None:
    resend_request(payer=request.payer, by=by, now=now)


def _revoke(request: CardRequest, by: Actor, now: datetime) -> None:
    revoke_request(request=request, by=by, now=now)


def _is_open(request: CardRequest) -> bool:
    return request.status == CardRequest.Status.OPEN


@admin.register(CardRequest)
class CardRequestAdmin(ByClientAdmin):
    list_display = (
        "payer",
        "status",
        "requested_at",
        "requested",
        "closed_at",
    )
    fields = (
        *list_display,
        "link",
    )
    list_filter = ("status",)
    list_select_related = (
        "payer",
        "link",
    )
    search_fields = ("payer",)
    client_of = "payer_id"
    buttons = [
        Button("resend", "Send the e-mail again", _resend, _is_open),
        Button("revoke", "Revoke this request", _revoke, _is_open),
    ]

    requested = actor("requested_by")


@admin.register(CardSetup)
class CardSetupAdmin(ByClientAdmin):
    """Visits to Stripe's page, without its address."""

    list_display = (
        "client",
        "stripe_id",
        "status",
        "created_at",
        "expires_at",
        "finished_at",
    )
    fields = (
        *list_display,
        "link",
        "text_version",
        "next_check_at",
    )
    list_filter = ("status",)
    list_select_related = (
        "client",
        "link",
    )
    client_of = "client_id"


@admin.register(CardSetupAgreement)
class CardSetupAgreementAdmin(ByClientAdmin):
    list_display = (
        "setup",
        "relationship",
    )
    fields = (
        *list_display,
        "text",
    )
    list_select_related = (
        "setup",
        *PEOPLE_OF_RELATIONSHIP,
    )
    search_fields = ("setup__client",)
    client_of = "setup.client_id"


def _process(event: StripeEvent, _by: Actor, now: datetime) -> None:
    process_again(event=event, now=now)


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    """What Stripe told us and whether it has been worked through, without what it says of people."""

    list_display = (
        "id",
        "type",
        "received_at",
        "processed_at",
        "attempts",
    )
    fields = (
        *list_display,
        "next_try_at",
        "last_error",
    )
    search_fields = ("=id",)
    search_help_text = "The whole id, such as evt_…"
    ordering = ("-received_at",)
    buttons = (Button("process", "Work through it again", _process),)
