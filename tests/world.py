"""One of everything a page can be about, and somebody of every role."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from billing.models import CardRequest, MandateManner
from clients.models import AccessLink, CareTeamMember, Contact, LinkPurpose
from practice.team.models import User
from relationships.models import Relationship
from sessions.models import TherapySession
from tests.factories import (
    BY,
    AccessLinkFactory,
    CardFactory,
    ClientFactory,
    ContactFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

ROLES = ["signed out", "owner", "therapist", "colleague", "other", "biller", "scheduler"]


@dataclass(frozen=True, slots=True)
class World:
    """`therapist` treats Sam, for whom Jo pays; `colleague` is of Sam's care team; `other` of neither."""

    people: dict[str, User | None]
    relationship: Relationship
    ended: Relationship
    upcoming: TherapySession
    cancelled: TherapySession
    contact: Contact
    links: dict[LinkPurpose, AccessLink]
    mandate_id: int

    def address(self, name: str) -> str:
        """Where the page of this name is, about the one it can be about."""
        return reverse(name, args=self._arguments(name))

    def _arguments(self, name: str) -> list[object]:
        attendee = self.relationship.attendee_id
        own: dict[str, list[object]] = {
            "clients:edit_contact": [self.contact.pk],
            "clients:remove_contact": [self.contact.pk],
            "relationships:start": [attendee],
            "relationships:restart": [self.ended.pk],
            "sessions:create": [self.relationship.pk],
            "sessions:rebook": [self.cancelled.pk],
            "portal:not_right": [self._token(LinkPurpose.NOT_RIGHT)],
            "portal:withdraw_agreement": [self._token(LinkPurpose.YOUR_CARD), self.mandate_id],
        }
        if name in own:
            return own[name]
        if "<" not in pattern_of(name):
            return []
        if name.startswith("portal:"):
            is_own = "card" not in name or "your_card" in name or "remove_card" in name
            purpose = (
                LinkPurpose.YOUR_CARD if is_own and "not_me" not in name else LinkPurpose.ADD_CARD
            )
            return [self._token(purpose)]
        about = {
            "clients": attendee,
            "relationships": self.relationship.pk,
            "billing": self.relationship.pk,
            "sessions": self.upcoming.pk,
        }
        return [about[name.partition(":")[0]]]

    def _token(self, purpose: LinkPurpose) -> str:
        return self.links[purpose].token


def build_world() -> World:
    """Sam's relationship with a request for a card that is open; Ada's, ended; Jo's card for Mia."""
    now = timezone.now()
    therapist = UserFactory(name="Dr Priya Nair")
    other = UserFactory(name="Dr Omar Adeyemi")
    colleague = UserFactory(name="Dr Mei Lin")
    jo = ClientFactory(first_name="Jo", last_name="Rivers")
    sam = ClientFactory(first_name="Sam", last_name="Rivers", mobile="")
    relationship = RelationshipFactory(therapist=therapist, attendee=sam, payer=jo)
    CareTeamMember.objects.create(client=sam, user=colleague, joined_at=now)
    own = RelationshipFactory(therapist=therapist, attendee=jo, payer=jo)
    CardFactory(client=jo)
    not_right = AccessLinkFactory(client=jo, purpose=LinkPurpose.NOT_RIGHT)
    MandateFactory(relationship=relationship)
    mandate = MandateFactory(relationship=own, manner=MandateManner.PHONE, not_right_link=not_right)
    RelationshipFactory(therapist=other)
    ended = RelationshipFactory(therapist=therapist, first_party=True, ended=True)
    asked = RelationshipFactory(therapist=therapist, first_party=True)
    add_card = AccessLinkFactory(client=asked.payer)
    CardRequest.objects.create(payer=asked.payer, link=add_card, requested_at=now, requested_by=BY)
    session = TherapySessionFactory(relationship=relationship)
    return World(
        people={
            "signed out": None,
            "owner": UserFactory(owner=True),
            "therapist": therapist,
            "colleague": colleague,
            "other": other,
            "biller": UserFactory(biller=True),
            "scheduler": UserFactory(scheduler=True),
        },
        relationship=relationship,
        ended=ended,
        upcoming=session,
        cancelled=TherapySessionFactory(
            relationship=relationship, cancelled=True, starts_at=now + timedelta(days=3)
        ),
        contact=ContactFactory(client=sam, adult=jo),
        links={
            LinkPurpose.ADD_CARD: add_card,
            LinkPurpose.NOT_RIGHT: not_right,
            LinkPurpose.YOUR_CARD: AccessLinkFactory(client=jo, purpose=LinkPurpose.YOUR_CARD),
        },
        mandate_id=mandate.pk,
    )


def own_views() -> dict[str, URLPattern]:
    """Every address of this project's own: its name -> its pattern. allauth's and the admin's are theirs."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for one in patterns:
        if isinstance(one, URLPattern):
            if not one.callback.__module__.startswith(("allauth", "django")):
                found.append((f"{namespace}{one.name}", one))
        elif one.namespace != "admin":
            inside = f"{one.namespace}:" if one.namespace else namespace
            found.extend(_walk(one.url_patterns, inside))
    return found


def pattern_of(name: str) -> str:
    """Its last part as written in `urls.py`."""
    return str(own_views()[name].pattern)
