from datetime import date, timedelta

import pytest

from billing.models import CardRequest, Mandate, MandateManner
from notifications.models import OutgoingEmail
from practice.models import Practice
from practice.refusals import Refused
from relationships.models import EndReason, Manner, PayerPlan, Relationship, Requester
from sessions.models import TherapySession
from tests.factories import (
    CardFactory,
    ClientFactory,
    ContactFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)
from workflows.migrate_to_first_party import (
    MigrationAnswers,
    StalePreview,
    migrate_to_first_party,
)
from workflows.migration_digest import digest
from workflows.migration_preview import preview_migration


def seen(relationship, now) -> str:
    """The digest of the page as it is now."""
    return digest(preview_migration(Relationship.objects.get(pk=relationship.pk), now=now))


def answers(now, **changes) -> MigrationAnswers:
    given = {
        "requester": Requester.ATTENDEE,
        "requested_on": now.date(),
        "manner": Manner.IN_SESSION,
    }
    return MigrationAnswers(**(given | changes))


def migrate(relationship, now, shown=None, **changes) -> Relationship:
    return migrate_to_first_party(
        relationship_id=relationship.pk,
        answers=answers(now, **changes),
        digest=shown or seen(relationship, now),
        user=changes.pop("user", relationship.therapist),
        now=now,
    )


def mails() -> dict[str, str]:
    return {mail.name: mail.to for mail in OutgoingEmail.objects.all()}


def test_the_attendee_pays_from_now_on(relationship, upcoming, now):
    ticked = frozenset(one.pk for one in upcoming[:3])

    new = migrate(relationship, now, move_ids=ticked)

    relationship.refresh_from_db()
    assert new.is_first_party
    assert new.is_open
    assert relationship.end_reason == EndReason.MIGRATED
    assert relationship.moved_to == new
    assert set(new.therapy_sessions.values_list("pk", flat=True)) == ticked
    assert list(relationship.therapy_sessions.all()) == [upcoming[3]]
    assert PayerPlan.objects.get().default == new
    assert CardRequest.objects.open().get().payer == new.payer
    assert mails() == {
        "add_your_card": "sam@example.com",
        "your_part_has_ended": "jo@example.com",
    }


def test_the_mandate_is_recorded_when_the_attendee_has_a_card(relationship, upcoming, now):
    CardFactory(client=relationship.attendee)

    new = migrate(relationship, now)

    assert Mandate.objects.live().get().relationship == new
    assert not CardRequest.objects.exists()
    assert mails()["you_pay_from_now_on"] == "sam@example.com"


@pytest.mark.parametrize(
    ("asked", "manner"),
    [
        ({"manner": Manner.PHONE}, MandateManner.PHONE),
        ({"manner": Manner.LETTER}, MandateManner.TOLD),
        (
            {
                "manner": Manner.PHONE,
                "requester": Requester.ORGANISER,
                "has_attendee_agreed": True,
            },
            MandateManner.TOLD,
        ),
    ],
)
def test_the_mandate_says_no_more_than_is_known(relationship, now, asked, manner):
    CardFactory(client=relationship.attendee)
    migrate(relationship, now, **asked)
    assert Mandate.objects.live().get().manner == manner


def test_a_date_of_birth_lets_stopped_charges_go_on(relationship, now):
    own = RelationshipFactory(attendee=relationship.attendee, first_party=True, flagged_at=now)
    relationship.attendee.date_of_birth = None
    relationship.attendee.save()
    migrate(relationship, now, details={"date_of_birth": date(1990, 1, 1)})
    own.refresh_from_db()
    assert own.flagged_at is None


def test_an_expired_card_is_no_card(relationship, now):
    CardFactory(client=relationship.attendee, expired=True)
    migrate(relationship, now)
    assert CardRequest.objects.open().exists()


@pytest.mark.parametrize(("remains", "narrowed"), [(False, False), (True, True)])
def test_the_old_mandate_covers_what_stays_only(relationship, upcoming, now, remains, narrowed):
    mandate = MandateFactory(relationship=relationship)
    moving = upcoming[1:] if remains else upcoming
    migrate(relationship, now, move_ids=frozenset(one.pk for one in moving))
    mandate.refresh_from_db()
    assert bool(mandate.narrowed_at) is narrowed
    assert bool(mandate.withdrawn_at) is not narrowed


def test_whoever_asks_twice_is_given_the_first_answer(relationship, upcoming, now):
    shown = seen(relationship, now)
    first = migrate(relationship, now, shown)
    assert migrate(relationship, now, shown) == first
    assert Relationship.objects.count() == 2


def test_nobody_else_is_responsible_for_billing_afterwards(relationship, now):
    contact = ContactFactory(
        client=relationship.attendee, adult=relationship.payer, responsible_for_billing=True
    )
    migrate(relationship, now)
    contact.refresh_from_db()
    assert not contact.responsible_for_billing


def test_sessions_move_to_a_first_party_relationship_that_is_open(relationship, upcoming, now):
    existing = RelationshipFactory(
        therapist=relationship.therapist, attendee=relationship.attendee, first_party=True
    )
    new = migrate(relationship, now, move_ids=frozenset({upcoming[0].pk}))
    assert new == existing
    assert existing.therapy_sessions.get() == upcoming[0]


class TestRefusals:
    def test_at_fifteen_with_the_date(self, relationship, now):
        today = now.date()
        relationship.attendee.date_of_birth = date(today.year - 15, 1, 1)
        relationship.attendee.save()
        with pytest.raises(Refused, match=r"from .* 1 Jan"):
            migrate(relationship, now)

    def test_a_first_party_relationship(self, therapist, now):
        own = RelationshipFactory(therapist=therapist, first_party=True)
        with pytest.raises(Refused, match="already pays"):
            migrate(own, now)

    def test_an_ended_relationship(self, therapist, now):
        ended = RelationshipFactory(therapist=therapist, ended=True)
        with pytest.raises(Refused, match="has ended"):
            migrate(ended, now)

    def test_somebody_without_the_right(self, relationship, now):
        with pytest.raises(Refused, match="Only the therapist"):
            migrate_to_first_party(
                relationship_id=relationship.pk,
                answers=answers(now),
                digest=seen(relationship, now),
                user=UserFactory(),
                now=now,
            )

    def test_the_organiser_asked_and_the_attendee_does_not_agree(self, relationship, now):
        with pytest.raises(Refused, match="must agree"):
            migrate(relationship, now, requester=Requester.ORGANISER)

    def test_asked_in_the_future(self, relationship, now):
        with pytest.raises(Refused, match="future"):
            migrate(relationship, now, requested_on=now.date() + timedelta(days=2))

    def test_missing_information_is_not_given(self, relationship, now):
        relationship.attendee.mobile = ""
        relationship.attendee.save()
        with pytest.raises(Refused, match="missing"):
            migrate(relationship, now)

    def test_more_than_is_missing_is_given(self, relationship, now):
        with pytest.raises(Refused, match="nothing else"):
            migrate(relationship, now, details={"first_name": "Mallory"})

    def test_other_peoples_sessions_are_ticked(self, relationship, now):
        foreign = TherapySessionFactory()
        with pytest.raises(Refused, match="does not belong"):
            migrate(relationship, now, move_ids=frozenset({foreign.pk}))

    def test_nothing_changed_when_refused(self, relationship, upcoming, now):
        with pytest.raises(Refused):
            migrate(relationship, now, requester=Requester.ORGANISER)
        assert Relationship.objects.open().get() == relationship
        assert not OutgoingEmail.objects.exists()


class TestMissingInformation:
    def test_only_what_is_missing_is_asked(self, relationship, now):
        attendee = relationship.attendee
        attendee.mobile = attendee.email = ""
        attendee.save()
        assert preview_migration(relationship, now=now).missing == ["email", "mobile"]

    def test_what_the_practice_does_not_require_is_not_asked(self, relationship, now):
        Practice.objects.update(is_mobile_required=False)
        relationship.attendee.mobile = ""
        relationship.attendee.save()
        assert preview_migration(relationship, now=now).missing == []

    def test_it_completes_the_attendee(self, relationship, now):
        relationship.attendee.mobile = ""
        relationship.attendee.save()
        migrate(relationship, now, details={"mobile": "+447700900999"})
        relationship.attendee.refresh_from_db()
        assert str(relationship.attendee.mobile) == "+447700900999"


class TestStalePreview:
    @pytest.mark.parametrize(
        "change",
        [
            {"fee": "90.00"},
            {"starts_at": "moved"},
        ],
    )
    def test_a_changed_session_is_named(self, relationship, upcoming, now, change):
        shown = seen(relationship, now)
        one = upcoming[2]
        if "fee" in change:
            TherapySession.objects.filter(pk=one.pk).update(**change)
        else:
            later = one.starts_at + timedelta(hours=2)
            TherapySession.objects.filter(pk=one.pk).update(
                starts_at=later, ends_at=later + timedelta(minutes=50)
            )
        with pytest.raises(StalePreview) as stale:
            migrate(relationship, now, shown)
        assert stale.value.changed.session_ids == {one.pk}

    def test_a_new_session(self, relationship, upcoming, now):
        shown = seen(relationship, now)
        booked = TherapySessionFactory(relationship=relationship)
        with pytest.raises(StalePreview) as stale:
            migrate(relationship, now, shown)
        assert stale.value.changed.session_ids == {booked.pk}

    def test_a_card_that_came(self, relationship, now):
        shown = seen(relationship, now)
        CardFactory(client=relationship.attendee)
        with pytest.raises(StalePreview) as stale:
            migrate(relationship, now, shown)
        assert stale.value.changed.facts == {"card"}

    def test_a_forged_digest(self, relationship, now):
        with pytest.raises(StalePreview):
            migrate(relationship, now, "forged")

    def test_time_that_passes_changes_nothing(self, relationship, upcoming, now):
        shown = seen(relationship, now)
        assert migrate(relationship, now + timedelta(minutes=20), shown).is_first_party

    def test_the_digest_of_another_relationship(self, relationship, now):
        other = RelationshipFactory(therapist=relationship.therapist)
        with pytest.raises(StalePreview):
            migrate(relationship, now, seen(other, now))


class TestOtherPayers:
    @pytest.fixture
    def other(self, relationship):
        paul = ClientFactory(first_name="Paul", last_name="Hart", email="paul@example.com")
        return RelationshipFactory(
            therapist=relationship.therapist, attendee=relationship.attendee, payer=paul
        )

    def test_their_part_ends_in_the_same_confirmation(self, relationship, other, now):
        theirs = TherapySessionFactory(relationship=other)
        new = migrate(
            relationship, now, end_also=frozenset({other.pk}), move_ids=frozenset({theirs.pk})
        )
        other.refresh_from_db()
        theirs.refresh_from_db()
        assert other.moved_to == new
        assert theirs.relationship == new

    def test_each_gets_a_mail_that_names_no_other(self, relationship, other, now):
        migrate(relationship, now, end_also=frozenset({other.pk}))
        for mail in OutgoingEmail.objects.filter(name="your_part_has_ended"):
            foreign = "Paul" if mail.to == "jo@example.com" else "Jo "
            assert foreign not in mail.text + mail.html + mail.subject

    def test_only_when_the_attendee_asked(self, relationship, other, now):
        with pytest.raises(Refused, match="only when the attendee asked"):
            migrate(
                relationship,
                now,
                end_also=frozenset({other.pk}),
                requester=Requester.ORGANISER,
                has_attendee_agreed=True,
            )

    def test_unticked_they_go_on(self, relationship, other, now):
        theirs = TherapySessionFactory(relationship=other)
        migrate(relationship, now, move_ids=frozenset({theirs.pk}))
        other.refresh_from_db()
        theirs.refresh_from_db()
        assert other.is_open
        assert theirs.relationship == other


def test_the_number_of_statements_does_not_grow(
    relationship, now, django_assert_max_num_queries, django_assert_num_queries
):
    def sessions(number):
        return frozenset(
            TherapySessionFactory(
                relationship=relationship, starts_at=now + timedelta(days=7, hours=hour)
            ).pk
            for hour in range(number)
        )

    ids = sessions(104)
    shown = seen(relationship, now)
    with django_assert_max_num_queries(70) as with_many:
        migrate(relationship, now, shown, move_ids=ids)
    other = RelationshipFactory(therapist=relationship.therapist)
    one = TherapySessionFactory(relationship=other, starts_at=now + timedelta(days=60))
    shown = seen(other, now)
    with django_assert_num_queries(len(with_many)):
        migrate(other, now, shown, move_ids=frozenset({one.pk}))
