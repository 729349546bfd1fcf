"""A client's page: Overview, Relationships, Sessions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.overview import overview
from clients.profile import Profile, find_profile
from clients.session_list import session_list
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.keyset import Cursor
from practice.team.access import StaffRequest

TABS = (
    ("Overview", "clients:client"),
    ("Relationships", "clients:relationships"),
    ("Sessions", "clients:sessions"),
)


@require_safe
def client(request: StaffRequest, pk: int) -> HttpResponse:
    profile = find_profile(pk, user=request.user, now=timezone.now())
    return _page(request, profile, "client", overview=overview(profile))


@require_safe
def relationships(request: StaffRequest, pk: int) -> HttpResponse:
    profile = find_profile(pk, user=request.user, now=timezone.now())
    return _page(request, profile, "relationships")


@require_safe
def sessions(request: StaffRequest, pk: int) -> HttpResponse:
    profile = find_profile(pk, user=request.user, now=timezone.now())
    is_past = request.GET.get("show") == "past"
    listed = session_list(profile, Cursor.read(request.GET, "moment"), is_past=is_past)
    context = {"rows": listed.rows, "is_past": is_past, **listed.links(request.GET)}
    return _page(request, profile, "sessions", **context)


def _page(request: StaffRequest, profile: Profile, tab: str, **context: Any) -> HttpResponse:
    shown = {
        "profile": profile,
        "client": profile.client,
        "practice": profile.practice,
        "tabs": _tabs(profile, tab),
        **context,
    }
    return served(
        render(request, f"clients/{tab}.html", shown),
        by=Actor.user(request.user),
        action=f"client.read_{tab}",
        target=profile.client,
        client_id=profile.client.pk,
    )


def _tabs(profile: Profile, current: str) -> list[tuple[str, str, bool]]:
    return [
        (label, reverse(name, args=[profile.client.pk]), name == f"clients:{current}")
        for label, name in TABS
    ]
