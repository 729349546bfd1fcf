"""The site, a therapist who is signed in, and hand-overs to confirm."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from allauth.account.models import EmailAddress

from notifications.delivery import message_id
from notifications.models import OutgoingEmail
from practice.team.models import User
from tests.durability.browser import Browser
from tests.durability.hand_over import HandOver
from tests.durability.processes import Site, wait_for
from tests.factories import UserFactory


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    with django_db_blocker.unblock():
        running = Site(tmp_path_factory.mktemp("site"))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def therapist(practice) -> User:
    user = UserFactory(name="Dr Priya Nair")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def priya(site: Site, therapist: User) -> Browser:
    signed_in = Browser(site.address)
    signed_in.sign_in(therapist.email)
    return signed_in


@pytest.fixture
def hand_over(therapist: User) -> Callable[[], HandOver]:
    """Makes one that nobody has confirmed yet."""
    numbers = count()
    return lambda: HandOver(therapist, next(numbers))


@pytest.fixture
def all_mail_arrives_once(site: Site) -> Callable[[], None]:
    """Waits until every e-mail has left, and counts each in the postbox."""

    def check() -> None:
        wait_for(lambda: not OutgoingEmail.objects.filter(sent_at=None).exists())
        arrived = site.arrived()
        copies = Counter(arrived.count(message_id(one)) for one in OutgoingEmail.objects.all())
        assert set(copies) == {1}, copies

    return check
