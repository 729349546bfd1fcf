from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clients.models import CareTeamMember, Client
from tests.factories import AccessLinkFactory, ClientFactory, ContactFactory, UserFactory
from tests.violations import violates

pytestmark = pytest.mark.django_db


def test_one_person_has_one_address():
    ClientFactory(email="sam@example.com")
    other = Client.objects.filter(pk=ClientFactory(email="other@example.com").pk)
    with violates("client_email_unique"):
        other.update(email="SAM@example.com")


def test_many_people_have_no_address():
    ClientFactory.create_batch(2, email="")
    assert Client.objects.filter(email="").count() == 2


def test_an_address_is_kept_in_small_letters():
    assert ClientFactory(email=" Sam@Example.COM ").email == "sam@example.com"


def test_a_birth_long_ago_is_a_slip_of_the_pen():
    with pytest.raises(ValidationError, match="too long ago"):
        ClientFactory(date_of_birth="1066-10-14").full_clean()


def test_a_person_is_one_contact_of_another():
    known = ContactFactory()
    with violates("contact_once"):
        ContactFactory(client=known.client, adult=known.adult)


def test_one_contact_is_responsible_for_billing():
    first = ContactFactory(responsible_for_billing=True)
    ContactFactory(client=first.client)
    with violates("contact_one_responsible_for_billing"):
        ContactFactory(client=first.client, responsible_for_billing=True)


def test_nobody_is_their_own_contact():
    person = ClientFactory()
    with violates("contact_is_somebody_else"):
        ContactFactory(client=person, adult=person)


def test_a_user_joins_a_care_team_once():
    client, user, now = ClientFactory(), UserFactory(), timezone.now()
    CareTeamMember.objects.create(client=client, user=user, joined_at=now)
    with violates("care_team_once"):
        CareTeamMember.objects.create(client=client, user=user, joined_at=now)


def test_a_link_expires_after_it_is_made():
    now = timezone.now()
    with violates("access_link_expires_after_creation"):
        AccessLinkFactory(created_at=now, expires_at=now)


def test_the_secret_of_a_link_is_not_in_the_database():
    link = AccessLinkFactory()
    link.refresh_from_db()
    assert link.token not in [str(value) for value in vars(link).values()]


def test_a_link_is_usable_until_it_expires_or_is_revoked():
    now = timezone.now()
    link = AccessLinkFactory(created_at=now)
    assert link.is_usable(now)
    assert not link.is_usable(link.expires_at)
    link.revoked_at = now + timedelta(hours=1)
    assert not link.is_usable(now + timedelta(hours=2))
