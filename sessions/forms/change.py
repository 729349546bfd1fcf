"""Another time for a session; who cancels it; where it moves."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.http import QueryDict

from relationships.models import Relationship
from sessions.forms.booking import NearDayField, length_field, time_field
from sessions.models import TherapySession


class RescheduleForm(forms.Form):
    """Wall-clock times in the session's own zone."""

    at = time_field()
    length_minutes = length_field()
    place = forms.CharField(max_length=200, required=False)
    field_order = ["first_on", "at"]

    def __init__(
        self, data: QueryDict | None, *, therapy_session: TherapySession, today: date
    ) -> None:
        local = therapy_session.starts_at.astimezone(therapy_session.zone)
        initial = {
            "first_on": local.date(),
            "at": local.time(),
            "length_minutes": therapy_session.length_minutes,
            "place": therapy_session.place,
        }
        super().__init__(data, initial=initial)
        self.fields["first_on"] = NearDayField(today=today, label="Date")
        self.order_fields(self.field_order)


class CancelledBy(StrEnum):
    CLIENT = "client"
    THERAPIST = "therapist"


class CancelForm(forms.Form):
    """Each choice says what it means for the fee."""

    cancelled_by = forms.ChoiceField(
        label="Who cancels?",
        widget=forms.RadioSelect(attrs={"class": "cards"}),
        error_messages={"required": "Say who cancels: it decides whether the fee stands."},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cancelled_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class MoveForm(forms.Form):
    """Another open relationship of the same two people."""

    to = forms.TypedChoiceField(
        coerce=int,
        label="Who pays for this session?",
        widget=forms.RadioSelect(attrs={"class": "cards"}),
        error_messages={"required": "Choose who pays."},
    )

    def __init__(self, *args: Any, destinations: Sequence[Relationship], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.pk, f"{one.payer.name} ({one.type_label})") for one in destinations]
        if len(destinations) == 1:
            field.initial = destinations[0].pk
