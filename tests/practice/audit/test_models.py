import pytest
from django.utils import timezone

from practice.audit.actor import Actor
from practice.audit.log import record
from practice.audit.models import AuditEvent
from tests.factories import BY, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return record(by=BY, action="client.view", target=UserFactory(), now=timezone.now(), n=1)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.update(action="nothing"),
        lambda event: AuditEvent.objects.all().delete(),
    ],
    ids=["save", "delete", "update", "delete all"],
)
def test_what_happened_is_written_once(event, rewrite):
    with pytest.raises(TypeError, match="never"):
        rewrite(event)
    assert AuditEvent.objects.get().action == "client.view"


@pytest.mark.parametrize(
    ("actor", "label"),
    [
        (Actor.client(7), "the client"),
        (Actor.system("charging"), "the system (charging)"),
    ],
)
def test_an_actor_comes_back_from_its_column(actor, label):
    record(by=actor, action="card.save", target=UserFactory(), now=timezone.now())
    found = AuditEvent.objects.get().actor
    assert found == actor
    assert found.label == label


def test_an_actor_keeps_a_name_with_a_colon():
    actor = Actor.user(UserFactory(name="Priya: the therapist"))
    assert Actor.parse(str(actor)) == actor
