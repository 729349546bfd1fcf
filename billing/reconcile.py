"""What was left behind is finished: visits to Stripe's page of which nobody told us, cards to detach."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from billing import gateway
from billing.card_finish import finish_setup
from billing.cards import detach_leftovers
from billing.models import CardSetup

log = logging.getLogger(__name__)
AT_MOST = 50
LEAST_WAIT = timedelta(minutes=1)


def reconcile_setups(*, now: datetime) -> int:
    """Ask Stripe about open visits that are due, and finish them. Returns how many were asked about.

    A visit is asked about a minute after it began, then ever more rarely, until it is over; the page of
    a revoked link is closed first. When Stripe is away the rest waits for the next time.
    """
    asked = 0
    while asked < AT_MOST and (setup := _claim_one(now)):
        try:
            _finish(setup, now=now)
        except gateway.GatewayUnavailable:
            log.warning("Stripe is away; open card setups wait.")
            return asked
        except gateway.GatewayRefused:
            log.exception("Stripe refused to speak of card setup %s.", setup.pk)
        asked += 1
    detach_leftovers(now=now)
    return asked


def _finish(setup: CardSetup, *, now: datetime) -> None:
    if setup.link.revoked_at:
        gateway.expire_setup_page(setup.stripe_id)
    finish_setup(setup=setup, now=now)


@transaction.atomic
def _claim_one(now: datetime) -> CardSetup | None:
    """Take the one that waits longest: nobody else takes it before `next_check_at`."""
    due = CardSetup.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    setup = due.select_related("link", "client").first()
    if setup:
        setup.next_check_at = now + max(LEAST_WAIT, (now - setup.created_at) / 4)
        setup.save(update_fields=["next_check_at"])
    return setup
