"""Sending a payer to Stripe's page to save a card: one open page per payer (STRIPE.md, step 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from billing import gateway
from billing.card_finish import Outcome, finish_setup
from billing.mandate_texts import VERSION
from billing.models import (
    CardRequest,
    CardSetup,
    CardSetupAgreement,
    StripeCustomer,
    reference_of,
)
from billing.terms import Terms
from clients.models import AccessLink, Client
from practice.refusals import Refused
from relationships.models import Relationship

FIRST_CHECK_AFTER = timedelta(minutes=1)
LEAST_TIME_LEFT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class WayBack:
    """Absolute addresses of our pages to which Stripe leads the payer."""

    done_url: str
    cancelled_url: str


def start_setup(*, link: AccessLink, ticked: Sequence[Terms], back: WayBack, now: datetime) -> str:
    """Return the address to send the payer to: Stripe's page, or our own when the card is saved.

    1. The page this link has open is used again, with the ticks given now; one that another link of
    the payer has open is closed, and a card that came before that is kept. 2. A customer at Stripe.
    3. A page at Stripe. 4. The row that keeps page and ticks.
    Raises Refused for a link that has ended, GatewayUnavailable.
    """
    setup = CardSetup.objects.open().filter(client=link.client).select_related("link").first()
    if setup and (url := _reuse(setup, link=link, ticked=ticked, back=back, now=now)):
        return url
    page = _open_page(link, back=back, now=now)
    return _keep(page, link=link, ticked=ticked, now=now)


def _reuse(
    setup: CardSetup, *, link: AccessLink, ticked: Sequence[Terms], back: WayBack, now: datetime
) -> str:
    """The address to go to, or "" when a new page is needed."""
    is_own = setup.link_id == link.pk
    is_good = is_own and setup.expires_at > now + LEAST_TIME_LEFT
    outcome = finish_setup(setup=setup, now=now)
    if outcome == Outcome.OPEN and is_good:
        return setup.url if _keep_ticks(setup, ticked) else back.done_url
    if outcome == Outcome.OPEN:
        gateway.expire_setup_page(setup.stripe_id)
        outcome = finish_setup(setup=setup, now=now)
    is_saved = outcome in (Outcome.SAVED, Outcome.ALREADY_SAVED)
    return back.done_url if is_own and is_saved else ""


def _open_page(link: AccessLink, *, back: WayBack, now: datetime) -> gateway.SetupPage:
    return gateway.open_setup_page(
        customer_id=ensure_customer(link=link, now=now),
        reference=reference_of(link),
        success_url=back.done_url,
        cancel_url=back.cancelled_url,
        key=_key("card-setup", link, now=now),
    )


def ensure_customer(*, link: AccessLink, now: datetime) -> str:
    """The client's customer id at Stripe; makes the customer when there is none yet."""
    client: Client = link.client
    known = StripeCustomer.objects.filter(client=client).first()
    if known:
        return known.stripe_id
    stripe_id = gateway.create_customer(
        client_id=client.pk,
        name=client.name,
        email=client.email,
        key=_key("customer", link, now=now),
    )
    kept, _ = StripeCustomer.objects.get_or_create(
        client=client, defaults={"stripe_id": stripe_id, "created_at": now}
    )
    return kept.stripe_id


def _key(thing: str, link: AccessLink, *, now: datetime) -> str:
    """Idempotency: presses within a minute share a key, so that Stripe answers them alike.

    Not longer: Stripe repeats its 5xx for a key, too. What a crash leaves behind at Stripe is a page
    nobody was sent to, or a customer without a card.
    """
    visits = CardSetup.objects.filter(link=link).count()
    return f"{thing}:{link.token_hash[:32]}:{visits}:{now:%Y%m%d%H%M}"


def _keep(
    page: gateway.SetupPage, *, link: AccessLink, ticked: Sequence[Terms], now: datetime
) -> str:
    try:
        with transaction.atomic():
            _lock_ticked(ticked)
            _require_good(link, now=now)
            setup = CardSetup.objects.create(
                client=link.client,
                link=link,
                stripe_id=page.id,
                url=page.url,
                text_version=VERSION,
                created_at=now,
                expires_at=page.expires_at,
                next_check_at=now + FIRST_CHECK_AFTER,
            )
            _write_ticks(setup, ticked)
    except IntegrityError:
        return CardSetup.objects.open().get(client=link.client).url
    return setup.url


def _require_good(link: AccessLink, *, now: datetime) -> None:
    """Look again under the request's lock: staff may have revoked it meanwhile."""
    request = CardRequest.objects.filter(link=link).select_for_update().first()
    fresh = AccessLink.objects.get(pk=link.pk)
    is_revoked = request is not None and request.status in (
        CardRequest.Status.REVOKED,
        CardRequest.Status.SUPERSEDED,
    )
    if is_revoked or not fresh.is_usable(now):
        raise Refused("This link no longer works.")


@transaction.atomic
def _keep_ticks(setup: CardSetup, ticked: Sequence[Terms]) -> bool:
    """What was ticked last counts; False, and nothing changes, once the visit is finished."""
    _lock_ticked(ticked)
    if not CardSetup.objects.open().filter(pk=setup.pk).update(text_version=VERSION):
        return False
    _write_ticks(setup, ticked)
    return True


def _lock_ticked(ticked: Iterable[Terms]) -> None:
    """Before requests and visits: a tick that is written holds its relationship's row."""
    Relationship.objects.locked(terms.pk for terms in ticked)


def _write_ticks(setup: CardSetup, ticked: Iterable[Terms]) -> None:
    setup.agreements.all().delete()
    CardSetupAgreement.objects.bulk_create(
        CardSetupAgreement(setup=setup, relationship=terms.relationship, text=terms.text)
        for terms in ticked
    )
