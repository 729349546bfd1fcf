"""Who attends, who pays, since when."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from clients.models import Client
from practice.audit.actor import ActorField
from practice.models import MAX_FEE
from practice.team.models import User
from relationships.querysets import RelationshipQuerySet


class PaymentMethod(models.TextChoices):
    BY_CARD = "BY_CARD", "By card"
    BY_INVOICE = "BY_INVOICE", "By invoice (transfer or cash)"
    NOT_AT_ALL = "NOT_AT_ALL", "Not at all"


class EndReason(models.TextChoices):
    MIGRATED = "MIGRATED", "Migrated to first party"
    PAYER_CHANGED = "PAYER_CHANGED", "Someone else pays now"
    HANDED_OVER = "HANDED_OVER", "Handed over to another therapist"
    THERAPY_ENDED = "THERAPY_ENDED", "Therapy has ended"
    PAYER_WITHDREW = "PAYER_WITHDREW", "The payer withdrew"
    DECEASED = "DECEASED", "Deceased"
    MISTAKE = "MISTAKE", "Opened by mistake"

    @classmethod
    def for_staff(cls) -> list["EndReason"]:
        """Reasons that people give; the others are set by what they describe."""
        return [cls.THERAPY_ENDED, cls.PAYER_WITHDREW, cls.DECEASED, cls.MISTAKE]


class Relationship(models.Model):
    """One payer pays for one attendee's sessions with one therapist, from a start to perhaps an end.

    Its three parties never change. First-party when the payer is the attendee: derived, not stored.
    """

    PaymentMethod = PaymentMethod
    EndReason = EndReason

    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="relationships")
    attendee = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="attends")
    payer = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="pays")
    payment_method = models.CharField(
        max_length=20, choices=PaymentMethod.choices, default=PaymentMethod.BY_CARD
    )
    terms_days = models.PositiveSmallIntegerField(
        "payment terms (days)", default=14, validators=[MaxValueValidator(120)]
    )
    not_paid_reason = models.CharField("why nothing is paid", max_length=200, blank=True)
    agreed_fee = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MAX_FEE)],
        help_text="In the practice's currency. Empty: the fee of the kind of session.",
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = ActorField(null=True, blank=True)
    end_reason = models.CharField(  # noqa: DJ001 null until it ends
        max_length=20,
        choices=EndReason.choices,
        null=True,
        blank=True,
    )
    moved_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="moved_from"
    )
    flagged_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Charges are stopped since: the attendee may not pay for themselves after all.",
    )

    objects: ClassVar[RelationshipQuerySet] = RelationshipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["attendee", "-started_at"], name="relationship_by_attendee"),
            models.Index(fields=["payer", "ended_at"], name="relationship_by_payer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["therapist", "attendee", "payer"],
                condition=Q(ended_at=None),
                name="relationship_one_open",
                violation_error_message="This relationship is already open.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="relationship_ends_after_start",
                violation_error_message="A relationship cannot end before it started.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__isnull=False),
                name="relationship_end_is_complete",
                violation_error_message="An end needs a time, a person and a reason.",
            ),
            models.CheckConstraint(
                condition=Q(moved_to=None) | Q(ended_at__isnull=False),
                name="relationship_moved_only_when_ended",
                violation_error_message="Only an ended relationship has moved to another.",
            ),
            models.CheckConstraint(
                condition=~Q(payment_method=PaymentMethod.NOT_AT_ALL) | ~Q(not_paid_reason=""),
                name="relationship_not_paid_has_reason",
                violation_error_message="Say why nothing is paid.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_fee=None) | Q(agreed_fee__gte=0),
                name="relationship_fee_not_negative",
                violation_error_message="A fee cannot be below zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendee} with {self.therapist}, paid by {self.payer}"

    @property
    def is_first_party(self) -> bool:
        return self.payer_id == self.attendee_id

    @property
    def is_third_party(self) -> bool:
        return not self.is_first_party

    @property
    def type_label(self) -> str:
        return f"{'First' if self.is_first_party else 'Third'} Party Relationship"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_by_card(self) -> bool:
        return self.payment_method == PaymentMethod.BY_CARD


class PayerPlan(models.Model):
    """Which relationship a new session of one attendee with one therapist takes."""

    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    attendee = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payer_plans")
    default = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    set_by = ActorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attendee", "therapist"],
                name="payer_plan_once",
                violation_error_message="There is already a payer plan for these two.",
            ),
        ]

    def __str__(self) -> str:
        return f"New sessions of {self.attendee} with {self.therapist}"


class Requester(models.TextChoices):
    ATTENDEE = "ATTENDEE", "The attendee"
    ORGANISER = "ORGANISER", "The organiser"


class Manner(models.TextChoices):
    IN_SESSION = "IN_SESSION", "In a session"
    PHONE = "PHONE", "By phone"
    EMAIL = "EMAIL", "By e-mail"
    LETTER = "LETTER", "By letter"
    IN_PERSON = "IN_PERSON", "In person"


class MigrationRequest(models.Model):
    """Someone asked, on a day and in some manner, that the attendee pay from now on; and it was done.

    Written with the migration it justifies (DESIGN 4.2: no requester, no migration).
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="migration_requests"
    )
    requester = models.CharField(max_length=20, choices=Requester.choices)
    requested_on = models.DateField()
    manner = models.CharField(max_length=20, choices=Manner.choices)
    has_attendee_agreed = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = ActorField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(requester=Requester.ATTENDEE) | Q(has_attendee_agreed=True),
                name="migration_request_attendee_agrees",
                violation_error_message="The attendee must agree to pay.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_requester_display()} asked on {self.requested_on}"
