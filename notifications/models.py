"""The outbox: an e-mail is a row first, and leaves the building afterwards."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, now: datetime) -> "OutgoingEmailQuerySet":
        """Neither sent nor given up, and nobody is at it now; the oldest first."""
        return self.filter(sent_at=None, given_up_at=None, next_try_at__lte=now).order_by("pk")


class OutgoingEmail(models.Model):
    """One e-mail to one person, written in the transaction of its cause, delivered afterwards.

    An emailed link's secret is not in the text: a placeholder is, replaced while delivering.
    """

    dedupe_key = models.CharField(max_length=160, unique=True)
    name = models.CharField(max_length=60, help_text="The function that wrote it.")
    to = models.EmailField()
    sender_name = models.CharField(max_length=100, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True, help_text="An attached iCalendar file.")
    calendar_method = models.CharField(max_length=20, blank=True)
    link_purpose = models.CharField(max_length=20, blank=True)
    link_salt = models.CharField(max_length=64, blank=True)
    client_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects: ClassVar[OutgoingEmailQuerySet] = OutgoingEmailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="outgoing_email_due",
                condition=Q(sent_at=None, given_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
