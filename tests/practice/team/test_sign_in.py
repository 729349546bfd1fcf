"""Signing in says no more than is needed, in our words."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


@pytest.fixture
def kim(practice):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_wrong_password_is_said_in_our_words(client, kim):
    page = client.post(LOGIN, {"login": kim.email, "password": "another one"})
    assert "That e-mail address and password do not belong together." in page.content.decode()


def test_being_signed_in_needs_no_message(client, kim):
    answer = client.post(LOGIN, {"login": kim.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert not list(get_messages(answer.wsgi_request))
