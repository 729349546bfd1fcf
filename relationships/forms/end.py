"""Why a relationship ends, and what becomes of each future session; and how one is restarted."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from billing.forms import SPOKEN
from billing.models import MandateManner
from relationships.models import EndReason
from sessions.models import TherapySession
from workflows.end_relationship import Choice, EndPreview, Fate

AS_ABOVE = ""
MOVE = f"{Fate.MOVE}-"


class EndForm(forms.Form):
    """One answer for all sessions, and another for any of them; fields are made from the preview."""

    reason = forms.ChoiceField(
        label="Why does it end?",
        choices=[(one.value, one.label) for one in EndReason.for_staff()],
        widget=forms.RadioSelect,
        error_messages={"required": "Say why it ends."},
    )

    def __init__(self, data: QueryDict | None, *, preview: EndPreview) -> None:
        super().__init__(data)
        self.preview = preview
        if not preview.upcoming:
            return
        payer = preview.relationship.payer.first_name
        self.fields["for_all"] = forms.ChoiceField(
            choices=[(AS_ABOVE, "Choose…"), *self.fates],
            required=False,
            label="All future sessions",
        )
        self.fields["has_payer_agreed"] = forms.BooleanField(
            required=False,
            label=f"{payer} agrees to keep paying for the sessions that stay",
            help_text=f"Needed when sessions stay with {payer}.",
        )
        for one in preview.upcoming:
            self.fields[_name(one)] = forms.ChoiceField(
                choices=[(AS_ABOVE, "As above"), *self.fates], required=False
            )

    @property
    def fates(self) -> list[tuple[str, str]]:
        relationship = self.preview.relationship
        return [
            (Fate.CANCEL, "Cancel, nothing is charged"),
            *((f"{MOVE}{to.pk}", f"Move to {to.payer.name}") for to in self.preview.destinations),
            (Fate.KEEP, f"Keep, {relationship.payer.first_name} still pays"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for_all = data.get("for_all", AS_ABOVE)
        fates = [data.get(_name(one)) or for_all for one in self.preview.upcoming]
        if "" in fates:
            self.add_error("for_all", "Say what becomes of each future session.")
        if Fate.KEEP in fates and not data.get("has_payer_agreed"):
            payer = self.preview.relationship.payer.first_name
            self.add_error(
                "has_payer_agreed", f"Sessions stay with {payer} only when {payer} agrees to it."
            )
        return data

    def fate_of(self, therapy_session: TherapySession) -> str:
        """What was chosen for it, by itself or for all."""
        own: str = self.cleaned_data[_name(therapy_session)]
        for_all: str = self.cleaned_data["for_all"]
        return own or for_all

    @property
    def choices(self) -> dict[int, Choice]:
        return {one.pk: _choice(self.fate_of(one)) for one in self.preview.upcoming}

    def rows(self) -> Iterator[tuple[TherapySession, str, str]]:
        """Each future session, the name of its field, and what is chosen there."""
        for one in self.preview.upcoming:
            yield one, _name(one), str(self[_name(one)].value() or "")


def _name(therapy_session: TherapySession) -> str:
    return f"session_{therapy_session.pk}"


def _choice(fate: str) -> Choice:
    if fate.startswith(MOVE):
        return Choice(Fate.MOVE, int(fate.removeprefix(MOVE)))
    return Choice(Fate(fate))


class RestartForm(forms.Form):
    """How the payer agreed anew; asked only where an agreement is needed."""

    manner = forms.ChoiceField(
        choices=[(one.value, one.label.partition(",")[0]) for one in SPOKEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Without a new agreement it cannot be restarted."},
    )

    def __init__(self, data: QueryDict | None, *, payer: str, is_agreement_needed: bool) -> None:
        super().__init__(data)
        self.fields["manner"].label = f"How did {payer} agree again to be charged?"
        if not is_agreement_needed:
            del self.fields["manner"]

    @property
    def chosen_manner(self) -> MandateManner | None:
        manner = self.cleaned_data.get("manner")
        return MandateManner(manner) if manner else None
