"""What a client's page shows: read once, in few statements, and ready for the templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from billing.rules import CardStatus, card_statuses, why_cannot_book
from clients.colours import payer_colours
from clients.models import Client
from practice.models import Practice
from practice.team.models import User
from practice.wording import say_day
from relationships.models import PayerPlan, Relationship
from relationships.querysets import RelationshipQuerySet
from relationships.rules import may_manage


@dataclass(frozen=True, slots=True)
class Line:
    """One relationship, with what is said of it. `why_not_book`: in words; "" when one can."""

    relationship: Relationship
    card: CardStatus
    colour: str
    may_manage: bool
    why_not_book: str

    @property
    def is_default(self) -> bool:
        return bool(getattr(self.relationship, "is_default", False))

    @property
    def since(self) -> str:
        """When it began, and ended."""
        one = self.relationship
        if one.ended_at is None:
            return f"Since {say_day(one.started_at)}"
        return f"{say_day(one.started_at)} to {say_day(one.ended_at)}"

    @property
    def may_be_asked(self) -> bool:
        """Whether an e-mail to the payer would help."""
        return self.card.kind in ("no_card", "asked", "expired", "waiting")


@dataclass(frozen=True, slots=True)
class Profile:
    """A client, with the relationships their reader may open."""

    client: Client
    user: User
    practice: Practice
    now: datetime
    lines: Sequence[Line]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.practice.zone).date()

    @property
    def age(self) -> int | None:
        return self.client.age(self.today)

    @property
    def about(self) -> list[str]:
        """Age, pronouns, e-mail: what is known of them."""
        age = "" if self.age is None else f"{self.age} years"
        return [word for word in (age, self.client.pronouns, self.client.email) if word]

    @property
    def is_minor(self) -> bool:
        return self.age is not None and self.age < self.practice.age_of_majority

    @property
    def attends(self) -> list[Line]:
        return [line for line in self.lines if line.relationship.attendee_id == self.client.pk]

    @property
    def pays_for(self) -> list[Line]:
        """Where they pay for somebody else."""
        return [line for line in self.lines if line.relationship.attendee_id != self.client.pk]

    @property
    def open_lines(self) -> list[Line]:
        return [line for line in self.attends if line.relationship.is_open]

    @property
    def ended_lines(self) -> list[Line]:
        return [line for line in self.attends if not line.relationship.is_open][::-1]

    @property
    def bookable(self) -> list[Line]:
        """Open relationships that the reader may book on, the plan's default first."""
        mine = [line for line in self.open_lines if line.may_manage]
        return sorted(mine, key=lambda line: not line.is_default)

    @property
    def card(self) -> tuple[str, str] | None:
        """Tone and words for the head: how the card of whoever pays stands."""
        lines = [line for line in self.attends or self.lines if line.relationship.is_open]
        if not lines:
            return None
        payers = {line.relationship.payer_id for line in lines}
        if len(payers) > 1:
            return "", f"{len(payers)} payers"
        line = next((line for line in lines if line.is_default), lines[0])
        payer = line.relationship.payer
        whose = "" if payer.pk == self.client.pk else f"{payer.first_name} pays: "
        return line.card.tone, f"{whose}{line.card.label}"


def find_profile(pk: int, *, user: User, now: datetime) -> Profile:
    """Read a client the user may open; Http404 for anybody else. Four statements."""
    client = get_object_or_404(Client.objects.for_user(user), pk=pk)
    practice = Practice.current()
    relationships = list(_relationships(client, user))
    cards = card_statuses(relationships, now=now, practice=practice)
    colours = payer_colours(client.pk, [one.payer_id for one in relationships])
    lines = [
        Line(
            one,
            cards[one.pk],
            colours[one.payer_id],
            may_manage(user, one),
            why_cannot_book(one, now=now, practice=practice, status=cards[one.pk]),
        )
        for one in relationships
    ]
    return Profile(client, user, practice, now, lines)


def _relationships(client: Client, user: User) -> RelationshipQuerySet:
    """Theirs as attendee, and those they pay for whose attendee the user may open (DESIGN 4.6)."""
    planned = PayerPlan.objects.filter(default=OuterRef("pk"))
    return (
        Relationship.objects.for_user(user)
        .filter(Q(attendee=client) | Q(payer=client))
        .annotate(is_default=Exists(planned))
        .with_people()
        .defer("therapist__password", "payer__address", "attendee__address")
        .order_by("started_at", "pk")
    )
