"""A client asks for a fresh link, or says that one reached the wrong person."""

from datetime import datetime, timedelta

from django.db import transaction

from billing import letters
from billing.card_requests import resend_request, revoke_request
from billing.models import Card, CardRequest, Mandate
from billing.rules import is_anything_missing, today
from clients.actions import issue_link, revoke_link
from clients.models import AccessLink, Client, LinkPurpose
from notifications.models import OutgoingEmail
from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice

AT_MOST = 3
WITHIN = timedelta(hours=1)
COUNTED = ("new_link", "add_your_card", "agree_to_pay")


@transaction.atomic
def renew_link(*, link: AccessLink, now: datetime) -> None:
    """Mail a fresh link of the same purpose to the address on file, or nothing; the asker is not told which.

    An ended card request is not opened again by its link: whoever has a card gets a link to it instead.
    Nothing is sent to people who may not be written to, nor more than three within an hour. Audit.
    """
    client = link.client
    if not (client.is_reachable and client.email) or _has_had_enough(client, now):
        return
    if link.purpose == LinkPurpose.NOT_RIGHT:
        _renew_not_right(link, now=now)
    elif link.purpose == LinkPurpose.ADD_CARD and _is_asked(client, now):
        resend_request(payer=client, by=Actor.client(client.pk), now=now)
    elif Card.objects.default().filter(client=client).exists():
        _send_your_card(client, now=now)


@transaction.atomic
def disown(*, request: CardRequest, now: datetime) -> None:
    """The reader of a card request says they are not its payer: the link stops working.

    The therapists of what awaits the payer's agreement are told. Audit.
    """
    by = Actor.client(request.payer_id)
    revoke_request(request=request, by=by, now=now)
    letters.request_disowned(request, now=now)
    record(
        by=by,
        action="card_request.not_me",
        target=request,
        client_id=request.payer_id,
        now=now,
    )


def _has_had_enough(client: Client, now: datetime) -> bool:
    sent = OutgoingEmail.objects.filter(client_id=client.pk, name__in=COUNTED)
    return sent.filter(created_at__gt=now - WITHIN).count() >= AT_MOST


def _is_asked(client: Client, now: datetime) -> bool:
    if not CardRequest.objects.open().filter(payer=client).exists():
        return False
    return is_anything_missing(client, on=today(now=now, practice=Practice.current()))


def _send_your_card(client: Client, *, now: datetime) -> None:
    for old in AccessLink.objects.usable(now).filter(client=client, purpose=LinkPurpose.YOUR_CARD):
        revoke_link(link=old, now=now)
    link = issue_link(client=client, purpose=LinkPurpose.YOUR_CARD, now=now)
    letters.new_link(link, "portal:your_card", "see your card", now=now)
    _audit(link, now=now)


def _renew_not_right(link: AccessLink, *, now: datetime) -> None:
    mandate = Mandate.objects.live().filter(not_right_link=link).select_for_update().first()
    if mandate is None:
        return
    fresh = issue_link(client=link.client, purpose=LinkPurpose.NOT_RIGHT, now=now)
    mandate.not_right_link = fresh
    mandate.save(update_fields=["not_right_link"])
    revoke_link(link=link, now=now)
    letters.new_link(fresh, "portal:not_right", "say what is not right", now=now)
    _audit(fresh, now=now)


def _audit(link: AccessLink, *, now: datetime) -> None:
    record(
        by=Actor.client(link.client_id),
        action="link.renew",
        target=link,
        client_id=link.client_id,
        now=now,
        purpose=link.purpose,
    )
