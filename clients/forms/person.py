"""What people type about a client."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from clients.duplicates import just_added, like_them, of_email
from clients.forms.fields import DayField, NumberField
from clients.models import Client, validate_birth_date
from clients.names import fold
from practice.team.models import User

LONGEST_FOLDED = 330
PERSON_ERRORS = {
    "first_name": {"required": "Type a first name."},
    "last_name": {"required": "Type a last name."},
    "email": {"invalid": "That is no complete e-mail address. Example: sam@example.com."},
}
TAKEN = "Another person here already has this e-mail address."


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person: names, e-mail, mobile. Whoever has the same address already is named if visible.

    `again` is the client that the same press added a moment ago; then nothing is a duplicate.
    """

    mobile = NumberField(required=False, label="Mobile number")

    class Meta:
        model = Client
        fields = ["first_name", "last_name", "email", "mobile"]
        error_messages = PERSON_ERRORS

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now
        self.again: Client | None = None
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def _get_validation_exclusions(self) -> set[str]:
        """What has been judged already.

        The number's own field did; the model's check would ask for one in use. `clean` says beside
        the e-mail that an address is taken; the constraint has the last word.
        """
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, "mobile", "email"}

    def clean_last_name(self) -> str:
        """Letters can unfold into many: the folded name has to fit its column."""
        name = f"{self.cleaned_data.get('first_name', '')} {self.cleaned_data['last_name']}"
        if len(fold(name)) > LONGEST_FOLDED:
            raise ValidationError("That name is too long.")
        return str(self.cleaned_data["last_name"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().casefold()

    @property
    def person(self) -> dict[str, Any]:
        """What was typed about the person, by the client's fields."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk and not self.errors:
            self.again = just_added(self.person, user=self.user, now=self.now)
        email = cleaned.get("email")
        if email and not self.again:
            self._refuse_taken(email)
        return cleaned

    def _refuse_taken(self, email: str) -> None:
        other = of_email(email, but=self.instance.pk)
        if other is None:
            return
        if Client.objects.for_user(self.user).filter(pk=other.pk).exists():
            sentence = format_html(
                '{} It is <a href="{}">{}</a>.',
                TAKEN,
                reverse("clients:client", args=[other.pk]),
                other.name,
            )
            self.add_error("email", sentence)
        else:
            self.add_error("email", TAKEN)


class ClientForm(PersonForm):
    """Everything known of a client. `alike` holds who may be the same person.

    `seen` says what was known when the page was opened, so that nobody overwrites what somebody
    else wrote in between without having seen it.
    """

    date_of_birth = DayField(required=False, validators=[validate_birth_date])
    add_anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(PersonForm.Meta):
        fields = [
            "first_name",
            "last_name",
            "pronouns",
            "date_of_birth",
            "email",
            "mobile",
            "address",
        ]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.alike: list[Client] = []
        self.known = _fingerprint(self.initial)
        self.initial["seen"] = self.known

    def clean_date_of_birth(self) -> date | None:
        born_on: date | None = self.cleaned_data["date_of_birth"]
        if born_on and born_on > self.today:
            raise ValidationError("A date of birth cannot lie ahead.")
        return born_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._refuse_unseen(cleaned.get("seen", ""))
        self.alike = []
        if not (self.instance.pk or self.again or self.errors or cleaned["add_anyway"]):
            self.alike = like_them(self.person, user=self.user)
        return cleaned

    def _refuse_unseen(self, seen: str) -> None:
        if not (self.instance.pk and seen) or seen == self.known:
            return
        self.data = {**self.data.dict(), "seen": self.known}  # type: ignore[attr-defined]
        sentence = "Somebody changed this person while you were typing. Check, and save again."
        self.add_error(None, sentence)


def _fingerprint(known: Mapping[str, Any]) -> str:
    """Sixteen digits that change with what is known."""
    parts = sorted((name, str(value or "")) for name, value in known.items())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
