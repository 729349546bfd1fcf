"""Who can see everything signs in with two factors: a password alone lets nobody at all records."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from practice.team.models import User

HAS_ONE = "has_two_factor"
FREE = {"account_logout", "account_reauthenticate", "account_email", "admin:logout"}
REASON = (
    "Your sign-in opens every record of the practice, so it needs a second step. "
    "Please add an authenticator app now; it takes a minute."
)


class TwoFactorMiddleware(MiddlewareMixin):
    """Lead owners, practice managers and users of the admin without an authenticator to adding one.

    Public pages, signing out and the pages on which one is added stay open to them. That there is one
    is kept in the HTTP session, so that only the first page of a sign-in asks the database.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        if not (settings.TWO_FACTOR_REQUIRED and getattr(view, "login_required", True)):
            return None
        if not (isinstance(request.user, User) and is_needed(request.user)):
            return None
        match = request.resolver_match
        assert match
        if match.view_name.startswith("mfa_"):
            request.session.pop(HAS_ONE, None)  # here it may be removed, too
            return None
        if match.view_name in FREE or _has_one(request, request.user):
            return None
        messages.warning(request, REASON)
        return redirect("mfa_activate_totp")


def is_needed(user: User) -> bool:
    """The others are offered it."""
    return user.is_manager or user.is_staff


def _has_one(request: HttpRequest, user: User) -> bool:
    if HAS_ONE not in request.session and is_mfa_enabled(user):
        request.session[HAS_ONE] = True
    return HAS_ONE in request.session
