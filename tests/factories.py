"""One plain factory per model; traits for states. All people are invented."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from billing import models as billing
from clients import models as clients
from practice.audit.actor import Actor
from practice.models import ServiceType
from practice.team.models import User
from relationships import models as relationships
from sessions import models as sessions

BY = Actor.system("tests")
PASSWORD = "a-long-enough-password"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Therapist {n}")
    email = factory.Sequence(lambda n: f"therapist{n}@example.com")
    is_therapist = True
    password = factory.django.Password(PASSWORD)

    class Params:
        owner = factory.Trait(is_owner=True, is_therapist=False)
        manager = factory.Trait(is_practice_manager=True, is_therapist=False)
        admin = factory.Trait(is_owner=True, is_staff=True, is_superuser=True)
        biller = factory.Trait(is_biller=True, is_therapist=False)
        scheduler = factory.Trait(is_scheduler=True, is_therapist=False)


class ServiceTypeFactory(DjangoModelFactory[ServiceType]):
    class Meta:
        model = ServiceType
        django_get_or_create = ("name",)

    name = "Individual"
    length_minutes = 50
    fee = Decimal("80.00")


class ClientFactory(DjangoModelFactory[clients.Client]):
    class Meta:
        model = clients.Client

    first_name = factory.Sequence(lambda n: f"Alex{n}")
    last_name = "Winter"
    date_of_birth = date(1990, 5, 17)
    email = factory.Sequence(lambda n: f"alex{n}@example.com")
    mobile = "+447700900123"

    class Params:
        unreachable = factory.Trait(email="", mobile="")


class ContactFactory(DjangoModelFactory[clients.Contact]):
    class Meta:
        model = clients.Contact

    client = factory.SubFactory(ClientFactory)
    adult = factory.SubFactory(ClientFactory)
    relation = clients.Relation.MOTHER


class AccessLinkFactory(DjangoModelFactory[clients.AccessLink]):
    class Meta:
        model = clients.AccessLink

    client = factory.SubFactory(ClientFactory)
    purpose = clients.LinkPurpose.ADD_CARD
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda o: o.created_at + timedelta(days=14))


class RelationshipFactory(DjangoModelFactory[relationships.Relationship]):
    """Open, third-party, by card; the therapist belongs to the attendee's care team."""

    class Meta:
        model = relationships.Relationship
        skip_postgeneration_save = True

    therapist = factory.SubFactory(UserFactory)
    attendee = factory.SubFactory(ClientFactory)
    payer = factory.SubFactory(ClientFactory)
    started_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=100))

    class Params:
        first_party = factory.Trait(payer=factory.SelfAttribute("attendee"))
        ended = factory.Trait(
            ended_at=factory.LazyFunction(timezone.now),
            ended_by=BY,
            end_reason=relationships.EndReason.THERAPY_ENDED,
        )
        by_invoice = factory.Trait(payment_method=relationships.PaymentMethod.BY_INVOICE)

    @factory.post_generation
    def care_team(self, create, extracted, **kwargs):
        clients.CareTeamMember.objects.get_or_create(
            client=self.attendee, user=self.therapist, defaults={"joined_at": self.started_at}
        )


class TherapySessionFactory(DjangoModelFactory[sessions.TherapySession]):
    """Scheduled, one hour apart from its siblings, from a week ahead on."""

    class Meta:
        model = sessions.TherapySession

    relationship = factory.SubFactory(RelationshipFactory)
    therapist = factory.SelfAttribute("relationship.therapist")
    service_type = factory.SubFactory(ServiceTypeFactory)
    starts_at = factory.Sequence(
        lambda n: (
            timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7, hours=n)
        )
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=50))
    time_zone = "Europe/London"
    fee = Decimal("80.00")
    currency = "GBP"
    charge_lead_hours = 48
    free_cancel_hours = 48
    booked_at = datetime(2020, 1, 1, tzinfo=UTC)

    class Params:
        cancelled = factory.Trait(
            status=sessions.Status.CANCELLED,
            cancelled_at=factory.LazyFunction(timezone.now),
            cancelled_by=BY,
        )


class CardFactory(DjangoModelFactory[billing.Card]):
    """The card of its owner that is charged; good for two more years."""

    class Meta:
        model = billing.Card

    client = factory.SubFactory(ClientFactory)
    stripe_id = factory.Sequence(lambda n: f"pm_test_{n}")
    brand = "Visa"
    last4 = "4242"
    exp_month = 12
    exp_year = factory.LazyFunction(lambda: timezone.now().year + 2)
    is_default = True
    attached_at = factory.LazyFunction(timezone.now)

    class Params:
        expired = factory.Trait(exp_year=2020)


class MandateFactory(DjangoModelFactory[billing.Mandate]):
    class Meta:
        model = billing.Mandate

    relationship = factory.SubFactory(RelationshipFactory)
    payer = factory.SelfAttribute("relationship.payer")
    text_version = "test"
    text = "I agree."
    given_at = factory.LazyFunction(timezone.now)
    given_by = BY
    manner = billing.MandateManner.LINK
