"""Your card: see it, what it pays for, replace it, remove it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from billing import cards
from billing.card_setups import start_setup
from billing.models import Card, CardRequest, Mandate
from billing.rules import awaiting_agreement, today
from billing.terms import terms_of
from clients.models import AccessLink, LinkPurpose
from portal.pages import link_page, see_other, way_back
from portal.states import LinkState, state_of
from practice.audit.actor import Actor
from practice.models import Practice
from practice.refusals import Refused


@link_page(LinkPurpose.YOUR_CARD)
def your_card(request: HttpRequest, link: AccessLink) -> HttpResponse:
    now = timezone.now()
    if (state := state_of(link, None, now=now)) != LinkState.GOOD:
        return render(request, "portal/ended.html", {"link": link, "state": state})
    if request.method == "POST":
        return _replace(link)
    practice = Practice.current()
    card = Card.objects.default().filter(client=link.client).first()
    mandates = list(
        Mandate.objects.live()
        .filter(payer=link.client)
        .select_related("relationship__therapist", "relationship__attendee", "relationship__payer")
        .order_by("relationship_id")
    )
    terms = terms_of([one.relationship for one in mandates], now=now, practice=practice)
    context = {
        "link": link,
        "card": card,
        "is_expired": card and card.is_expired(today(now=now, practice=practice)),
        "agreements": list(zip(mandates, terms, strict=True)),
        "awaiting": awaiting_agreement(link.client).count(),
        "is_asked": CardRequest.objects.open().filter(payer=link.client).exists(),
    }
    return render(request, "portal/your_card.html", context)


@link_page(LinkPurpose.YOUR_CARD)
def remove_card(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """The button names the card that was shown: a newer one is not removed in its place."""
    now = timezone.now()
    back = see_other(reverse("portal:your_card", args=[link.token]))
    if state_of(link, None, now=now) != LinkState.GOOD:
        return back
    is_pressed = request.method == "POST"
    if is_pressed and _remove(link, request.POST.get("card", ""), now=now):
        return back
    card = Card.objects.default().filter(client=link.client).first()
    if card is None:
        return back
    context = {"link": link, "card": card, "is_stale": is_pressed}
    return render(request, "portal/remove_card.html", context, status=422 if is_pressed else 200)


def _remove(link: AccessLink, shown: str, *, now: datetime) -> bool:
    if not shown.isdecimal():
        return False
    by = Actor.client(link.client_id)
    removed = cards.remove_card(client=link.client, card_id=int(shown), by=by, now=now)
    return removed is not None


def _replace(link: AccessLink) -> HttpResponse:
    """To Stripe, for a card in place of this one; agreements stay as they are."""
    try:
        address = start_setup(link=link, ticked=[], back=way_back(link), now=timezone.now())
    except Refused:
        address = reverse("portal:your_card", args=[link.token])
    return see_other(address)
