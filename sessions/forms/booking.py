"""What to book: the kind of session, when, how long, for how much, where, how often."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from clients.forms.fields import DayField
from practice.models import MAX_FEE, Practice, ServiceType
from practice.money import format_money
from relationships.models import Relationship
from sessions.models import Rhythm, TherapySession
from sessions.rules import usual_fee, why_fee_refused
from workflows.book import BookingOrder

YEARS_AHEAD = 5
ONCE = "0"


class NearDayField(DayField):
    """A day near enough to be meant."""

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day < self.today - timedelta(days=1):
            raise forms.ValidationError("Choose a day that is still ahead.")
        if day and day > self.today + timedelta(days=366 * YEARS_AHEAD):
            raise forms.ValidationError(f"Choose a day within the next {YEARS_AHEAD} years.")
        return day


def time_field() -> forms.TimeField:
    return forms.TimeField(
        label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


def length_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label="Length in minutes", min_value=5, max_value=480, **kwargs)


class ServiceTypeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Kinds of session, each with its usual length and fee."""

    currency = "GBP"

    def label_from_instance(self, obj: Any) -> str:
        fee = format_money(obj.fee, self.currency)
        return f"{obj.name} ({obj.length_minutes} minutes, {fee})"


class BookingForm(forms.Form):
    """Times are wall-clock times in the therapist's zone; an empty length or fee is the usual one."""

    service_type = ServiceTypeField(
        ServiceType.objects.filter(is_active=True), label="Kind of session", empty_label="Choose…"
    )
    at = time_field()
    length_minutes = length_field(
        required=False, help_text="Empty: the usual length of the kind of session."
    )
    fee = forms.DecimalField(
        required=False,
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(MAX_FEE)],
    )
    place = forms.CharField(
        max_length=200, required=False, help_text="A room, an address, or “online”."
    )
    repeat = forms.ChoiceField(
        choices=[(ONCE, "Once"), *Rhythm.choices],
        label="How often",
        widget=forms.RadioSelect(attrs={"class": "inline"}),
        initial=ONCE,
    )
    times = forms.IntegerField(
        required=False,
        min_value=2,
        max_value=104,
        label="Number of sessions",
        help_text="Only for a series: 2 to 104.",
    )
    field_order = ["service_type", "first_on", "at"]

    def __init__(
        self,
        *args: Any,
        relationship: Relationship,
        practice: Practice,
        today: date,
        rebooked_from: TherapySession | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.relationship, self.practice = relationship, practice
        self.rebooked_from = rebooked_from
        self.fields["first_on"] = NearDayField(today=today, label="Date")
        self.order_fields(self.field_order)
        kinds = self.fields["service_type"]
        assert isinstance(kinds, ServiceTypeField)
        kinds.currency = practice.currency
        self.fields["fee"].help_text = self._usual_fee()

    def _usual_fee(self) -> str:
        agreed = self.relationship.agreed_fee
        if agreed is None:
            return "Empty: the usual fee of the kind of session."
        return f"Empty: the agreed fee of {format_money(agreed, self.practice.currency)}."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_series and data.get("times") is None and "times" not in self.errors:
            self.add_error("times", "Say how many sessions: 2 to 104.")
        if data.get("service_type") and "fee" not in self.errors:
            reason = why_fee_refused(self.relationship, self._fee(), self.practice.currency)
            if reason:
                self.add_error("fee", reason)
        return data

    def _fee(self) -> Decimal:
        typed: Decimal | None = self.cleaned_data.get("fee")
        usual = usual_fee(self.relationship, self.cleaned_data["service_type"])
        return usual if typed is None else typed

    @property
    def is_series(self) -> bool:
        return bool(self.cleaned_data.get("repeat", ONCE) != ONCE)

    @property
    def order(self) -> BookingOrder:
        data = self.cleaned_data
        first_on: date = data["first_on"]
        at: time = data["at"]
        return BookingOrder(
            service_type=data["service_type"],
            first_on=first_on,
            at=at,
            length_minutes=data["length_minutes"] or data["service_type"].length_minutes,
            fee=self._fee(),
            place=data["place"],
            times=data["times"] if self.is_series else 1,
            weeks_apart=int(data["repeat"]) if self.is_series else 1,
            rebooked_from=self.rebooked_from,
        )
