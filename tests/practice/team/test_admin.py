"""The team in the admin: adding people who can sign in, changing them, and who may do what."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from practice.audit.models import AuditEvent
from practice.team.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:team_user_add")
PASSWORD = "correct-horse-battery"


@pytest.fixture
def owner(practice, client) -> User:
    owner = UserFactory(admin=True)
    client.force_login(owner)
    return owner


@pytest.fixture
def helper(practice, client) -> User:
    """May change the team, but is no superuser."""
    helper = UserFactory(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="team"))
    client.force_login(helper)
    return helper


def change(user: User) -> str:
    return reverse("admin:team_user_change", args=[user.pk])


def values(user: User, **changes: object) -> dict[str, object]:
    kept = {"name": user.name, "email": user.email, "time_zone": user.time_zone, "is_active": "on"}
    return kept | changes


def test_somebody_added_signs_in_by_email(owner, client):
    form = {
        "email": "Kim.Doe@Example.com",
        "name": "Kim Doe",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "time_zone": "Europe/London",
        "is_therapist": "on",
    }
    assert client.post(ADD, form).status_code == 302
    kim = User.objects.get(email="kim.doe@example.com")
    assert kim.is_therapist
    address = EmailAddress.objects.get(user=kim)
    assert (address.email, address.verified, address.primary) == (kim.email, True, True)
    event = AuditEvent.objects.get(action="admin.add")
    assert event.target == f"user:{kim.pk}"
    assert "password1" not in event.details["fields"]
    client.logout()
    page = client.post(reverse("account_login"), {"login": kim.email, "password": PASSWORD})
    assert page.status_code == 302


def test_an_address_that_is_taken_is_a_sentence(owner, client):
    form = {"email": owner.email.upper(), "name": "X", "time_zone": "Europe/London"}
    page = client.post(ADD, form | {"usable_password": "false"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["email"]


def test_a_new_address_replaces_the_old_one(owner, client):
    kim = UserFactory()
    EmailAddress.objects.create(user=kim, email=kim.email, verified=True, primary=True)
    assert client.post(change(kim), values(kim, email="new@example.com")).status_code == 302
    assert [address.email for address in EmailAddress.objects.filter(user=kim)] == [
        "new@example.com"
    ]


def test_roles_are_ticks(owner, client):
    kim = UserFactory()
    form = client.get(change(kim)).context["adminform"].form
    assert {"is_owner", "is_biller", "is_supervisor"} <= set(form.fields)
    assert not {"groups", "user_permissions"} & set(form.fields)
    client.post(change(kim), values(kim, is_biller="on"))
    kim.refresh_from_db()
    assert (kim.is_biller, kim.is_therapist) == (True, False)


def test_nobody_makes_themselves_more_than_they_are(helper, client):
    form = client.get(change(helper)).context["adminform"].form
    assert not {"is_superuser", "is_staff", "is_owner"} & set(form.fields)
    client.post(change(helper), values(helper, is_superuser="on", is_owner="on"))
    helper.refresh_from_db()
    assert (helper.is_superuser, helper.is_owner) == (False, False)


@pytest.mark.parametrize("who", [{"is_superuser": True}, {"is_owner": True}])
def test_only_a_superuser_changes_who_is_above(who, helper, client):
    above = UserFactory(**who)
    assert client.post(change(above), values(above, email="mine@example.com")).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[above.pk])
    assert client.get(password).status_code == 403


def test_a_password_is_set(owner, client):
    kim = UserFactory()
    url = reverse("admin:auth_user_password_change", args=[kim.pk])
    form = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(url, form).status_code == 302
    kim.refresh_from_db()
    assert kim.check_password(PASSWORD)


def test_allauths_and_djangos_own_pages_are_gone():
    assert not {Group, EmailAddress} & set(admin.site._registry)


def test_a_second_factor_shows_no_secret_and_is_removed(owner, client):
    kim = UserFactory()
    factor = Authenticator.objects.create(
        user=kim, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    url = reverse("admin:mfa_authenticator_change", args=[factor.pk])
    assert "JBSWY3DPEHPK3PXP" not in client.get(url).content.decode()
    delete = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
    assert "JBSWY3DPEHPK3PXP" not in client.get(delete).content.decode()
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(action="admin.delete").exists()
