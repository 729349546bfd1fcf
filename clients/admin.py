"""Clients, the adults around them, care teams and e-mailed links in the admin."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from clients.actions import revoke_link
from clients.admin_search import ByClientAdmin
from clients.models import AccessLink, CareTeamMember, Client, Contact
from practice.admin_base import Button
from practice.audit.actor import Actor


@admin.register(Client)
class ClientAdmin(ByClientAdmin):
    list_display = (
        "name",
        "date_of_birth",
        "email",
        "mobile",
        "state",
    )
    list_filter = ("state",)
    fields = (
        "first_name",
        "last_name",
        "pronouns",
        "date_of_birth",
        "email",
        "mobile",
        "address",
        "state",
        "created_at",
    )
    ordering = (
        "sort_name",
        "pk",
    )
    client_of = "pk"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Client], search_term: str
    ) -> tuple[QuerySet[Client], bool]:
        found = Client.objects.name_begins(search_term)
        return (queryset & found if search_term.strip() else queryset), False


@admin.register(Contact)
class ContactAdmin(ByClientAdmin):
    list_display = (
        "client",
        "relation",
        "adult",
        "responsible_for_billing",
        "is_emergency",
    )
    fields = (
        *list_display,
        "created_at",
    )
    list_filter = (
        "relation",
        "responsible_for_billing",
    )
    list_select_related = (
        "client",
        "adult",
    )
    search_fields = (
        "client",
        "adult",
    )
    client_of = "client_id"


@admin.register(CareTeamMember)
class CareTeamMemberAdmin(ByClientAdmin):
    list_display = (
        "client",
        "user",
        "joined_at",
    )
    fields = list_display
    list_select_related = (
        "client",
        "user",
    )
    client_of = "client_id"


def _revoke(link: AccessLink, _by: Actor, now: datetime) -> None:
    revoke_link(link=link, now=now)


@admin.register(AccessLink)
class AccessLinkAdmin(ByClientAdmin):
    """E-mailed links, without what they are made of."""

    list_display = (
        "client",
        "purpose",
        "created_at",
        "expires_at",
        "used_at",
        "revoked_at",
    )
    fields = list_display
    list_filter = ("purpose",)
    list_select_related = ("client",)
    client_of = "client_id"
    buttons = [
        Button("revoke", "Revoke this link", _revoke, lambda link: link.is_usable(timezone.now()))
    ]
