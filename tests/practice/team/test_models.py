import pytest

from practice.team.models import User
from tests.factories import UserFactory
from tests.violations import violates

pytestmark = pytest.mark.django_db


def test_one_address_signs_in_one_person():
    UserFactory(email="priya@example.com")
    other = User.objects.filter(pk=UserFactory(email="omar@example.com").pk)
    with violates("user_email_unique"):
        other.update(email="PRIYA@example.com")


def test_sign_in_by_e_mail_does_not_mind_capitals():
    user = User.objects.create_user("Priya@Example.com", "a-long-enough-password", name="Priya")
    assert User.objects.get_by_natural_key("PRIYA@example.com") == user


def test_a_superuser_is_an_owner_who_may_open_the_admin():
    user = User.objects.create_superuser("root@example.com", "a-long-enough-password", name="Root")
    assert user.is_staff
    assert user.is_owner
    assert user.is_manager


def test_therapists_are_those_who_work_here_now():
    therapist = UserFactory()
    UserFactory(is_active=False)
    UserFactory(biller=True)
    assert list(User.objects.therapists()) == [therapist]
