"""Fields that forgive how dates and numbers are typed, and say in a sentence what is wrong."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import ValidationResult

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
NUMBER_EXAMPLE = "Example: 07700 900123."


class DayInput(forms.DateInput):
    """A date control; what it could not show (no date at all) stays to be read as text."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        shown = _as_iso(value) if isinstance(value, str) else value
        context: dict[str, Any] = super().get_context(name, shown, attrs)
        is_date = not isinstance(shown, str) or shown == "" or _as_day(shown) is not None
        context["widget"]["type"] = "date" if is_date else "text"
        return context


class DayField(forms.DateField):
    """Takes what a date control sends, and 03/09/2010 from those who type."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("invalid", "That is not a date. Example: 03/09/2010.")
        super().__init__(input_formats=DATE_FORMATS, **kwargs)


def _as_day(text: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None


def _as_iso(text: str) -> str:
    day = _as_day(text)
    return f"{day:%Y-%m-%d}".rjust(10, "0") if day else text


_NUMBER_REASONS: Mapping[int, str] = {
    ValidationResult.TOO_SHORT: "That number is too short.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "That number is too short.",
    ValidationResult.TOO_LONG: "That number is too long.",
    ValidationResult.INVALID_COUNTRY_CODE: "There is no such country code.",
}


class NumberField(PhoneNumberField):  # type: ignore[misc]
    """A telephone number, national or with + and the country's code.

    Of a length that exists there: lists of numbers in use are out of date the day they are made, and
    leave out those kept for examples. Gives it in E.164, as it is stored.
    """

    default_validators: list[Any] = []

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> PhoneNumber | str:
        number = super().clean(value)
        if number and (reason := _why_invalid(number)):
            raise ValidationError(f"{reason} {NUMBER_EXAMPLE}", code="invalid")
        return PhoneNumber.from_string(number.as_e164) if number else number


def _why_invalid(number: PhoneNumber) -> str:
    """A sentence, or "" for a number that can be dialled from anywhere."""
    if number.country_code is None:
        return "That is not a telephone number."
    result = phonenumbers.is_possible_number_with_reason(number)
    if result == ValidationResult.IS_POSSIBLE:
        return ""
    return _NUMBER_REASONS.get(result, "There is no such number.")
