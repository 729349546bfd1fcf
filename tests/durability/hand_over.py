"""A hand-over that is confirmed while things die, and what must then be true of it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from billing.models import Card, CardRequest, Mandate
from clients.models import AccessLink
from notifications.models import OutgoingEmail
from practice.audit.models import AuditEvent
from practice.team.models import User
from relationships.models import EndReason, MigrationRequest, PayerPlan, Relationship
from tests.durability.browser import Browser, Fields
from tests.factories import (
    CardFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
)

MOBILE = "+447700900456"
LETTERS = ["add_your_card", "your_part_has_ended"]


class HandOver:
    """One third-party relationship with four future sessions; the attendee's number is missing."""

    def __init__(self, therapist: User, number: int) -> None:
        self.old = RelationshipFactory(
            therapist=therapist, attendee__mobile="", attendee__first_name=f"Sam{number}"
        )
        CardFactory(client=self.old.payer)
        MandateFactory(relationship=self.old)
        first = timezone.now() + timedelta(days=7)
        self.sessions = [
            TherapySessionFactory(
                relationship=self.old, starts_at=first + timedelta(weeks=week, hours=number)
            ).pk
            for week in range(4)
        ]

    @property
    def path(self) -> str:
        return f"/relationships/{self.old.pk}/migrate/"

    def answers(self, browser: Browser) -> Fields:
        """Open the page and fill it in: all is moved but the last session."""
        return [
            *browser.hidden(self.path),
            ("requester", "ATTENDEE"),
            ("requested_on", timezone.now().date().isoformat()),
            ("manner", "IN_SESSION"),
            ("mobile", MOBILE),
            *(("sessions", str(pk)) for pk in self.sessions[:3]),
        ]

    def confirm(self, browser: Browser, answers: Fields) -> None:
        """Press Confirm Migration and expect the page of the new relationship."""
        where, page = browser.post(self.path, answers)
        new = Relationship.objects.get(attendee=self.old.attendee, payer=self.old.attendee)
        assert where == f"/relationships/{new.pk}/", page

    def has_happened(self) -> bool:
        """True when all of it was written, False when nothing was; fails when it is torn."""
        self._wait_for_who_is_dying()
        facts = self._facts()
        assert len(set(facts.values())) == 1, f"torn: {facts}"
        return facts["the old one has ended"]

    def letters(self) -> list[str]:
        people = [self.old.attendee_id, self.old.payer_id]
        return sorted(
            OutgoingEmail.objects.filter(client_id__in=people).values_list("name", flat=True)
        )

    def _wait_for_who_is_dying(self) -> None:
        """PostgreSQL may still be rolling back, or committing, for a process that is dead."""
        with transaction.atomic():
            Relationship.objects.locked([self.old.pk])

    def _facts(self) -> dict[str, bool]:
        old = Relationship.objects.get(pk=self.old.pk)
        attendee = old.attendee
        new = Relationship.objects.filter(attendee=attendee, payer=attendee)
        moved = sorted(new.values_list("therapy_sessions", flat=True)) if new else []
        letters = self.letters()
        assert letters in ([], LETTERS), f"torn: {letters}"
        return {
            "the old one has ended": old.end_reason == EndReason.MIGRATED,
            "the new one is open": [one.is_open for one in new] == [True],
            "it says where it moved to": old.moved_to_id is not None,
            "the ticked sessions moved": moved == self.sessions[:3],
            "the others stayed": old.therapy_sessions.count() == 1,
            "the number is kept": str(attendee.mobile) == MOBILE,
            "it is known who asked": MigrationRequest.objects.filter(relationship=old).count() == 1,
            "there is a payer plan": PayerPlan.objects.filter(attendee=attendee).count() == 1,
            "the card is asked for": CardRequest.objects.open().filter(payer=attendee).count() == 1,
            "there is one link": AccessLink.objects.filter(client=attendee).count() == 1,
            "the mandate is narrowed": not Mandate.objects.whole().filter(relationship=old),
            "both are written to": letters == LETTERS,
            "it is in the audit": self._audited("relationship.migrate") == 1,
        }

    def _audited(self, action: str) -> int:
        events = AuditEvent.objects.filter(action=action, client_id=self.old.attendee_id)
        return events.count()

    def nobody_is_charged_instead(self) -> bool:
        """The organiser's card is theirs still, and nobody was given another."""
        return [card.client_id for card in Card.objects.filter(client=self.old.payer)] == [
            self.old.payer_id
        ] and not Card.objects.filter(client=self.old.attendee)
