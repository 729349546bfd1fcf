"""What people type about a contact."""

from datetime import date
from typing import Any

from django import forms

from clients.forms.person import PersonForm
from clients.models import Client, Contact, Relation
from practice.models import Practice


def relation_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[("", "Choose…"), *Relation.choices],
        label="Who they are to the client",
        error_messages={"required": "Say who they are to the client."},
    )


def emergency_field() -> forms.BooleanField:
    return forms.BooleanField(required=False, label="Emergency contact")


class ContactForm(forms.Form):
    """Which way a known adult belongs to a client."""

    relation = relation_field()
    is_emergency = emergency_field()


class NewContactForm(PersonForm):
    """An adult who is not known yet, and which way they belong to a client."""

    relation = relation_field()
    is_emergency = emergency_field()


class KnownContactForm(ContactForm):
    """An adult who was found, and may be refused: a minor, or a contact already."""

    def __init__(
        self,
        *args: Any,
        client: Client,
        adult: Client,
        practice: Practice,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.client, self.adult, self.practice, self.today = client, adult, practice, today

    def clean(self) -> dict[str, Any]:
        age = self.adult.age(self.today)
        if age is not None and age < self.practice.age_of_majority:
            self.add_error(None, f"{self.adult.name} is {age}: a contact is an adult.")
        elif Contact.objects.filter(client=self.client, adult=self.adult).exists():
            self.add_error(None, f"{self.adult.name} is a contact of {self.client.name} already.")
        return super().clean() or self.cleaned_data
