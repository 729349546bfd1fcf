"""A payer takes an agreement back, or says that one recorded by the practice is not right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from billing.mandates import dispute_mandate, withdraw_mandate
from billing.models import Mandate, MandateQuerySet
from billing.terms import Terms, terms_of
from clients.models import AccessLink, LinkPurpose
from portal.pages import link_page, see_other
from portal.states import LinkState, state_of
from practice.audit.actor import Actor
from practice.models import Practice


@link_page(LinkPurpose.YOUR_CARD)
def withdraw_agreement(request: HttpRequest, link: AccessLink, mandate_id: int) -> HttpResponse:
    now = timezone.now()
    live = Mandate.objects.live().filter(pk=mandate_id, payer=link.client)
    mandate = _with_people(live)
    if mandate is None or state_of(link, None, now=now) != LinkState.GOOD:
        return see_other(reverse("portal:your_card", args=[link.token]))
    if request.method != "POST":
        context = {"link": link, "terms": _terms(mandate)}
        return render(request, "portal/withdraw_agreement.html", context)
    withdraw_mandate(mandate=mandate, by=Actor.client(link.client_id), now=now)
    return see_other(reverse("portal:your_card", args=[link.token]))


@link_page(LinkPurpose.NOT_RIGHT)
def not_right(request: HttpRequest, link: AccessLink) -> HttpResponse:
    now = timezone.now()
    mandate = _with_people(Mandate.objects.filter(not_right_link=link))
    if mandate and mandate.withdrawn_at:
        return render(request, "portal/stopped.html", {"link": link})
    state = state_of(link, None, now=now)
    if mandate is None or state != LinkState.GOOD:
        context = {"link": link, "state": LinkState.SUPERSEDED if mandate is None else state}
        return render(request, "portal/ended.html", context)
    if request.method == "POST":
        dispute_mandate(mandate=mandate, now=now)
        return see_other(reverse("portal:not_right", args=[link.token]))
    context = {"link": link, "mandate": mandate, "terms": _terms(mandate)}
    return render(request, "portal/not_right.html", context)


def _with_people(mandates: MandateQuerySet) -> Mandate | None:
    people = ("relationship__therapist", "relationship__attendee", "relationship__payer", "payer")
    return mandates.select_related(*people).first()


def _terms(mandate: Mandate) -> Terms:
    now, practice = timezone.now(), Practice.current()
    return terms_of([mandate.relationship], now=now, practice=practice)[0]
