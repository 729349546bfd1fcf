"""Ticks of a table: which rows, by id."""

from typing import Any

from django import forms

LONGEST_ID = 18


class IdsField(forms.MultipleChoiceField):
    """Ids of ticked rows as a frozenset. Whether they belong is for the workflow to say."""

    default_error_messages = {"invalid_choice": "Something was ticked that is not on this page."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) <= LONGEST_ID

    def clean(self, value: Any) -> frozenset[int]:
        return frozenset(int(one) for one in super().clean(value))
