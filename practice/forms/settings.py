"""The practice's settings."""

from itertools import pairwise
from typing import Any

from django import forms

from practice.models import Practice

MOST_HOURS = 24 * 28
HOURS = (
    "charge_lead_hours",
    "first_retry_hours",
    "second_retry_hours",
    "cancel_unpaid_hours",
    "free_cancel_hours",
)
CURRENCY_IS_FIXED = "Fixed: sessions are booked in it."


def _whole(sentence: str) -> dict[str, str]:
    """One sentence for whatever is no whole number within bounds."""
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)


class PracticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """`is_currency_fixed`: since the first session its money is what it was booked in."""

    class Meta:
        model = Practice
        fields = [
            "name",
            "email",
            "phone",
            "address",
            "time_zone",
            "currency",
            "consent_age",
            "age_of_majority",
            "is_mobile_required",
            "is_address_required",
            "charge_moment",
            *HOURS,
            "link_days",
        ]
        labels = {
            "time_zone": "Time zone",
            "consent_age": "May pay for themselves from",
            "age_of_majority": "Of age from",
            "is_mobile_required": "A payer needs a mobile number",
            "is_address_required": "A payer needs an address",
            "charge_moment": "Cards are charged",
            "charge_lead_hours": "Hours before the session",
            "first_retry_hours": "First retry",
            "second_retry_hours": "Second retry",
            "cancel_unpaid_hours": "Cancel when unpaid",
            "free_cancel_hours": "Free cancelling until",
            "link_days": "Days an e-mailed link is good",
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "charge_moment": forms.RadioSelect(attrs={"class": "inline"}),
        }
        error_messages = {
            "name": {
                "required": "Type the name of the practice.",
                "max_length": "A name has at most 100 characters.",
            },
            "phone": {"max_length": "A telephone number has at most 40 characters."},
            "address": {"max_length": "An address has at most 400 characters."},
            "email": {
                "required": "Type the practice’s e-mail address.",
                "invalid": "That is no complete e-mail address. Example: office@example.com.",
            },
            "time_zone": {"required": "Type a time zone. Example: Europe/London."},
            "consent_age": _whole("A whole number of years, from 10 to 21."),
            "age_of_majority": _whole("A whole number of years, from 14 to 21."),
            "link_days": _whole("A whole number of days, from 1 to 90."),
            **dict.fromkeys(HOURS, _whole(f"A whole number of hours, from 0 to {MOST_HOURS}.")),
        }

    def __init__(self, *args: Any, is_currency_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent_age"].validators += Practice._meta.get_field("consent_age").validators
        for name in HOURS:
            self.fields[name].widget.attrs |= {"min": 0, "max": MOST_HOURS}
        if is_currency_fixed:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = CURRENCY_IS_FIXED

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in HOURS:
            if (cleaned.get(name) or 0) > MOST_HOURS:
                self.add_error(name, self.fields[name].error_messages["max_value"])
        self._check_ages(cleaned)
        self._check_order(cleaned)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """`clean` says beside the field that the ages cross; the constraint has the last word.

        What else the model asks of the consent age is asked by the form's own field.
        """
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, "consent_age"}

    def _check_ages(self, cleaned: dict[str, Any]) -> None:
        consent, majority = cleaned.get("consent_age"), cleaned.get("age_of_majority")
        if consent and majority and consent > majority:
            self.add_error("consent_age", "This cannot be above the age of majority.")

    def _check_order(self, cleaned: dict[str, Any]) -> None:
        """Each step of the clock comes after the one before it: fewer hours before the start."""
        steps = [(name, cleaned.get(name)) for name in HOURS[:4]]
        given = [(name, hours) for name, hours in steps if hours is not None]
        for (earlier, more), (name, hours) in pairwise(given):
            if hours >= more:
                label = str(self.fields[earlier].label).lower()
                self.add_error(name, f"Fewer hours than “{label}” ({more}): it comes later.")
