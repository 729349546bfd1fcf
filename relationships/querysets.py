"""How relationships are found."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F

from practice.team.models import User

if TYPE_CHECKING:
    from relationships.models import Relationship


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    def for_user(self, user: User) -> "RelationshipQuerySet":
        """Those whose attendee's profile the user may open. Paying opens nothing (DESIGN 4.6)."""
        if user.is_manager:
            return self
        return self.filter(attendee__care_team__user=user)

    def open(self) -> "RelationshipQuerySet":
        return self.filter(ended_at=None)

    def ended(self) -> "RelationshipQuerySet":
        return self.exclude(ended_at=None)

    def first_party(self) -> "RelationshipQuerySet":
        return self.filter(payer=F("attendee"))

    def third_party(self) -> "RelationshipQuerySet":
        return self.exclude(payer=F("attendee"))

    def by_card(self) -> "RelationshipQuerySet":
        return self.filter(payment_method=self.model.PaymentMethod.BY_CARD)

    def with_people(self) -> "RelationshipQuerySet":
        return self.select_related("therapist", "attendee", "payer")

    def locked(self, ids: Iterable[int]) -> list["Relationship"]:
        """Lock these rows in the order of their ids (DESIGN 4.1) and return them as they are now.

        Call inside a transaction, before anything is decided.
        """
        return list(self.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",)))
