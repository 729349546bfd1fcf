"""Dead ends made useful: a fresh link to the address on file; "this is not me"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.card_requests import current_request
from billing.link_renewal import disown, renew_link
from clients.models import AccessLink, LinkPurpose
from portal.pages import link_page


@link_page(LinkPurpose.ADD_CARD, LinkPurpose.YOUR_CARD, LinkPurpose.NOT_RIGHT)
def send_new_link(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """The same answer whatever was sent, so that nobody learns anything from it."""
    if request.method == "POST":
        renew_link(link=link, now=timezone.now())
        return render(request, "portal/new_link_sent.html", {"link": link})
    return render(request, "portal/ended.html", {"link": link, "state": "new"})


@link_page(LinkPurpose.ADD_CARD)
def not_me(request: HttpRequest, link: AccessLink) -> HttpResponse:
    found = current_request(link)
    is_open = found is not None and found.status == found.Status.OPEN
    is_told = bool(found) and is_open and request.method == "POST"
    if found and is_told:
        disown(request=found, now=timezone.now())
    context = {"link": link, "is_over": is_told or not is_open, "is_told": is_told}
    return render(request, "portal/not_me.html", context)
