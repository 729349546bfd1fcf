"""Staff's side of a payer's card: ask again, hand over the link, take it back, record an agreement.

All belong to whoever may manage the relationship; for everybody else it is not there.
"""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from billing import card_requests, mandates
from billing.forms import RecordMandateForm
from billing.mandate_texts import digest, mandate_text
from billing.models import CardRequest
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.refusals import Refused
from practice.team.access import StaffRequest
from relationships.models import Relationship
from relationships.rules import may_manage


def _managed(request: StaffRequest, pk: int) -> Relationship:
    """Fetch it for those who may manage it. Raises Http404 for everybody else."""
    found = get_object_or_404(
        Relationship.objects.for_user(request.user).with_people().distinct(), pk=pk
    )
    if not may_manage(request.user, found):
        raise Http404
    return found


@require_POST
def resend_request(request: StaffRequest, pk: int) -> HttpResponse:
    relationship = _managed(request, pk)
    payer, by = relationship.payer, Actor.user(request.user)
    try:
        card_requests.resend_request(payer=payer, by=by, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The e-mail is on its way to {payer.email}.")
    return redirect("relationships:relationship", pk)


@require_POST
def copy_link(request: StaffRequest, pk: int) -> HttpResponse:
    relationship = _managed(request, pk)
    payer, user = relationship.payer, request.user
    try:
        card_request = card_requests.request_to_copy(payer=payer, user=user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("relationships:relationship", pk)
    path = reverse("portal:add_card", args=[card_request.link.token])
    context = {
        "relationship": relationship,
        "url": settings.SITE_URL + path,
        "expires_at": card_request.link.expires_at,
    }
    return render(request, "billing/copy_link.html", context)


@require_POST
def revoke_request(request: StaffRequest, pk: int) -> HttpResponse:
    relationship = _managed(request, pk)
    open_one = CardRequest.objects.open().filter(payer=relationship.payer).first()
    if open_one is None:
        messages.info(request, f"{relationship.payer.name} has no open link.")
    else:
        by = Actor.user(request.user)
        card_requests.revoke_request(request=open_one, by=by, now=timezone.now())
        messages.success(request, f"The link sent to {relationship.payer.name} no longer works.")
    return redirect("relationships:relationship", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def record_mandate(request: StaffRequest, pk: int) -> HttpResponse:
    relationship = _managed(request, pk)
    text = mandate_text(relationship, practice=Practice.current())
    words = digest(text)
    is_stale = request.method == "POST" and request.POST.get("words") != words
    form = RecordMandateForm(None if request.method != "POST" or is_stale else request.POST)
    if form.is_valid() and _record(request, relationship, form, text=text):
        return redirect("relationships:relationship", pk)
    context = {
        "relationship": relationship,
        "form": form,
        "text": text,
        "words": words,
        "is_stale": is_stale,
    }
    return served(
        render(request, "billing/record_mandate.html", context),
        by=Actor.user(request.user),
        action="relationship.read_agreement",
        target=relationship,
        client_id=relationship.attendee_id,
    )


def _record(
    request: StaffRequest, relationship: Relationship, form: RecordMandateForm, *, text: str
) -> bool:
    try:
        mandates.record_mandate(
            relationship=relationship,
            manner=form.cleaned_data["manner"],
            text=text,
            by=Actor.user(request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, f"The agreement is recorded, and {relationship.payer.name} gets it by e-mail."
    )
    return True
