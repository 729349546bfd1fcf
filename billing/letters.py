"""Which e-mails billing sends, and to whom: rows of the database become the plain values of a letter."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from billing.models import Card, CardRequest, Mandate
from billing.rules import awaiting_agreement, chargeable_card, charged_by_card, today
from billing.terms import terms_of
from clients.models import AccessLink, Client
from notifications import emails
from notifications.letters import AgreementLine, Letter, letter_to, letter_to_staff, link_to
from practice.models import Practice
from relationships.models import Relationship
from relationships.querysets import RelationshipQuerySet

PEOPLE = ("relationship__therapist", "relationship__attendee", "relationship__payer")


def ask_for_card(request: CardRequest, *, now: datetime, is_again: bool = False) -> None:
    """To the payer: add your card, or agree with one press, and to what. One mail for one request and
    one list of relationships and past agreements; again at most once a minute."""
    practice, payer = Practice.current(), request.payer
    card = chargeable_card(payer, on=today(now=now, practice=practice))
    wanted = awaiting_agreement(payer) if card else charged_by_card(payer)
    again = f":again:{now:%Y%m%d%H%M}" if is_again else ""
    key = f"request:{request.pk}:{_named(wanted)}{again}"
    letter = letter_to(payer, practice=practice, dedupe_key=key, now=now)
    lines = _lines(wanted, now=now, practice=practice)
    link = link_to(request.link, "portal:add_card", practice=practice)
    if card:
        emails.agree_to_pay(letter, agreements=lines, card=card.label, link=link)
    else:
        emails.add_your_card(letter, agreements=lines, link=link)


def agreement_recorded(mandate: Mandate, *, now: datetime) -> None:
    """To the payer: staff wrote down that you agreed; "this is not right" withdraws it."""
    practice = Practice.current()
    card = chargeable_card(mandate.payer, on=today(now=now, practice=practice))
    assert mandate.not_right_link is not None
    emails.agreement_recorded(
        letter_to(mandate.payer, practice=practice, dedupe_key=f"mandate:{mandate.pk}", now=now),
        agreement=terms_of([mandate.relationship], now=now, practice=practice)[0].as_line(),
        card=card.label if card else "",
        agreed_on=today(now=mandate.given_at, practice=practice),
        manner=mandate.get_manner_display().partition(",")[0].lower(),
        link=link_to(mandate.not_right_link, "portal:not_right", practice=practice),
    )


def agreement_withdrawn(mandate: Mandate, *, now: datetime) -> None:
    """To the therapist: the payer no longer agrees."""
    relationship = mandate.relationship
    emails.agreement_withdrawn(
        _to_therapist(relationship, f"mandate:{mandate.pk}", now), **_about(relationship)
    )


def agreement_disputed(relationship: Relationship, cause: str, *, now: datetime) -> None:
    """To the therapist: "this is not right" was pressed; a person decides."""
    emails.agreement_disputed(_to_therapist(relationship, cause, now), **_about(relationship))


def request_disowned(request: CardRequest, *, now: datetime) -> None:
    """To each therapist whose relationship awaits this payer: the request reached somebody else."""
    for one in awaiting_agreement(request.payer).with_people():
        letter = _to_therapist(one, f"request:{request.pk}:disowned:{one.pk}", now)
        emails.request_disowned(letter, **_about(one))


def card_saved(card: Card, *, your_card: AccessLink, now: datetime) -> None:
    """To the owner: which card, what it pays for, and the link to see and remove it."""
    practice = Practice.current()
    letter = letter_to(card.client, practice=practice, dedupe_key=f"card:{card.pk}:saved", now=now)
    emails.card_saved(
        letter,
        card=card.label,
        agreements=_lines(_covered(card.client), now=now, practice=practice),
        link=link_to(your_card, "portal:your_card", practice=practice),
    )


def card_arrived(card: Card, *, now: datetime) -> None:
    """To the therapist of each relationship it pays for, once for each agreement: appointments can be
    booked now."""
    agreed = Mandate.objects.whole().filter(relationship__in=charged_by_card(card.client))
    for mandate in agreed.select_related(*PEOPLE).order_by("pk"):
        one = mandate.relationship
        letter = _to_therapist(one, f"card:{card.pk}:arrived:{mandate.pk}", now)
        emails.card_arrived(letter, card=card.label, **_about(one))


def card_removed(card: Card, *, your_card: AccessLink, now: datetime) -> None:
    """To the owner: the card is gone and pays for nothing any more; the link to add another."""
    practice = Practice.current()
    key = f"card:{card.pk}:removed"
    letter = letter_to(card.client, practice=practice, dedupe_key=key, now=now)
    link = link_to(your_card, "portal:your_card", practice=practice)
    emails.card_removed(letter, card=card.label, link=link)


def card_removed_notice(
    card: Card, relationships: Iterable[Relationship], *, now: datetime
) -> None:
    """To each relationship's therapist: nothing can be charged until there is another card."""
    for one in relationships:
        letter = _to_therapist(one, f"card:{card.pk}:removed:{one.pk}", now)
        emails.card_removed_notice(letter, card=card.label, **_about(one))


def new_link(link: AccessLink, view: str, purpose: str, *, now: datetime) -> None:
    """To the address on file: a fresh link instead of an expired one. `purpose`: "see your card"."""
    practice = Practice.current()
    key = f"new-link:{link.pk}"
    letter = letter_to(link.client, practice=practice, dedupe_key=key, now=now)
    emails.new_link(letter, purpose=purpose, link=link_to(link, view, practice=practice))


def _named(relationships: RelationshipQuerySet) -> str:
    """Each relationship with its last agreement, so that one which ended or was withdrawn, and is
    asked for again, is news."""
    found = relationships.annotate(last=Max("mandates__pk")).values_list("pk", "last")
    return "-".join(f"{pk}.{last or 0}" for pk, last in found)


def _covered(payer: Client) -> RelationshipQuerySet:
    """What the payer pays for by card and has agreed to."""
    return charged_by_card(payer).exclude(pk__in=awaiting_agreement(payer).values("pk"))


def _lines(
    relationships: RelationshipQuerySet, *, now: datetime, practice: Practice
) -> list[AgreementLine]:
    people = relationships.with_people()
    return [terms.as_line() for terms in terms_of(people, now=now, practice=practice)]


def _to_therapist(relationship: Relationship, cause: str, now: datetime) -> Letter:
    return letter_to_staff(
        relationship.therapist, practice=Practice.current(), dedupe_key=cause, now=now
    )


def _about(relationship: Relationship) -> dict[str, str]:
    attendee = "" if relationship.is_first_party else relationship.attendee.name
    return {
        "payer": relationship.payer.name,
        "attendee": attendee,
        "path": reverse("relationships:relationship", args=[relationship.pk]),
    }
