"""How sessions are found."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from practice.team.models import User

if TYPE_CHECKING:
    from sessions.models import TherapySession


class TherapySessionQuerySet(models.QuerySet["TherapySession"]):
    def for_user(self, user: User) -> "TherapySessionQuerySet":
        """Those whose attendee's profile the user may open."""
        if user.is_manager:
            return self
        return self.filter(relationship__attendee__care_team__user=user)

    def scheduled(self) -> "TherapySessionQuerySet":
        return self.filter(status=self.model.Status.SCHEDULED)

    def upcoming(self, now: datetime) -> "TherapySessionQuerySet":
        """Scheduled and not yet begun, the next first."""
        return self.scheduled().filter(starts_at__gt=now).order_by("starts_at", "pk")

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> "TherapySessionQuerySet":
        """Scheduled sessions that share time with [starts_at, ends_at).

        None lasts a day; to say so spares reading a therapist's whole past.
        """
        near = self.scheduled().filter(starts_at__gt=starts_at - timedelta(days=1))
        return near.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def with_people(self) -> "TherapySessionQuerySet":
        return self.select_related(
            "therapist", "service_type", "relationship__attendee", "relationship__payer"
        )

    def locked(self, ids: Iterable[int]) -> list["TherapySession"]:
        """Lock these rows in the order of their ids; after their relationships (DESIGN 4.1)."""
        return list(self.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",)))
