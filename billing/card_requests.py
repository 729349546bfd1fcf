"""Asking a payer for a card and for agreement: one open request each, listing all that awaits."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from billing import letters
from billing.models import CardRequest, CardRequestStatus
from billing.rules import (
    awaiting_agreement,
    chargeable_card,
    charged_by_card,
    is_anything_missing,
    today,
)
from clients.actions import issue_link, revoke_link
from clients.models import AccessLink, Client, LinkPurpose
from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice
from practice.refusals import Refused
from practice.team.models import User
from relationships.models import Relationship


@transaction.atomic
def request_card(*, payer: Client, by: Actor, now: datetime) -> CardRequest:
    """Ask the payer for a card and for agreement to all that awaits it.

    1. The open request is kept, one with an expired link superseded, or one is made, with its link.
    2. The e-mail is queued, once for the same request and the same things to agree to. 3. Audit.
    Raises Refused when the payer cannot be reached by e-mail.
    """
    request = _open_request(payer, by=by, now=now)
    letters.ask_for_card(request, now=now)
    return request


@transaction.atomic
def resend_request(*, payer: Client, by: Actor, now: datetime) -> CardRequest:
    """Send the request again, at most once a minute. Effects as of `request_card`, and audit.

    Raises Refused when nothing is missing, or when the payer cannot be reached by e-mail.
    """
    _require_something_missing(payer, now=now)
    request = _open_request(payer, by=by, now=now)
    letters.ask_for_card(request, now=now, is_again=True)
    record(by=by, action="card_request.resend", target=request, client_id=payer.pk, now=now)
    return request


@transaction.atomic
def request_to_copy(*, payer: Client, user: User, now: datetime) -> CardRequest:
    """The request whose link staff hand over themselves: the open one, or a new one. No mail. Audit.

    Raises Refused when nothing is missing, when the payer cannot be reached by e-mail, or when the
    link's page would show the user what the payer pays for elsewhere.
    """
    by = Actor.user(user)
    _require_something_missing(payer, now=now)
    _require_own(payer, user)
    request = _open_request(payer, by=by, now=now)
    record(by=by, action="card_request.copy_link", target=request, client_id=payer.pk, now=now)
    return request


@transaction.atomic
def revoke_request(*, request: CardRequest, by: Actor, now: datetime) -> None:
    """Take a request back: its link stops working and a card that still comes is detached. Audit.

    Nothing happens to one that is closed.
    """
    locked = CardRequest.objects.open().filter(pk=request.pk).select_for_update().first()
    if locked:
        _close(locked, CardRequestStatus.REVOKED, by=by, now=now)


@transaction.atomic
def close_request_if_done(*, payer: Client, by: Actor, now: datetime) -> None:
    """Close the open request when nothing is missing any more: done, or revoked if nothing is left
    that the payer pays for by card. Audit."""
    request = _locked_open(payer)
    if request is None:
        return
    if not charged_by_card(payer).exists():
        _close(request, CardRequestStatus.REVOKED, by=by, now=now)
    elif not is_anything_missing(payer, on=today(now=now, practice=Practice.current())):
        _close(request, CardRequestStatus.DONE, by=by, now=now)


@transaction.atomic
def follow_up(*, payer: Client, by: Actor, now: datetime) -> None:
    """After an agreement: close the request when all is there, else ask when there is no card."""
    if chargeable_card(payer, on=today(now=now, practice=Practice.current())):
        close_request_if_done(payer=payer, by=by, now=now)
    else:
        request_card(payer=payer, by=by, now=now)


def current_request(link: AccessLink) -> CardRequest | None:
    """The request an e-mailed link belongs to; None for a link of another purpose."""
    return CardRequest.objects.filter(link=link).select_related("payer", "link").first()


def require_reachable(payer: Client) -> None:
    """Raise Refused unless the payer may be sent e-mail and has an address for it."""
    if not payer.is_reachable:
        raise Refused(f"{payer.name} may not be contacted, so no card can be asked for.")
    if not payer.email:
        raise Refused(f"{payer.name} has no e-mail address, and cannot pay by card without one.")


def _require_something_missing(payer: Client, *, now: datetime) -> None:
    if not is_anything_missing(payer, on=today(now=now, practice=Practice.current())):
        raise Refused(f"Nothing is missing: {payer.name} has a card on file and has agreed to all.")


def _require_own(payer: Client, user: User) -> None:
    own = Relationship.objects.for_user(user).values("pk")
    if charged_by_card(payer).exclude(pk__in=own).exists():
        raise Refused(
            f"This link also lists other appointments that {payer.name} pays for. "
            "Resend the e-mail instead."
        )


def lock_requests_of(payers: Iterable[int]) -> None:
    """Lock the open requests to these clients by id, after their cards, before several are touched."""
    wanted = CardRequest.objects.open().filter(payer_id__in=set(payers)).order_by("pk")
    list(wanted.select_for_update(of=("self",)))


def _locked_open(payer: Client) -> CardRequest | None:
    open_ones = CardRequest.objects.open().filter(payer=payer)
    return open_ones.select_for_update(of=("self",)).select_related("link", "payer").first()


def _open_request(payer: Client, *, by: Actor, now: datetime) -> CardRequest:
    require_reachable(payer)
    request = _locked_open(payer)
    if request and request.link.is_usable(now):
        return request
    if request:
        _close(request, CardRequestStatus.SUPERSEDED, by=by, now=now)
    try:
        with transaction.atomic():
            return _make(payer, by=by, now=now)
    except IntegrityError:
        return CardRequest.objects.open().select_related("link", "payer").get(payer=payer)


def _make(payer: Client, *, by: Actor, now: datetime) -> CardRequest:
    link = issue_link(client=payer, purpose=LinkPurpose.ADD_CARD, now=now)
    request = CardRequest.objects.create(payer=payer, link=link, requested_at=now, requested_by=by)
    awaiting = list(awaiting_agreement(payer).values_list("pk", flat=True))
    record(
        by=by,
        action="card_request.open",
        target=request,
        client_id=payer.pk,
        now=now,
        relationships=awaiting,
    )
    return request


def _close(request: CardRequest, status: CardRequestStatus, *, by: Actor, now: datetime) -> None:
    request.status, request.closed_at = status, now
    request.save(update_fields=["status", "closed_at"])
    if status != CardRequestStatus.DONE:
        revoke_link(link=request.link, now=now)
    record(
        by=by,
        action=f"card_request.{status.lower()}",
        target=request,
        client_id=request.payer_id,
        now=now,
    )
