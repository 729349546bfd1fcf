"""People known to the practice, the adults around them, who of the team may open their profile,
and the links e-mailed to them."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from phonenumber_field.modelfields import PhoneNumberField

from clients.ages import age_on
from clients.fields import FoldedField
from clients.names import fold
from clients.querysets import ClientQuerySet
from practice import tokens
from practice.team.models import User

FIRST_BIRTH_YEAR = 1900


def validate_birth_date(day: date) -> None:
    if day.year < FIRST_BIRTH_YEAR:
        raise ValidationError("That date of birth is too long ago. Check the year.")


class ClientState(models.TextChoices):
    ACTIVE = "ACTIVE", "Active"
    INACTIVE = "INACTIVE", "Inactive"
    DECEASED = "DECEASED", "Deceased"
    DO_NOT_CONTACT = "DO_NOT_CONTACT", "Do not contact"

    @classmethod
    def reachable(cls) -> list["ClientState"]:
        return [cls.ACTIVE, cls.INACTIVE]


class Client(models.Model):
    """A person known to the practice, who attends, pays, or both."""

    State = ClientState

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    pronouns = models.CharField(max_length=30, blank=True)
    date_of_birth = models.DateField(null=True, blank=True, validators=[validate_birth_date])
    email = models.EmailField("e-mail", blank=True)
    mobile = PhoneNumberField("mobile number", blank=True)
    address = models.TextField(max_length=400, blank=True)
    state = models.CharField(max_length=20, choices=ClientState.choices, default=ClientState.ACTIVE)
    search_name = FoldedField(max_length=330, editable=False)
    sort_name = FoldedField(max_length=330, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ClientQuerySet] = ClientQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["sort_name", "pk"]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="client_by_name"),
            models.Index(fields=["search_name", "id"], name="client_by_first_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="client_email_unique",
                violation_error_message="Another person here already has this e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().casefold()
        self.search_name = fold(f"{self.first_name} {self.last_name}")
        self.sort_name = fold(f"{self.last_name} {self.first_name}")
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_name", "sort_name"}
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_reachable(self) -> bool:
        return self.state in ClientState.reachable()

    def age(self, on: date) -> int | None:
        """Whole years on a day of the practice's zone; None when the date of birth is unknown."""
        return age_on(self.date_of_birth, on) if self.date_of_birth else None


class Relation(models.TextChoices):
    MOTHER = "MOTHER", "Mother"
    FATHER = "FATHER", "Father"
    GUARDIAN = "GUARDIAN", "Guardian"
    PARTNER = "PARTNER", "Partner"
    SIBLING = "SIBLING", "Sister or brother"
    GRANDPARENT = "GRANDPARENT", "Grandparent"
    CHILD = "CHILD", "Daughter or son"
    FRIEND = "FRIEND", "Friend"
    CARER = "CARER", "Carer"
    OTHER = "OTHER", "Other"


class Contact(models.Model):
    """An adult client who belongs to another client's life, and in which way."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts")
    adult = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contact_of")
    relation = models.CharField(max_length=20, choices=Relation.choices)
    is_emergency = models.BooleanField("emergency contact", default=False)
    responsible_for_billing = models.BooleanField("Responsible for billing", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "adult"],
                name="contact_once",
                violation_error_message="This person is already a contact.",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(responsible_for_billing=True),
                name="contact_one_responsible_for_billing",
                violation_error_message="Someone else is already responsible for billing.",
            ),
            models.CheckConstraint(
                condition=~Q(client=F("adult")),
                name="contact_is_somebody_else",
                violation_error_message="Nobody can be their own contact.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adult} ({self.get_relation_display()} of {self.client})"


class CareTeamMember(models.Model):
    """One member of the team who may open one client's profile."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="care_team")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="care_of")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client"],
                name="care_team_once",
                violation_error_message="This person already belongs to the care team.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.client}"


class LinkPurpose(models.TextChoices):
    ADD_CARD = "ADD_CARD", "Add a payment card"
    YOUR_CARD = "YOUR_CARD", "Your card"
    NOT_RIGHT = "NOT_RIGHT", "This is not right"


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def usable(self, now: datetime) -> "AccessLinkQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now)


class AccessLink(models.Model):
    """A link e-mailed to one client for one purpose: its hash, until when it is good, its end."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    salt = models.CharField(max_length=64, default=tokens.new_salt, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="When it first acted.")

    objects: ClassVar[AccessLinkQuerySet] = AccessLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="access_link_expires_after_creation",
                violation_error_message="A link must expire after it is made.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} for {self.client_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.token_hash = tokens.token_hash(self.token)
        super().save(*args, **kwargs)

    @property
    def token(self) -> str:
        """The secret for the link's address. Made anew each time; never stored, never logged."""
        return tokens.token_for(purpose=self.purpose, salt=self.salt)

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
