from datetime import timedelta

import pytest

from billing.models import CardRequest, MandateManner
from notifications.models import OutgoingEmail
from practice.refusals import Refused
from relationships.actions import set_payer_plan
from relationships.models import EndReason, PayerPlan
from sessions.models import Status
from tests.factories import (
    BY,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)
from workflows.end_relationship import Choice, Fate, end_relationship
from workflows.restart_relationship import restart


def end(relationship, now, choices, *, reason=EndReason.THERAPY_ENDED, agreed=False, user=None):
    return end_relationship(
        relationship_id=relationship.pk,
        reason=reason,
        choices=choices,
        has_payer_agreed=agreed,
        user=user or relationship.therapist,
        now=now,
    )


def all_to(upcoming, fate, move_to=None):
    return {one.pk: Choice(fate, move_to) for one in upcoming}


def test_every_future_session_needs_a_choice(relationship, upcoming, now):
    with pytest.raises(Refused, match="each future session"):
        end(relationship, now, all_to(upcoming[:2], Fate.CANCEL))


def test_cancelled_ones_cost_nothing(relationship, upcoming, now):
    mandate = MandateFactory(relationship=relationship)
    end(relationship, now, all_to(upcoming, Fate.CANCEL))
    statuses = set(relationship.therapy_sessions.values_list("status", flat=True))
    assert statuses == {Status.CANCELLED_BY_THERAPIST}
    mandate.refresh_from_db()
    assert mandate.withdrawn_at


def test_kept_ones_need_the_payers_agreement(relationship, upcoming, now):
    with pytest.raises(Refused, match="agreed"):
        end(relationship, now, all_to(upcoming, Fate.KEEP))


def test_the_mandate_is_narrowed_to_what_is_kept(relationship, upcoming, now):
    mandate = MandateFactory(relationship=relationship)
    end(relationship, now, all_to(upcoming, Fate.KEEP), agreed=True)
    mandate.refresh_from_db()
    assert mandate.narrowed_at
    assert not mandate.withdrawn_at


def test_attendee_and_payer_are_told_what_still_takes_place(relationship, upcoming, now):
    end(relationship, now, all_to(upcoming, Fate.KEEP), agreed=True)
    sam, jo = (
        OutgoingEmail.objects.get(name="relationship_ended", to=reader.email).text
        for reader in (relationship.attendee, relationship.payer)
    )
    assert "These still take place:" in sam
    assert "These still take place and are billed to you:" in jo
    assert (sam.count("50 minutes"), jo.count("50 minutes")) == (4, 4)
    assert ("£" in sam, "£" in jo) == (False, True)


def test_moved_ones_ask_their_new_payer_for_a_card(relationship, upcoming, now):
    to = RelationshipFactory(therapist=relationship.therapist, attendee=relationship.attendee)
    end(relationship, now, all_to(upcoming, Fate.MOVE, to.pk))
    assert to.therapy_sessions.count() == 4
    assert CardRequest.objects.open().get().payer == to.payer


def test_the_new_payer_is_told_of_what_they_pay_now(relationship, upcoming, now):
    to = RelationshipFactory(therapist=relationship.therapist, attendee=relationship.attendee)
    end(relationship, now, all_to(upcoming, Fate.MOVE, to.pk))
    mail = OutgoingEmail.objects.get(name="sessions_booked")
    assert mail.to == to.payer.email


def test_cancelling_many_takes_no_more_statements(
    relationship, upcoming, now, django_assert_num_queries, django_assert_max_num_queries
):
    other = RelationshipFactory(therapist=relationship.therapist)
    one = TherapySessionFactory(relationship=other, starts_at=now + timedelta(days=90))
    with django_assert_max_num_queries(60) as with_many:
        end(relationship, now, all_to(upcoming, Fate.CANCEL))
    with django_assert_num_queries(len(with_many)):
        end(other, now, all_to([one], Fate.CANCEL))


@pytest.mark.parametrize("kind", ["stranger's", "ended", "itself", "nowhere"])
def test_sessions_move_between_these_two_only(relationship, upcoming, now, kind):
    to = {
        "stranger's": lambda: RelationshipFactory(therapist=relationship.therapist).pk,
        "ended": lambda: (
            RelationshipFactory(
                therapist=relationship.therapist, attendee=relationship.attendee, ended=True
            ).pk
        ),
        "itself": lambda: relationship.pk,
        "nowhere": lambda: None,
    }[kind]()
    with pytest.raises(Refused, match="can only move"):
        end(relationship, now, all_to(upcoming, Fate.MOVE, to))
    relationship.refresh_from_db()
    assert relationship.is_open


def test_nobody_is_written_to_about_a_death(relationship, upcoming, now):
    end(relationship, now, all_to(upcoming, Fate.CANCEL), reason=EndReason.DECEASED)
    assert not OutgoingEmail.objects.exists()


def test_no_plan_leads_to_it_afterwards(relationship, now):
    set_payer_plan(default=relationship, by=BY, now=now)
    end(relationship, now, {})
    assert not PayerPlan.objects.exists()


class TestRestart:
    @pytest.fixture
    def ended(self, relationship, now):
        return end(relationship, now, {}, reason=EndReason.MISTAKE)

    def restart(self, relationship, now, manner=MandateManner.PHONE, user=None):
        return restart(
            relationship_id=relationship.pk,
            manner=manner,
            user=user or relationship.therapist,
            now=now,
        )

    def test_the_same_row_goes_on(self, ended, now):
        again = self.restart(ended, now)
        assert again.pk == ended.pk
        assert again.is_open
        assert again.mandates.live().exists()
        assert CardRequest.objects.open().get().payer == again.payer

    def test_the_payer_must_agree_again(self, ended, now):
        with pytest.raises(Refused, match="agree again"):
            self.restart(ended, now, manner=None)

    def test_twice_is_once(self, ended, now):
        self.restart(ended, now)
        assert self.restart(ended, now).is_open

    def test_not_while_the_same_three_are_open(self, ended, now):
        RelationshipFactory(therapist=ended.therapist, attendee=ended.attendee, payer=ended.payer)
        with pytest.raises(Refused, match="same three"):
            self.restart(ended, now)

    def test_not_while_what_it_moved_to_is_open(self, relationship, now):
        to = RelationshipFactory(
            therapist=relationship.therapist, attendee=relationship.attendee, first_party=True
        )
        relationship.ended_at, relationship.ended_by = now, BY
        relationship.end_reason, relationship.moved_to = EndReason.MIGRATED, to
        relationship.save()
        with pytest.raises(Refused, match="End that one first"):
            self.restart(relationship, now)

    def test_not_below_the_consent_age(self, therapist, now):
        own = RelationshipFactory(therapist=therapist, first_party=True, ended=True)
        own.attendee.date_of_birth = now.date().replace(year=now.year - 10, day=1)
        own.attendee.save()
        with pytest.raises(Refused, match="may pay for their own"):
            self.restart(own, now)

    def test_a_stranger(self, ended, now):
        with pytest.raises(Refused, match="Only the therapist"):
            self.restart(ended, now, user=UserFactory())
