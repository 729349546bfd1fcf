"""What an e-mailed link still is good for, decided once for all pages."""

from datetime import datetime
from enum import StrEnum

from billing.models import CardRequest
from clients.models import AccessLink


class LinkState(StrEnum):
    GOOD = "good"
    DONE = "done"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


_CLOSED = {
    CardRequest.Status.DONE: LinkState.DONE,
    CardRequest.Status.REVOKED: LinkState.REVOKED,
    CardRequest.Status.SUPERSEDED: LinkState.SUPERSEDED,
}


def state_of(link: AccessLink, request: CardRequest | None, *, now: datetime) -> LinkState:
    """The state of a link, and of the card request it belongs to if it does."""
    if not link.client.is_reachable:
        return LinkState.REVOKED
    if request and request.status in _CLOSED:
        return _CLOSED[CardRequest.Status(request.status)]
    if link.revoked_at:
        return LinkState.REVOKED
    return LinkState.GOOD if link.is_usable(now) else LinkState.EXPIRED
