"""What a payer is asked for, and has agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.models import Card, CardRequest, CardSetup, Mandate
from billing.rules import awaiting_agreement, chargeable_card, charged_by_card, today
from billing.terms import Terms, terms_of
from clients.models import AccessLink, LinkPurpose
from practice.models import Practice
from relationships.models import Relationship

NOTHING = Relationship.objects.none()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a payer is asked for: to tick these; those are agreed to; `card` is the good one on file."""

    practice: Practice
    awaiting: Sequence[Terms]
    agreed: Sequence[Terms]
    card: Card | None

    @property
    def is_due(self) -> bool:
        """Something of this would be charged as soon as there is a card and an agreement."""
        return any(terms.is_due for terms in [*self.awaiting, *self.agreed])

    @property
    def is_nothing(self) -> bool:
        return not self.awaiting and (self.card is not None or not self.agreed)


def look(link: AccessLink, *, now: datetime) -> Asked:
    """What the link's client is asked for now, and what they have agreed to."""
    practice, payer = Practice.current(), link.client
    awaiting = list(awaiting_agreement(payer).with_people())
    ids = [one.pk for one in awaiting]
    agreed = charged_by_card(payer).exclude(pk__in=ids).with_people()
    terms = terms_of([*awaiting, *agreed], now=now, practice=practice)
    return Asked(
        practice=practice,
        awaiting=terms[: len(ids)],
        agreed=terms[len(ids) :],
        card=chargeable_card(payer, on=today(now=now, practice=practice)),
    )


def look_back(setup: CardSetup, *, now: datetime) -> Asked:
    """What a finished visit brought: its card, while it is on file, and what had been agreed to by
    then, as far as it still is. Nothing of later; `awaiting` while the payer still is asked."""
    setup.refresh_from_db(fields=["finished_at"])
    practice, payer, at = Practice.current(), setup.client, setup.finished_at
    assert at is not None
    given = Mandate.objects.whole().filter(payer=payer, given_at__lte=at)
    agreed = charged_by_card(payer).filter(pk__in=given.values("relationship"))
    awaiting = awaiting_agreement(payer).filter(started_at__lte=at) if _is_asked(setup) else NOTHING
    return Asked(
        practice=practice,
        awaiting=terms_of(awaiting.with_people(), now=now, practice=practice),
        agreed=terms_of(agreed.with_people(), now=now, practice=practice),
        # A visit and its card are written in one instant.
        card=Card.objects.default().filter(client=payer, attached_at=at).first(),
    )


def _is_asked(setup: CardSetup) -> bool:
    """By the visit's own link, or, from Your card, by any."""
    requests = CardRequest.objects.open().filter(payer=setup.client)
    if setup.link.purpose == LinkPurpose.ADD_CARD:
        requests = requests.filter(link=setup.link)
    return requests.exists()
