"""Looking changes nothing: a GET writes no row, but for the audit of what was read."""

import re

import pytest
from django.contrib import admin
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import CardSetup
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from tests.conventions.source import own_models
from tests.factories import UserFactory
from tests.test_access import ROWS
from tests.world import build_world

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
MAY_BE_WRITTEN = {"audit_auditevent", "django_session"}
READERS = ["signed out", "owner", "therapist", "biller", "scheduler"]


@pytest.fixture
def world(practice):
    return build_world()


def written(client, address: str) -> set[str]:
    """The tables that a GET writes to."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code < 500
    found = [WRITES.match(query["sql"]) for query in captured]
    return {one[1] for one in found if one} - MAY_BE_WRITTEN


@pytest.mark.parametrize("name", ROWS)
def test_looking_at_a_page_changes_nothing(client, world, name):
    for reader in READERS:
        client.logout()
        if user := world.people[reader]:
            client.force_login(user)
        assert written(client, world.address(name)) == set(), reader


def test_mail_scanners_that_open_every_link_start_nothing(client, world):
    for name in ROWS:
        if name.startswith("portal:"):
            client.get(world.address(name))
            client.head(world.address(name))
    assert not CardSetup.objects.exists()
    for link in world.links.values():
        link.refresh_from_db()
        assert link.used_at is None
        assert link.revoked_at is None


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_looking_at_a_record_in_the_admin_changes_nothing(admin_reader, world, model):
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    if model not in admin.site._registry:
        assert model._meta.label == "billing.CardSetupAgreement", "every model is in the admin"
        return
    assert written(admin_reader, reverse(f"{base}_changelist")) == set()
    if row := model.objects.first():
        assert written(admin_reader, reverse(f"{base}_change", args=[row.pk])) == set()


@pytest.fixture
def admin_reader(client, practice):
    client.force_login(UserFactory(admin=True))
    return client


# Pages that show somebody's record; each writes down that it was read (DESIGN 4.8).
RECORDS = [
    "clients:client",
    "clients:relationships",
    "clients:sessions",
    "relationships:relationship",
    "sessions:session",
]


@pytest.mark.parametrize("name", RECORDS)
class TestReadingARecord:
    def test_is_written_down(self, client, world, name):
        client.force_login(world.people["therapist"])
        client.get(world.address(name))
        event = AuditEvent.objects.get()
        assert event.actor == Actor.user(world.people["therapist"])
        assert event.client_id == world.relationship.attendee_id

    def test_is_not_written_down_for_whom_it_is_refused(self, client, world, name):
        client.force_login(world.people["other"])
        client.get(world.address(name))
        assert not AuditEvent.objects.exists()

    def test_that_cannot_be_written_down_is_not_served(self, client, world, name, monkeypatch):
        def full_disk(*_, **__):
            raise OperationalError("disk full")

        monkeypatch.setattr(AuditEvent, "save", full_disk)
        client.force_login(world.people["therapist"])
        client.raise_request_exception = False
        answer = client.get(world.address(name))
        assert answer.status_code == 500
        assert world.relationship.attendee.name not in answer.content.decode()
