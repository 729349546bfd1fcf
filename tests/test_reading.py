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


# Pages that show somebody's record or a list; each writes down that it was read (DESIGN 4.8). The others show
# nobody, or are not looked at: POST only, or on to another page.
RECORDS = [
    name
    for name, answers in ROWS.items()
    if "200" in answers
    and name not in {"practice_settings", "clients:add", "relationships:start_new"}
]
OF_STAFF = [name for name in RECORDS if not name.startswith("portal:")]
LISTS = {"today", "clients:list"}
STATEMENTS = {"today": 8, "clients:list": 6}


class TestReading:
    @pytest.mark.parametrize("name", OF_STAFF)
    def test_is_written_down_with_whom_it_shows(self, client, world, name):
        client.force_login(world.people["therapist"])
        assert client.get(world.address(name)).status_code == 200
        event = AuditEvent.objects.get()
        assert event.actor == Actor.user(world.people["therapist"])
        if name in LISTS:
            assert event.details["ids"]
        else:
            about = world.ended if name == "relationships:restart" else world.relationship
            assert event.client_id == about.attendee_id

    @pytest.mark.parametrize("name", [name for name in RECORDS if name not in OF_STAFF])
    def test_by_a_client_too(self, client, world, name):
        assert client.get(world.address(name)).status_code == 200
        event = AuditEvent.objects.get()
        assert event.actor == Actor.client(event.client_id or 0)
        assert event.client_id in {link.client_id for link in world.links.values()}

    @pytest.mark.parametrize("name", [name for name in OF_STAFF if name not in LISTS])
    def test_is_not_written_down_for_whom_it_is_refused(self, client, world, name):
        client.force_login(world.people["other"])
        assert client.get(world.address(name)).status_code == 404
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("name", RECORDS)
    def test_that_cannot_be_written_down_is_not_served(self, client, world, name, monkeypatch):
        def full_disk(*_, **__):
            raise OperationalError("disk full")

        monkeypatch.setattr(AuditEvent, "save", full_disk)
        client.force_login(world.people["therapist"])
        client.raise_request_exception = False
        answer = client.get(world.address(name))
        assert answer.status_code == 500
        assert world.relationship.attendee.name not in answer.content.decode()

    @pytest.mark.parametrize("name", RECORDS)
    def test_keeps_to_few_statements(self, client, world, name):
        if name in OF_STAFF:
            client.force_login(world.people["therapist"])
        with CaptureQueriesContext(connection) as captured:
            client.get(world.address(name))
        assert len(captured) <= STATEMENTS.get(name, 10), [one["sql"] for one in captured]

    @pytest.mark.parametrize(
        ("name", "query"),
        [
            ("relationships:start", {"payer": "known", "q": "jo"}),
            ("relationships:start_new", {"payer": "known", "q": "jo"}),
            ("relationships:start_new", {"who": "jo"}),
            ("clients:add_contact", {"q": "jo"}),
            ("clients:list", {"q": "jo"}),
        ],
    )
    def test_people_found_are_written_down(self, client, world, name, query):
        client.force_login(world.people["owner"])
        client.get(world.address(name), query)
        assert world.relationship.payer_id in AuditEvent.objects.get().details["ids"]

    def test_nobody_reads_an_address_that_is_unknown(self, client, practice):
        assert client.get("/l/card/unknown/").status_code == 404
        assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", ROWS)
def test_a_head_is_answered_as_a_get_is(client, world, name):
    for reader in READERS:
        client.logout()
        if user := world.people[reader]:
            client.force_login(user)
        address = world.address(name)
        assert client.head(address).status_code == client.get(address).status_code, reader
