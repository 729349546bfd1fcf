"""Appointments, and the series they may belong to."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from clients.models import Client
from practice.audit.actor import ActorField
from practice.models import CURRENCIES, MAX_FEE, ServiceType, TimeZoneField
from practice.team.models import User
from relationships.models import Relationship
from sessions.constraints import PostgresExclusionConstraint
from sessions.querysets import TherapySessionQuerySet


class Status(models.TextChoices):
    SCHEDULED = "SCHEDULED", "Scheduled"
    ATTENDED = "ATTENDED", "Attended"
    NO_SHOW = "NO_SHOW", "No-show"
    CANCELLED = "CANCELLED", "Cancelled"
    LATE_CANCELLED = "LATE_CANCELLED", "Cancelled late"
    CANCELLED_BY_THERAPIST = "CANCELLED_BY_THERAPIST", "Cancelled by the therapist"
    CANCELLED_UNPAID = "CANCELLED_UNPAID", "Cancelled, unpaid"

    @classmethod
    def held(cls) -> list["Status"]:
        """Not cancelled: ahead, or the time was kept."""
        return [cls.SCHEDULED, cls.ATTENDED, cls.NO_SHOW]

    @classmethod
    def cancelled(cls) -> list["Status"]:
        return [
            cls.CANCELLED,
            cls.LATE_CANCELLED,
            cls.CANCELLED_BY_THERAPIST,
            cls.CANCELLED_UNPAID,
        ]


class Rhythm(models.IntegerChoices):
    WEEKLY = 1, "Weekly"
    FORTNIGHTLY = 2, "Fortnightly"


class Series(models.Model):
    """Recurring sessions of one attendee with one therapist: a wall-clock time in a zone, a rhythm.

    It has no payer: each of its sessions is paid by the payer of its own relationship.
    """

    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="series")
    attendee = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="series")
    time_zone = TimeZoneField()
    starts_on = models.DateField()
    starts_at_time = models.TimeField("time of day, in the zone")
    weeks_apart = models.PositiveSmallIntegerField(choices=Rhythm.choices)
    number_of_sessions = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(2), MaxValueValidator(104)]
    )

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.get_weeks_apart_display()} from {self.starts_on}"


class TherapySession(models.Model):
    """An appointment of a therapist with the attendee of a relationship, whose payer pays for it.

    `fee` is in `currency`. The clock's two settings are frozen at booking, in elapsed UTC hours.
    """

    Status = Status

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="therapy_sessions"
    )
    therapist = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="therapy_sessions", editable=False
    )
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="therapy_sessions"
    )
    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = TimeZoneField(help_text="The therapist's at booking; shown to clients.")
    place = models.CharField(max_length=200, blank=True)
    fee = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MAX_FEE)],
    )
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    charge_lead_hours = models.PositiveSmallIntegerField()
    free_cancel_hours = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.SCHEDULED)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = ActorField(null=True, blank=True)
    moved_late_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Moved to another time inside its free-cancel window: stays late to cancel.",
    )
    rebooked_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rebooked_as"
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text="How often it was changed since booking (iCalendar's SEQUENCE)."
    )
    booked_at = models.DateTimeField()

    objects: ClassVar[TherapySessionQuerySet] = TherapySessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["relationship", "starts_at"], name="session_by_relationship"),
            models.Index(fields=["therapist", "starts_at"], name="session_by_therapist"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="A session must end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, status__in=Status.held())
                | Q(
                    cancelled_at__isnull=False,
                    cancelled_by__isnull=False,
                    status__in=Status.cancelled(),
                ),
                name="session_cancellation_is_complete",
                violation_error_message="A cancelled session needs a time and a person.",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0),
                name="session_fee_not_negative",
                violation_error_message="A fee cannot be below zero.",
            ),
            PostgresExclusionConstraint(
                name="session_no_overlap",
                expressions=[
                    ("therapist", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=Status.SCHEDULED),
                violation_error_message="The therapist already has a session then.",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk}, {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def length_minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_cancelled(self) -> bool:
        return self.status in Status.cancelled()

    @property
    def free_cancel_until(self) -> datetime:
        return self.starts_at - timedelta(hours=self.free_cancel_hours)

    def is_upcoming(self, now: datetime) -> bool:
        return self.status == Status.SCHEDULED and self.starts_at > now
