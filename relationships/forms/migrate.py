"""Who asked that the attendee pay from now on, what is missing of them, what moves."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.http import QueryDict

from clients.forms.fields import DayField, NumberField
from clients.models import Client, validate_birth_date
from relationships.forms.ids import IdsField
from relationships.models import Manner, Requester
from relationships.rules import why_may_not_pay_for_self
from workflows.migrate_to_first_party import MigrationAnswers
from workflows.migration_preview import MigrationPreview

LONGEST_AGO = timedelta(days=366)


class MigrateForm(forms.Form):
    """Asks only for what the preview says is missing; ids are checked by the workflow."""

    requester = forms.ChoiceField(
        label="Who asked for this?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say who asked. Nobody migrates a relationship unasked."},
    )
    requested_on = DayField(label="On")
    manner = forms.ChoiceField(
        label="How",
        choices=[("", "Choose…"), *Manner.choices],
        error_messages={"required": "Say how they asked."},
    )
    has_attendee_agreed = forms.BooleanField(required=False)
    sessions = IdsField()
    end_also = IdsField()

    def __init__(self, data: QueryDict | None, *, preview: MigrationPreview, today: date) -> None:
        super().__init__(data, initial={"requested_on": today})
        self.preview, self.today = preview, today
        self.attendee = preview.relationship.attendee
        self._name_people()
        self._ask_what_is_missing()

    def _name_people(self) -> None:
        payer = self.preview.relationship.payer
        requester = self.fields["requester"]
        assert isinstance(requester, forms.ChoiceField)
        requester.choices = [
            (Requester.ATTENDEE, f"{self.attendee.name}, who attends"),
            (Requester.ORGANISER, f"{payer.name}, who pays"),
        ]
        agreed = self.fields["has_attendee_agreed"]
        agreed.label = f"{self.attendee.first_name} agrees to pay"
        agreed.help_text = f"Needed when {payer.first_name} asked."

    def _ask_what_is_missing(self) -> None:
        for name, field in fields_for_model(Client, self.preview.missing).items():
            field.required = True
            field.widget.is_required = True
            self.fields[name] = field
        if "date_of_birth" in self.fields:
            self.fields["date_of_birth"] = DayField(validators=[validate_birth_date])
        if "mobile" in self.fields:
            self.fields["mobile"] = NumberField(label="Mobile number")
        for name in self.preview.missing:
            needed = f"Needed before {self.attendee.first_name} can pay."
            self.fields[name].error_messages["required"] = needed

    @property
    def missing_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.preview.missing]

    def clean_requested_on(self) -> date:
        day: date = self.cleaned_data["requested_on"]
        if day > self.today:
            raise forms.ValidationError("The day on which they asked cannot be in the future.")
        if day < self.today - LONGEST_AGO:
            raise forms.ValidationError("That is more than a year ago. Ask again first.")
        return day

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        if born > self.today:
            raise forms.ValidationError("A date of birth lies in the past.")
        person = Client(first_name=self.attendee.first_name, date_of_birth=born)
        practice = self.preview.practice
        if reason := why_may_not_pay_for_self(person, self.today, practice=practice):
            raise forms.ValidationError(reason)
        return born

    def clean_email(self) -> str:
        """The attendee's own: nobody else's here, the organiser's least of all (DESIGN 4.6)."""
        email: str = self.cleaned_data["email"].strip().casefold()
        payer = self.preview.relationship.payer
        if email == payer.email:
            raise forms.ValidationError(
                f"This is {payer.name}’s address. It must be {self.attendee.first_name}’s own."
            )
        if Client.objects.filter(email=email).exclude(pk=self.attendee.pk).exists():
            raise forms.ValidationError("Another person here already has this e-mail address.")
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_organiser = data.get("requester") == Requester.ORGANISER
        if is_organiser and not data.get("has_attendee_agreed"):
            self.add_error("has_attendee_agreed", f"{self.attendee.first_name} must agree to pay.")
        if is_organiser and data.get("end_also"):
            self.add_error(
                "end_also",
                f"Other people’s part ends only when {self.attendee.first_name} asked for it.",
            )
        return data

    @property
    def answers(self) -> MigrationAnswers:
        data = self.cleaned_data
        return MigrationAnswers(
            requester=data["requester"],
            requested_on=data["requested_on"],
            manner=data["manner"],
            has_attendee_agreed=data["has_attendee_agreed"],
            details={name: data[name] for name in self.preview.missing},
            move_ids=data["sessions"],
            end_also=data["end_also"],
        )
