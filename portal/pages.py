"""What holds for every page behind an e-mailed link."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from billing.card_setups import WayBack
from billing.gateway import GatewayRefused, GatewayUnavailable
from clients.models import AccessLink, LinkPurpose
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.tokens import token_hash

log = logging.getLogger(__name__)
SHOWN = {200, 422}
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, AccessLink, P], HttpResponse]
View = Callable[..., HttpResponse]


def link_page(
    *purposes: LinkPurpose, methods: tuple[str, ...] = ("GET", "HEAD", "POST")
) -> Callable[[Page[P]], View]:
    """Make a view of a page that is given the link of its address's token, whatever the link's state.

    Public; an unknown token, or one of another purpose, gets a kind 404; Stripe away a 503 with "try
    again". What is shown is written down as read by the link's client. Kept out of caches, referrers
    and search engines. Without CSRF tokens: no cookie gives any right here, the secret address does;
    and `no-referrer` makes browsers send `Origin: null`, which Django's check would refuse.
    """

    def decorate(page: Page[P]) -> View:
        @csrf_exempt
        @login_not_required
        @require_http_methods(methods)
        @wraps(page)
        def view(
            request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            link = _find(token, purposes)
            if link is None:
                return _private(render(request, "portal/unknown.html", status=404))
            try:
                response = page(request, link, *args, **kwargs)
            except (GatewayUnavailable, GatewayRefused):
                log.exception("A page behind a link could not reach Stripe.")
                return _private(render(request, "portal/unavailable.html", status=503))
            if response.status_code in SHOWN:
                by, action = Actor.client(link.client_id), f"link.read_{page.__name__}"
                served(response, by=by, action=action, target=link, client_id=link.client_id)
            return _private(response)

        return view

    return decorate


def way_back(link: AccessLink) -> WayBack:
    """Where Stripe leads the payer of this link afterwards, as absolute addresses."""
    if link.purpose == LinkPurpose.YOUR_CARD:
        names = ("portal:your_card_return", "portal:your_card")
    else:
        names = ("portal:add_card_return", "portal:add_card_cancelled")
    done, cancelled = (settings.SITE_URL + reverse(name, args=[link.token]) for name in names)
    return WayBack(done_url=done, cancelled_url=cancelled)


class SeeOther(HttpResponseRedirect):
    """Go on with a GET, also after a POST."""

    status_code = 303


def see_other(address: str) -> HttpResponse:
    return SeeOther(address)


def _find(token: str, purposes: tuple[LinkPurpose, ...]) -> AccessLink | None:
    found = AccessLink.objects.filter(token_hash=token_hash(token), purpose__in=purposes)
    return found.select_related("client").first()


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
