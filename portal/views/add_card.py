"""Add a payment card, or agree with one press: who asks, what is charged and when, the words agreed to."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from billing.card_requests import current_request
from billing.card_setups import start_setup
from billing.mandates import agree_by_link
from billing.models import Card
from clients.models import AccessLink, LinkPurpose
from portal.asking import Asked, look
from portal.pages import link_page, see_other, way_back
from portal.states import LinkState, state_of
from practice.refusals import Refused

CHANGED = (
    "What you are asked to agree to has changed since you opened this page. Please read it again."
)


@link_page(LinkPurpose.ADD_CARD)
def add_card(request: HttpRequest, link: AccessLink) -> HttpResponse:
    now = timezone.now()
    state = state_of(link, current_request(link), now=now)
    asked = look(link, now=now)
    if state == LinkState.GOOD and asked.is_nothing:
        state = LinkState.DONE
    if state == LinkState.DONE:
        return render(request, "portal/done.html", {"link": link, "card": _shown(link, asked, now)})
    if state != LinkState.GOOD:
        return render(request, "portal/ended.html", {"link": link, "state": state})
    if request.method == "POST":
        return _go_on(request, link, asked, now=now)
    return _page(request, link, asked)


@link_page(LinkPurpose.ADD_CARD, methods=("GET", "HEAD"))
def add_card_cancelled(request: HttpRequest, link: AccessLink) -> HttpResponse:
    return render(request, "portal/cancelled.html", {"link": link})


def _go_on(request: HttpRequest, link: AccessLink, asked: Asked, *, now: datetime) -> HttpResponse:
    wanted = set(request.POST.getlist("agree"))
    ticked = [terms for terms in asked.awaiting if terms.tick in wanted]
    if _has_changed(asked, wanted):
        return _page(request, link, asked, error=CHANGED, status=422)
    if not ticked and (asked.card or not asked.agreed):
        return _page(request, link, asked, error="Tick what you agree to pay for.", status=422)
    try:
        if asked.card and "another" not in request.POST:
            agree_by_link(payer=link.client, ticked=ticked, now=now)
            return see_other(reverse("portal:add_card", args=[link.token]))
        return see_other(start_setup(link=link, ticked=ticked, back=way_back(link), now=now))
    except Refused:
        return see_other(reverse("portal:add_card", args=[link.token]))


def _has_changed(asked: Asked, wanted: set[str]) -> bool:
    """Something still asked for was ticked beside other words than those of now."""
    read = {tick.partition("-")[0] for tick in wanted - {terms.tick for terms in asked.awaiting}}
    return any(str(terms.pk) in read for terms in asked.awaiting)


def _page(
    request: HttpRequest, link: AccessLink, asked: Asked, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "link": link,
        "asked": asked,
        "error": error,
        "ticked": set(request.POST.getlist("agree")),
    }
    return render(request, "portal/add_card.html", context, status=status)


def _shown(link: AccessLink, asked: Asked, now: datetime) -> Card | None:
    """An old link found years later does not say which card."""
    return asked.card if link.is_usable(now) else None
