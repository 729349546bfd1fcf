"""Cards, agreements to be charged, our requests for them, and what Stripe tells us."""

from datetime import date, datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from clients.models import AccessLink, Client
from practice.audit.actor import ActorField
from relationships.models import Relationship


class StripeCustomer(models.Model):
    """A client as Stripe knows them."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="stripe_customer")
    stripe_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id


class CardQuerySet(models.QuerySet["Card"]):
    def attached(self) -> "CardQuerySet":
        return self.filter(detached_at=None)

    def default(self) -> "CardQuerySet":
        """Attached cards that are charged when their owner pays."""
        return self.attached().filter(is_default=True)


class Card(models.Model):
    """A card stored at Stripe for charging its owner while they are away. No number is kept here."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cards")
    stripe_id = models.CharField("payment method", max_length=80, unique=True)
    brand = models.CharField(max_length=20)
    last4 = models.CharField("last four digits", max_length=4)
    exp_month = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CardQuerySet] = CardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-attached_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_default=True),
                name="card_one_default",
                violation_error_message="Another card is already the one that is charged.",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(detached_at=None),
                name="card_default_is_attached",
                violation_error_message="A removed card cannot be the one that is charged.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As people know it: "Visa ···· 4242"."""
        return f"{self.brand} ···· {self.last4}"

    @property
    def expiry(self) -> str:
        """As printed on the card: "12/2028"."""
        return f"{self.exp_month:02}/{self.exp_year}"

    def is_expired(self, on: date) -> bool:
        """A card is good until the last day of its month."""
        return (self.exp_year, self.exp_month) < (on.year, on.month)

    def expires_soon(self, on: date) -> bool:
        """This month or next."""
        months_left = (self.exp_year - on.year) * 12 + self.exp_month - on.month
        return 0 <= months_left <= 1


class MandateManner(models.TextChoices):
    LINK = "LINK", "Through the e-mailed link"
    IN_PERSON = "IN_PERSON", "In person, recorded by staff"
    PHONE = "PHONE", "By phone, recorded by staff"
    EMAIL = "EMAIL", "By e-mail, recorded by staff"
    TOLD = "TOLD", "Told, recorded by staff"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def live(self) -> "MandateQuerySet":
        return self.filter(withdrawn_at=None)

    def whole(self) -> "MandateQuerySet":
        """Live, and not narrowed to sessions left behind: new sessions are covered too."""
        return self.live().filter(narrowed_at=None)

    def covering(self) -> "MandateQuerySet":
        """Live, and covering what its relationship has: once it has ended, the sessions left behind."""
        is_ended = Q(relationship__ended_at__isnull=False)
        return self.live().filter(Q(narrowed_at=None) | is_ended)


class Mandate(models.Model):
    """A payer agreed to be charged for one relationship: to which text, when, how; until withdrawn.

    A mandate narrowed when its relationship ended covers only the sessions that stayed with it.
    """

    relationship = models.ForeignKey(
        Relationship, on_delete=models.PROTECT, related_name="mandates"
    )
    payer = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="mandates")
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    given_at = models.DateTimeField()
    given_by = ActorField()
    manner = models.CharField(max_length=20, choices=MandateManner.choices)
    narrowed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = ActorField(null=True, blank=True)
    not_right_link = models.OneToOneField(
        AccessLink,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandate",
        help_text="Mailed with an agreement recorded by staff; withdraws it.",
    )

    objects: ClassVar[MandateQuerySet] = MandateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"],
                condition=Q(withdrawn_at=None),
                name="mandate_one_live",
                violation_error_message="The payer has already agreed.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="mandate_withdrawal_is_complete",
                violation_error_message="A withdrawal needs a time and a person.",
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement of {self.payer_id} for relationship {self.relationship_id}"


class CardRequestStatus(models.TextChoices):
    OPEN = "OPEN", "Waiting for the payer"
    DONE = "DONE", "Done"
    REVOKED = "REVOKED", "Revoked"
    SUPERSEDED = "SUPERSEDED", "Replaced by a newer one"


class CardRequestQuerySet(models.QuerySet["CardRequest"]):
    def open(self) -> "CardRequestQuerySet":
        return self.filter(status=CardRequestStatus.OPEN)


class CardRequest(models.Model):
    """We asked a payer by e-mail to add a card, or to agree, for all that awaits their agreement.

    What awaits is derived: the payer's open by-card relationships without a live mandate. An expired
    link leaves the request open: the payer, or staff, send a new one.
    """

    Status = CardRequestStatus

    payer = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="card_requests")
    link = models.OneToOneField(AccessLink, on_delete=models.PROTECT, related_name="card_request")
    status = models.CharField(
        max_length=20, choices=CardRequestStatus.choices, default=CardRequestStatus.OPEN
    )
    requested_at = models.DateTimeField()
    requested_by = ActorField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CardRequestQuerySet] = CardRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer"],
                condition=Q(status=CardRequestStatus.OPEN),
                name="card_request_one_open",
                violation_error_message="This payer has already been asked.",
            ),
            models.CheckConstraint(
                condition=Q(status=CardRequestStatus.OPEN, closed_at=None)
                | (~Q(status=CardRequestStatus.OPEN) & Q(closed_at__isnull=False)),
                name="card_request_closed_has_time",
                violation_error_message="A closed request needs a time.",
            ),
        ]

    def __str__(self) -> str:
        return f"Card request to {self.payer_id}, {self.get_status_display()}"


class CardSetupStatus(models.TextChoices):
    OPEN = "OPEN", "Open at Stripe"
    COMPLETE = "COMPLETE", "Card saved"
    REJECTED = "REJECTED", "Card detached again"
    EXPIRED = "EXPIRED", "Expired"


class CardSetupQuerySet(models.QuerySet["CardSetup"]):
    def open(self) -> "CardSetupQuerySet":
        return self.filter(status=CardSetupStatus.OPEN)

    def due(self, now: datetime) -> "CardSetupQuerySet":
        """Open, and worth asking Stripe about; the longest waiting first."""
        return self.open().filter(next_check_at__lte=now).order_by("next_check_at")


class CardSetup(models.Model):
    """One visit to Stripe's page to save a card: for whom, from which link, and what they agreed to.

    Step 4 of STRIPE.md: while one is open the same link leads to it again.
    """

    Status = CardSetupStatus

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="card_setups")
    link = models.ForeignKey(AccessLink, on_delete=models.PROTECT, related_name="card_setups")
    stripe_id = models.CharField("Checkout Session", max_length=120, unique=True)
    url = models.URLField(max_length=2000)
    agreed_relationships = models.ManyToManyField(
        Relationship, through="CardSetupAgreement", related_name="+", blank=True
    )
    text_version = models.CharField(max_length=20)
    status = models.CharField(
        max_length=20, choices=CardSetupStatus.choices, default=CardSetupStatus.OPEN
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_check_at = models.DateTimeField(help_text="When the reconciler asks Stripe about it.")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CardSetupQuerySet] = CardSetupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["next_check_at"], name="card_setup_open", condition=Q(status="OPEN")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(status=CardSetupStatus.OPEN),
                name="card_setup_one_open",
                violation_error_message="A page to add a card is already open.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="card_setup_expires_after_creation",
                violation_error_message="A page at Stripe must expire after it is made.",
            ),
        ]

    def __str__(self) -> str:
        return f"Card setup {self.stripe_id}"

    @property
    def reference(self) -> str:
        """What Stripe must give back as `client_reference_id`."""
        return reference_of(self.link)


def reference_of(link: AccessLink) -> str:
    """Names the e-mailed link at Stripe, without its secret."""
    return f"card-link-{link.pk}"


class CardSetupAgreement(models.Model):
    """The payer ticked one relationship before going to Stripe, and the text they ticked."""

    # A tick is a part of its visit and goes with it.
    setup = models.ForeignKey(CardSetup, on_delete=models.CASCADE, related_name="agreements")
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["setup", "relationship"],
                name="card_setup_agreement_once",
                violation_error_message="This relationship is ticked already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tick for relationship {self.relationship_id}"


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def waiting(self, now: datetime) -> "StripeEventQuerySet":
        return self.filter(processed_at=None, next_try_at__lte=now).order_by("received_at")


class StripeEvent(models.Model):
    """A webhook event as Stripe sent it, kept once, and whether it has been worked through."""

    id = models.CharField(primary_key=True, max_length=120)
    type = models.CharField(max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects: ClassVar[StripeEventQuerySet] = StripeEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="stripe_event_waiting", condition=Q(processed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
