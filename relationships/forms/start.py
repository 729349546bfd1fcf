"""Who will attend, who will pay, and how: one form for a new relationship."""

from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.forms.models import fields_for_model

from clients.forms.fields import DayField, NumberField
from clients.forms.person import PERSON_ERRORS
from clients.models import Client, Contact, Relation, validate_birth_date
from clients.querysets import ClientQuerySet
from practice.models import MAX_FEE, Practice
from practice.team.models import User
from relationships.actions import PaymentTerms
from relationships.models import PaymentMethod, Relationship
from relationships.rules import why_may_not_pay_for_self
from sessions.rules import why_fee_refused

PERSON = ("first_name", "last_name", "email", "mobile")
AUTOCOMPLETE_OFF = {"autocomplete": "off"}
FORM_ID = "start"


class WhoPays(StrEnum):
    """Which way the payer is named on the page: `?payer=` in its address."""

    SELF = "self"
    NEW = "new"
    KNOWN = "known"


def person_fields(prefix: str) -> dict[str, forms.Field]:
    """Fields for a person who is not known yet, by name; only the names are required."""
    made = fields_for_model(Client, PERSON, error_messages=PERSON_ERRORS)
    made["mobile"] = NumberField(required=False, label="Mobile number")
    for field in made.values():
        field.widget.attrs.update(AUTOCOMPLETE_OFF)
    return {f"{prefix}_{name}": field for name, field in made.items()}


def payers_seen_by(user: User) -> ClientQuerySet:
    """Whose name and contact data the user sees: clients, their contacts, and who pays for them."""
    if user.is_manager:
        return Client.objects.all()
    own = Client.objects.for_user(user).values("pk")
    return Client.objects.filter(
        Q(pk__in=Client.objects.listed_for(user).values("pk"))
        | Q(pk__in=Contact.objects.filter(client__in=own).values("adult"))
        | Q(pk__in=Relationship.objects.for_user(user).values("payer"))
    )


class StartForm(forms.Form):
    """`attendee` is None for somebody new; `who_pays` decides which fields of the payer there are.

    After a failed check `taken_by` holds who has the e-mail address that was typed for a new
    attendee or payer, when the user may see that person.
    """

    payment_method = forms.ChoiceField(
        choices=PaymentMethod.choices,
        initial=PaymentMethod.BY_CARD,
        label="How sessions are paid",
        widget=forms.RadioSelect(attrs={"class": "inline"}),
    )
    terms_days = forms.IntegerField(
        initial=14,
        required=False,
        min_value=0,
        max_value=120,
        label="Days to pay",
        help_text="Only for invoices.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "A whole number of days, from 0 to 120."
        ),
    )
    not_paid_reason = forms.CharField(
        max_length=200,
        required=False,
        label="Why nothing is paid",
        help_text="Only for “not at all”.",
    )
    agreed_fee = forms.DecimalField(
        required=False,
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(MAX_FEE)],
        help_text="Empty: the usual fee of the kind of session.",
        error_messages={
            "invalid": "That is not an amount of money. Example: 70.00.",
            "min_value": "A fee cannot be below zero.",
            "max_value": f"A fee is at most {MAX_FEE:,.0f}.",
        },
    )
    therapist = forms.ModelChoiceField(
        User.objects.none(),
        empty_label="Choose…",
        error_messages={"required": "Choose a therapist."},
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        attendee: Client | None,
        who_pays: WhoPays,
        practice: Practice,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.attendee, self.who_pays = user, attendee, who_pays
        self.practice, self.today = practice, today
        self.taken_by: dict[str, Client] = {}
        self._offer_therapists()
        self._add_people()

    def _offer_therapists(self) -> None:
        if not self.user.is_manager:
            del self.fields["therapist"]
            return
        field = self.fields["therapist"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.therapists()
        field.initial = self.user.pk if self.user.is_therapist else None

    def _add_people(self) -> None:
        if self.attendee is None:
            self.fields |= person_fields("attendee")
            self.fields["attendee_date_of_birth"] = DayField(
                required=False, label="Date of birth", validators=[validate_birth_date]
            )
        if self.who_pays is WhoPays.NEW:
            self.fields |= person_fields("payer")
        if self.who_pays is WhoPays.KNOWN:
            self.fields["payer"] = forms.ModelChoiceField(
                payers_seen_by(self.user).reachable(),
                widget=forms.HiddenInput,
                error_messages={
                    "required": "Search for the person who pays, and choose them.",
                    "invalid_choice": "Choose one of the people found.",
                },
            )
        if self._address_of_payer in self.fields:
            self.fields[self._address_of_payer].help_text = "Needed to pay by card."
        if self.who_pays is not WhoPays.SELF:
            self.fields["relation"] = forms.ChoiceField(
                choices=[("", "Not said"), *Relation.choices],
                required=False,
                label="Relation to the attendee",
            )
        for name, field in self.fields.items():
            if name.startswith("payer_") or name == "relation":
                field.widget.attrs["form"] = FORM_ID

    @property
    def _address_of_payer(self) -> str:
        """Whose e-mail address a card needs: the name of a field, there for a new person only."""
        return "attendee_email" if self.who_pays is WhoPays.SELF else "payer_email"

    # --- Checks -------------------------------------------------------------------------------------

    def clean_attendee_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["attendee_date_of_birth"]
        if born and born > self.today:
            raise forms.ValidationError("A date of birth lies in the past.")
        return born

    def clean_attendee_email(self) -> str:
        return self._free_address("attendee")

    def clean_payer_email(self) -> str:
        return self._free_address("payer")

    def _free_address(self, who: str) -> str:
        """One person, one address. Whose it is, is said only to who may see that person."""
        email: str = self.cleaned_data[f"{who}_email"].strip().casefold()
        owner = Client.objects.filter(email=email).first() if email else None
        if owner is None:
            return email
        seen = payers_seen_by(self.user) if who == "payer" else Client.objects.for_user(self.user)
        if not seen.filter(pk=owner.pk).exists():
            raise forms.ValidationError(
                "The practice already knows somebody with this e-mail address. "
                "Ask a practice manager to start the relationship, or use another address."
            )
        self.taken_by[who] = owner
        raise forms.ValidationError(f"This is the e-mail address of {owner.name}.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_terms(data)
        self._check_ages(data)
        self._check_reachable(data)
        if data.get("payer") and data["payer"] == self.attendee:
            self.add_error("payer", "This is the attendee: choose “themselves” above instead.")
        if data.get("attendee_email") and data["attendee_email"] == data.get("payer_email"):
            self.add_error("payer_email", "Two people cannot share one e-mail address.")
        return data

    def _check_terms(self, data: dict[str, Any]) -> None:
        method = data.get("payment_method")
        if method == PaymentMethod.BY_INVOICE and data.get("terms_days") is None:
            self._say("terms_days", "Say within how many days an invoice is to be paid.")
        if method == PaymentMethod.NOT_AT_ALL and not data.get("not_paid_reason"):
            self._say("not_paid_reason", "Say why nothing is paid.")
        if (fee := data.get("agreed_fee")) is not None and method:
            of = Relationship(payment_method=method)
            if reason := why_fee_refused(of, fee, self.practice.currency):
                self._say("agreed_fee", reason)

    def _check_ages(self, data: dict[str, Any]) -> None:
        """Who pays for themselves is old enough; a child who is added has an adult."""
        born = data.get("attendee_date_of_birth")
        attendee = self.attendee or Client(
            first_name=data.get("attendee_first_name", "The attendee"), date_of_birth=born
        )
        field = None if self.attendee else "attendee_date_of_birth"
        if self.who_pays is WhoPays.SELF:
            reason = why_may_not_pay_for_self(attendee, self.today, practice=self.practice)
            if reason:
                self._say(field, reason)
            return
        age = attendee.age(self.today)
        is_minor = age is not None and age < self.practice.age_of_majority
        if self.attendee is None and is_minor and not data.get("relation"):
            self._say("relation", "Say who this adult is to the child.")

    def _check_reachable(self, data: dict[str, Any]) -> None:
        """Who pays by card is asked by e-mail."""
        if data.get("payment_method") != PaymentMethod.BY_CARD:
            return
        field = self._address_of_payer
        if field in self.fields and not data.get(field):
            self._say(
                field, "Who pays by card needs an e-mail address: the card is asked for by e-mail."
            )

    def _say(self, field: str | None, sentence: str) -> None:
        if field is None or field not in self.errors:
            self.add_error(field, sentence)

    # --- What was said ------------------------------------------------------------------------------

    @property
    def terms(self) -> PaymentTerms:
        data = self.cleaned_data
        is_unpaid = data["payment_method"] == PaymentMethod.NOT_AT_ALL
        return PaymentTerms(
            payment_method=data["payment_method"],
            terms_days=14 if data["terms_days"] is None else data["terms_days"],
            not_paid_reason=data["not_paid_reason"] if is_unpaid else "",
            agreed_fee=data["agreed_fee"],
        )

    @property
    def chosen_therapist(self) -> User:
        chosen: User = self.cleaned_data.get("therapist") or self.user
        return chosen

    def person(self, prefix: str) -> dict[str, Any]:
        """The new person's fields, as `clients.actions.add_client` takes them."""
        start = f"{prefix}_"
        return {
            name.removeprefix(start): value
            for name, value in self.cleaned_data.items()
            if name.startswith(start)
        }
