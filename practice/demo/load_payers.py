"""Write who pays for whom: relationships, care teams, cards, agreements and requests."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

from billing.mandate_texts import VERSION, mandate_text
from billing.models import Card, CardRequest, Mandate, MandateManner, StripeCustomer
from clients.models import AccessLink, CareTeamMember, Client, LinkPurpose
from practice.audit.actor import Actor
from practice.demo.payers import CARDS, PLANS, RELATIONSHIPS, REQUESTS, Pays, SavedCard
from practice.demo.world import World
from relationships.models import (
    EndReason,
    Manner,
    MigrationRequest,
    PayerPlan,
    Relationship,
    Requester,
)

BRANDS = {"4444": "Mastercard", "0005": "American Express"}


def write_relationships(world: World) -> None:
    """1. The rows. 2. Care teams. 3. Where a migrated one went. 4. Payer plans. 5. Audit events."""
    for row in RELATIONSHIPS:
        relationship = _relationship(world, row)
        world.relationships.append(relationship)
        _join_care_team(relationship)
        _remember(world, row, relationship)
    for older, newer in pairwise(world.relationships):
        if older.end_reason == EndReason.MIGRATED:
            _point_to(world, older, newer)
    _write_plans(world)


def _relationship(world: World, row: Pays) -> Relationship:
    is_ended = row.until is not None
    return Relationship.objects.create(
        therapist=world.users[row.therapist],
        attendee=world.clients[row.attendee],
        payer=world.clients[row.payer],
        payment_method=row.method,
        terms_days=row.terms_days,
        not_paid_reason=row.why_nothing,
        agreed_fee=Decimal(row.agreed_fee) if row.agreed_fee else None,
        started_at=world.weeks_ago(row.since),
        ended_at=world.weeks_ago(row.until) if row.until is not None else None,
        ended_by=world.staff(row.therapist) if is_ended else None,
        end_reason=row.reason,
    )


def _join_care_team(relationship: Relationship) -> None:
    CareTeamMember.objects.get_or_create(
        client=relationship.attendee,
        user=relationship.therapist,
        defaults={"joined_at": relationship.started_at},
    )


def _remember(world: World, row: Pays, relationship: Relationship) -> None:
    remember = partial(
        world.remember,
        by=world.staff(row.therapist),
        target=f"relationship:{relationship.pk}",
        client_id=relationship.attendee_id,
    )
    remember(at=relationship.started_at, action="relationship.open", payer=relationship.payer_id)
    if relationship.ended_at:
        remember(at=relationship.ended_at, action="relationship.end", reason=str(row.reason))


def _point_to(world: World, older: Relationship, newer: Relationship) -> None:
    assert older.ended_at is not None
    older.moved_to = newer
    older.save(update_fields=["moved_to"])
    by = Actor.user(older.therapist)
    MigrationRequest.objects.create(
        relationship=older,
        requester=Requester.ATTENDEE,
        requested_on=older.ended_at.date(),
        manner=Manner.IN_SESSION,
        has_attendee_agreed=True,
        recorded_at=older.ended_at,
        recorded_by=by,
    )
    world.remember(
        at=older.ended_at,
        by=by,
        action="relationship.migrate",
        target=f"relationship:{older.pk}",
        client_id=older.attendee_id,
        to=newer.pk,
        requester=str(Requester.ATTENDEE),
    )


def _write_plans(world: World) -> None:
    """Say what a new session takes wherever an attendee has, or had, more than one payer."""
    rows = list(zip(RELATIONSHIPS, world.relationships, strict=True))
    pairs = [(row.therapist, row.attendee) for row in RELATIONSHIPS]
    for row, relationship in rows:
        pair = (row.therapist, row.attendee)
        is_wanted = (*pair, row.payer) in PLANS or pair not in {plan[:2] for plan in PLANS}
        if relationship.is_open and pairs.count(pair) > 1 and is_wanted:
            PayerPlan.objects.create(
                therapist=relationship.therapist,
                attendee=relationship.attendee,
                default=relationship,
                set_at=relationship.started_at,
                set_by=world.staff(row.therapist),
            )


def write_cards(world: World) -> None:
    """1. Cards with their customers. 2. Their owners' agreements. 3. Requests that are still open."""
    saved = {row.owner: _card(world, row) for row in CARDS}
    for row, relationship in zip(RELATIONSHIPS, world.relationships, strict=True):
        if relationship.is_by_card and row.payer in saved:
            _mandate(world, relationship, given_at=max(saved[row.payer], relationship.started_at))
    for payer, days in REQUESTS:
        _open_request(world, payer, asked_at=world.days_ago(days))


def _card(world: World, row: SavedCard) -> datetime:
    """Save a card and return when."""
    owner, at = world.clients[row.owner], world.weeks_ago(row.weeks_ago) + timedelta(hours=7)
    months = world.today.year * 12 + world.today.month - 1 + row.months_left
    StripeCustomer.objects.create(client=owner, stripe_id=f"cus_demo_{row.owner}", created_at=at)
    card = Card.objects.create(
        client=owner,
        stripe_id=f"pm_demo_{row.owner}",
        brand=BRANDS.get(row.last4, "Visa"),
        last4=row.last4,
        exp_year=months // 12,
        exp_month=months % 12 + 1,
        is_default=True,
        attached_at=at,
    )
    by = Actor.client(owner.pk)
    world.remember(
        at=at,
        by=by,
        action="card.save",
        target=f"card:{card.pk}",
        client_id=owner.pk,
        card=card.label,
    )
    return at


def _mandate(world: World, relationship: Relationship, *, given_at: datetime) -> None:
    payer = Actor.client(relationship.payer_id)
    Mandate.objects.create(
        relationship=relationship,
        payer=relationship.payer,
        text_version=VERSION,
        text=mandate_text(relationship, practice=world.practice),
        given_at=given_at,
        given_by=payer,
        manner=MandateManner.LINK,
        withdrawn_at=relationship.ended_at,
        withdrawn_by=relationship.ended_by,
    )


def _open_request(world: World, payer: str, *, asked_at: datetime) -> None:
    client = world.clients[payer]
    CardRequest.objects.create(
        payer=client,
        link=_link(client, asked_at, days=world.practice.link_days),
        requested_at=asked_at,
        requested_by=Actor.system("demo"),
    )


def _link(client: Client, at: datetime, *, days: int) -> AccessLink:
    return AccessLink.objects.create(
        client=client,
        purpose=LinkPurpose.ADD_CARD,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
