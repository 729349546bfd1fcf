from datetime import timedelta

import pytest

from notifications.models import OutgoingEmail
from practice.refusals import Refused
from sessions.models import Status
from tests.factories import TherapySessionFactory, UserFactory
from workflows.cancel import cancel
from workflows.reschedule import reschedule


@pytest.fixture
def booked(relationship, now):
    return TherapySessionFactory(relationship=relationship, starts_at=now + timedelta(hours=72))


def cancel_it(one, now, *, is_by_therapist=False, user=None):
    return cancel(
        therapy_session_id=one.pk,
        is_by_therapist=is_by_therapist,
        user=user or one.therapist,
        now=now,
    )


@pytest.mark.parametrize(
    ("hours_before", "is_by_therapist", "status"),
    [
        (49, False, Status.CANCELLED),
        (48, False, Status.CANCELLED),
        (47, False, Status.LATE_CANCELLED),
        (1, True, Status.CANCELLED_BY_THERAPIST),
    ],
)
def test_what_a_cancellation_is(booked, hours_before, is_by_therapist, status):
    at = booked.starts_at - timedelta(hours=hours_before)
    assert cancel_it(booked, at, is_by_therapist=is_by_therapist).status == status


def test_twice_is_once(booked, now):
    cancel_it(booked, now)
    again = cancel_it(booked, now + timedelta(hours=60))
    assert again.status == Status.CANCELLED
    assert OutgoingEmail.objects.filter(name="sessions_cancelled").count() == 2


def test_only_the_payer_reads_about_the_fee(booked):
    cancel_it(booked, booked.starts_at - timedelta(hours=1))
    text = {mail.to: mail.text for mail in OutgoingEmail.objects.all()}
    assert "£80.00" in text[booked.relationship.payer.email]
    assert "£80.00" not in text[booked.relationship.attendee.email]


def test_what_has_begun_stays(booked):
    with pytest.raises(Refused, match="still ahead"):
        cancel_it(booked, booked.starts_at)


def test_a_stranger(booked, now):
    with pytest.raises(Refused, match="Only the therapist"):
        cancel_it(booked, now, user=UserFactory())


def test_moved_inside_its_window_it_stays_late_to_cancel(booked):
    late = booked.starts_at - timedelta(hours=20)
    reschedule(
        therapy_session_id=booked.pk,
        starts_at=booked.starts_at + timedelta(days=30),
        length_minutes=50,
        place="",
        user=booked.therapist,
        now=late,
    )
    assert cancel_it(booked, late).status == Status.LATE_CANCELLED


def test_its_time_is_free_again(booked, relationship, now):
    cancel_it(booked, now)
    other = TherapySessionFactory(relationship=relationship)
    moved = reschedule(
        therapy_session_id=other.pk,
        starts_at=booked.starts_at,
        length_minutes=50,
        place="Room 2",
        user=other.therapist,
        now=now,
    )
    assert moved.starts_at == booked.starts_at
    assert moved.place == "Room 2"


def test_nobody_owes_a_fee_where_nothing_is_paid(booked):
    relationship = booked.relationship
    relationship.payment_method, relationship.not_paid_reason = "NOT_AT_ALL", "A study"
    relationship.save()
    cancel_it(booked, booked.starts_at - timedelta(hours=1))
    assert not any("£" in mail.text for mail in OutgoingEmail.objects.all())
