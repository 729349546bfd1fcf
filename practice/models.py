"""The practice itself: one row of settings, and the kinds of service it offers."""

from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

CURRENCIES = [("GBP", "Pound sterling"), ("EUR", "Euro"), ("USD", "US dollar")]
MAX_FEE = Decimal("10000.00")


@cache
def time_zones() -> set[str]:
    """The IANA names this machine knows; read from its files once."""
    return available_timezones()


def validate_time_zone(name: str) -> None:
    """Accept the IANA names this machine knows."""
    if name not in time_zones():
        raise ValidationError("That is not the name of a time zone. Example: Europe/London.")


class TimeZoneField(models.CharField[str, str]):
    """The IANA name of a time zone, such as Europe/London."""

    default_validators = [validate_time_zone]

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class ChargeMoment(models.TextChoices):
    BEFORE_SESSION = "BEFORE_SESSION", "Before the session"
    AFTER_SESSION = "AFTER_SESSION", "After the session"


class Practice(models.Model):
    """The one practice of this installation, with the settings that rule its work."""

    name = models.CharField(max_length=100)
    email = models.EmailField("e-mail")
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(max_length=400, blank=True)
    time_zone = TimeZoneField(default="Europe/London", help_text="Ages and dates count here.")
    currency = models.CharField(max_length=3, choices=CURRENCIES, default="GBP")
    consent_age = models.PositiveSmallIntegerField(
        default=16,
        validators=[MinValueValidator(10), MaxValueValidator(21)],
        help_text="From this birthday on a person may pay for their own sessions.",
    )
    age_of_majority = models.PositiveSmallIntegerField(
        default=18, validators=[MinValueValidator(14), MaxValueValidator(21)]
    )
    is_mobile_required = models.BooleanField("mobile number required", default=True)
    is_address_required = models.BooleanField("address required", default=False)
    charge_moment = models.CharField(
        max_length=20, choices=ChargeMoment.choices, default=ChargeMoment.BEFORE_SESSION
    )
    charge_lead_hours = models.PositiveSmallIntegerField(
        default=48, help_text="A card is charged this many hours before the session starts."
    )
    first_retry_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, default=24, help_text="Hours before the start; empty: no retry."
    )
    second_retry_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, default=12, help_text="Hours before the start; empty: no retry."
    )
    cancel_unpaid_hours = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=1,
        help_text="Cancel a session that is unpaid this many hours before it; empty: never.",
    )
    free_cancel_hours = models.PositiveSmallIntegerField(
        default=48, help_text="Cancelling is free until this many hours before the session."
    )
    link_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="An e-mailed link is good for this many days.",
    )

    class Meta:
        verbose_name = "practice settings"
        verbose_name_plural = "practice settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="practice_is_one_row",
                violation_error_message="There is one practice here; change its settings instead.",
            ),
            models.CheckConstraint(
                condition=Q(consent_age__lte=F("age_of_majority")),
                name="practice_consent_age_up_to_majority",
                violation_error_message="The consent age cannot be above the age of majority.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @classmethod
    def current(cls) -> "Practice":
        """Return the settings; one statement. Raises DoesNotExist before the first set-up."""
        return cls.objects.get(pk=1)


class ServiceType(models.Model):
    """A kind of session the practice offers, with its usual length (minutes) and fee."""

    name = models.CharField(max_length=80, unique=True)
    length_minutes = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    fee = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MAX_FEE)],
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fee__gte=0),
                name="service_type_fee_not_negative",
                violation_error_message="A fee cannot be below zero.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
