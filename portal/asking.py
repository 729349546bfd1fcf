"""What a payer is asked for, and has agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.models import Card
from billing.rules import awaiting_agreement, chargeable_card, charged_by_card, today
from billing.terms import Terms, terms_of
from clients.models import AccessLink
from practice.models import Practice


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
