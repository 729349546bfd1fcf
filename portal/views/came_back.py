"""Back from Stripe: the same finish as the webhook's and the reconciler's, and what became of the card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from billing.card_finish import Outcome, finish_setup
from billing.gateway import GatewayUnavailable
from billing.models import CardSetup
from clients.models import AccessLink, LinkPurpose
from portal.asking import look_back
from portal.pages import link_page, see_other

TEMPLATES = {
    Outcome.OPEN: "portal/checking.html",
    Outcome.EXPIRED: "portal/page_expired.html",
    Outcome.REJECTED: "portal/not_kept.html",
    Outcome.SAVED: "portal/saved.html",
    Outcome.ALREADY_SAVED: "portal/saved.html",
}


@link_page(LinkPurpose.ADD_CARD, methods=("GET", "HEAD"))
def add_card_return(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return _came_back(request, link, start="portal:add_card")


@link_page(LinkPurpose.YOUR_CARD, methods=("GET", "HEAD"))
def your_card_return(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return _came_back(request, link, start="portal:your_card")


def _came_back(request: HttpRequest, link: AccessLink, *, start: str) -> HttpResponse:
    now = timezone.now()
    start_url = reverse(start, args=[link.token])
    visits = CardSetup.objects.filter(link=link).select_related("link", "client")
    setup = visits.order_by("-created_at", "-pk").first()
    if setup is None:
        return see_other(start_url)
    try:
        outcome = finish_setup(setup=setup, now=now)
    except GatewayUnavailable:
        context = {"link": link, "start_url": start_url, "is_away": True}
        return render(request, "portal/checking.html", context, status=503)
    context = {"link": link, "start_url": start_url}
    if outcome in (Outcome.SAVED, Outcome.ALREADY_SAVED):
        is_told = link.is_usable(now) and link.client.is_reachable
        context["asked"] = look_back(setup, now=now) if is_told else None
    return render(request, TEMPLATES[outcome], context)
