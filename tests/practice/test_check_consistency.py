"""Each rule that SQL cannot hold is broken once, behind the actions' back, and is found."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone

from billing.models import CardRequest, CardSetup, CardSetupAgreement, Mandate
from clients.models import Client
from practice.consistency import CHECKS, find_inconsistencies
from practice.demo.load import load_if_empty
from relationships.models import EndReason, PayerPlan, Relationship
from sessions.models import Series, TherapySession
from tests.factories import (
    BY,
    AccessLinkFactory,
    ClientFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def settings_row(practice) -> None:
    """The age rule asks the practice."""


def found() -> list[str]:
    return list(find_inconsistencies(now=NOW))


def end(relationship: Relationship, **values: object) -> None:
    fields = {"ended_at": NOW, "ended_by": BY, "end_reason": EndReason.THERAPY_ENDED} | values
    Relationship.objects.filter(pk=relationship.pk).update(**fields)


def a_plan(default: Relationship, **values: object) -> PayerPlan:
    fields = {"therapist": default.therapist, "attendee": default.attendee} | values
    return PayerPlan.objects.create(default=default, set_at=NOW, set_by=BY, **fields)


def a_setup(**values: object) -> CardSetup:
    link = AccessLinkFactory()
    fields = {
        "client": link.client,
        "link": link,
        "stripe_id": f"cs_{link.pk}",
        "created_at": NOW,
        "next_check_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
    }
    return CardSetup.objects.create(**fields | values)


def test_the_demo_practice_is_consistent_in_few_statements(django_assert_max_num_queries):
    load_if_empty(now=NOW)
    with django_assert_max_num_queries(len(CHECKS) + 2):
        assert found() == []


def test_a_session_with_another_therapist():
    one = TherapySessionFactory()
    TherapySession.objects.update(therapist=UserFactory())
    assert found() == [
        f"Session {one.pk} is with another therapist than its relationship {one.relationship_id}."
    ]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL refuses this itself")
def test_two_sessions_at_once():
    first, second = TherapySessionFactory(), TherapySessionFactory()
    other = TherapySessionFactory(starts_at=second.starts_at)
    assert found() == []
    Relationship.objects.filter(pk=first.relationship_id).update(therapist=second.therapist)
    TherapySession.objects.filter(pk=first.pk).update(
        therapist=second.therapist,
        starts_at=second.starts_at + timedelta(minutes=49),
        ends_at=second.ends_at + timedelta(minutes=49),
    )
    assert [sentence.split(" overlaps")[0] for sentence in found()] == [
        f"Session {first.pk}",
        f"Session {second.pk}",
    ]
    TherapySession.objects.filter(pk=first.pk).update(
        starts_at=F("starts_at") + timedelta(minutes=1)
    )
    assert found() == []
    assert other.status == "SCHEDULED"


def test_cancelled_sessions_overlap_freely():
    one = TherapySessionFactory()
    TherapySessionFactory(relationship=one.relationship, starts_at=one.starts_at, cancelled=True)
    assert found() == []


@pytest.mark.parametrize("field", ["attendee", "therapist"])
def test_a_session_of_somebody_elses_series(field):
    one = TherapySessionFactory()
    parties = {"attendee": one.relationship.attendee, "therapist": one.therapist}
    other = {"attendee": ClientFactory, "therapist": UserFactory}[field]()
    series = Series.objects.create(
        **parties | {field: other},
        time_zone="Europe/London",
        starts_on=NOW.date(),
        starts_at_time=NOW.time(),
        weeks_apart=1,
        number_of_sessions=2,
    )
    TherapySession.objects.update(series=series)
    assert found() == [
        f"Session {one.pk} belongs to series {series.pk} of another attendee or therapist."
    ]


def test_a_session_booked_after_the_end():
    one = TherapySessionFactory(booked_at=NOW + timedelta(seconds=1))
    end(one.relationship)
    assert found() == [
        f"Session {one.pk} was booked on relationship {one.relationship_id} after its end."
    ]
    TherapySession.objects.update(booked_at=NOW)
    assert found() == []


@pytest.mark.parametrize("field", ["attendee", "therapist"])
def test_a_relationship_that_moved_to_others(field):
    old = RelationshipFactory()
    new = RelationshipFactory(
        **{"attendee": old.attendee, "therapist": old.therapist}
        | {field: {"attendee": ClientFactory, "therapist": UserFactory}[field]()}
    )
    end(old, moved_to=new)
    assert found() == [
        f"Relationship {old.pk} moved to {new.pk}, of another attendee or therapist."
    ]


@pytest.mark.parametrize("age", [15, None])
def test_somebody_too_young_pays_for_themselves(age):
    one = RelationshipFactory(first_party=True)
    born = None if age is None else NOW.date() - timedelta(days=365 * age)
    Client.objects.filter(pk=one.attendee_id).update(date_of_birth=born)
    assert found() == [f"Relationship {one.pk} is first-party below the consent age, unflagged."]
    Relationship.objects.update(flagged_at=NOW)
    assert found() == []


def test_somebody_old_enough_pays_for_themselves():
    one = RelationshipFactory(first_party=True)
    born = NOW.date() - timedelta(days=366 * 16 + 2)
    Client.objects.filter(pk=one.attendee_id).update(date_of_birth=born)
    assert found() == []


def test_a_plan_that_leads_elsewhere():
    plan = a_plan(RelationshipFactory(), attendee=ClientFactory())
    other = a_plan(RelationshipFactory(), therapist=UserFactory())
    ended = a_plan(RelationshipFactory())
    a_plan(RelationshipFactory())
    end(ended.default)
    assert [sentence.split(" leads")[0] for sentence in found()] == [
        f"Payer plan {one.pk}" for one in (plan, other, ended)
    ]


def test_a_mandate_of_somebody_else():
    mandate = MandateFactory()
    Mandate.objects.update(payer=ClientFactory())
    assert found() == [
        f"Agreement {mandate.pk} is not of the payer of its relationship {mandate.relationship_id}."
    ]


def test_a_whole_mandate_of_an_ended_relationship():
    mandate = MandateFactory()
    end(mandate.relationship)
    assert len(found()) == 1
    assert found()[0].startswith(f"Agreement {mandate.pk} covers new sessions")
    Mandate.objects.update(narrowed_at=NOW)
    assert found() == []


def test_a_link_of_somebody_else():
    request = CardRequest.objects.create(
        payer=ClientFactory(), link=AccessLinkFactory(), requested_at=NOW, requested_by=BY
    )
    setup = a_setup(client=ClientFactory())
    assert found() == [
        f"Card request {request.pk} has link {request.link_id} of somebody else.",
        f"Card setup {setup.pk} came from link {setup.link_id} of somebody else.",
    ]


def test_a_tick_for_another_payers_relationship():
    tick = CardSetupAgreement.objects.create(setup=a_setup(), relationship=RelationshipFactory())
    assert found() == [
        f"Tick {tick.pk} agrees to relationship {tick.relationship_id} of another payer."
    ]


class TestCommand:
    def test_says_that_all_is_well(self):
        out = StringIO()
        call_command("check_consistency", stdout=out)
        assert out.getvalue() == "Everything is consistent.\n"

    def test_prints_what_is_wrong_and_fails(self):
        MandateFactory()
        Mandate.objects.update(payer=ClientFactory())
        out = StringIO()
        with pytest.raises(CommandError, match="1 row is inconsistent") as failure:
            call_command("check_consistency", stdout=out)
        assert failure.value.returncode == 1
        assert "is not of the payer" in out.getvalue()
