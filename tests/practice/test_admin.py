"""Every list and page of the admin: it opens, is audited, has few statements, and keeps what a rule governs."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.models import CardSetup, CardSetupAgreement, StripeEvent
from clients.models import AccessLink, Client
from notifications.models import OutgoingEmail
from practice import admin_base
from practice.admin_base import ReadOnlyAdmin
from practice.audit import reading
from practice.audit.models import AuditEvent
from practice.demo.load import load_if_empty
from practice.models import Practice, ServiceType
from practice.team.models import User
from relationships.models import Relationship
from sessions.models import TherapySession
from tests.factories import AccessLinkFactory, ClientFactory, TherapySessionFactory, UserFactory

pytestmark = pytest.mark.django_db
LABELS = (
    "practice",
    "team",
    "audit",
    "clients",
    "relationships",
    "therapy_sessions",
    "billing",
    "notifications",
)
MODELS: list[Any] = [model for label in LABELS for model in apps.get_app_config(label).get_models()]
READ_ONLY = [one for one in MODELS if isinstance(admin.site.get_model_admin(one), ReadOnlyAdmin)]
EDITABLE = {Practice, ServiceType, User}
# Signing in takes two, the audit three (SAVEPOINT, INSERT, RELEASE); a list is counted and read.
LIST_STATEMENTS = 7
PAGE_STATEMENTS = 10
SECRET = "a-secret-of-somebody"

each_read_only = pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def owner(practice, client) -> User:
    owner = UserFactory(admin=True)
    client.force_login(owner)
    return owner


@pytest.fixture
def rows(practice) -> None:
    """The demo practice, and one row of each kind it has none of."""
    now = timezone.now()
    load_if_empty(now=now)
    link, relationship = AccessLink.objects.all()[0], Relationship.objects.all()[0]
    setup = CardSetup.objects.create(
        client=link.client,
        link=link,
        stripe_id="cs_1",
        url=f"https://example.com/{SECRET}",
        created_at=now,
        next_check_at=now,
        expires_at=now + timedelta(hours=1),
    )
    CardSetupAgreement.objects.create(setup=setup, relationship=relationship, text="I agree.")
    StripeEvent.objects.create(
        id="evt_1", type="test", payload={"name": SECRET}, received_at=now, next_try_at=now
    )
    an_email()


def an_email(**fields: Any) -> OutgoingEmail:
    now = timezone.now()
    values = {
        "dedupe_key": "1",
        "name": "test",
        "to": "sam@example.com",
        "subject": "A card",
        "text": SECRET,
        "html": SECRET,
        "link_salt": SECRET,
        "created_at": now,
        "next_try_at": now,
    }
    return OutgoingEmail.objects.create(**values | fields)


class TestReading:
    def test_lists_open_are_audited_and_take_few_statements(self, rows, owner, client):
        for model in MODELS:
            with CaptureQueriesContext(connection) as statements:
                page = client.get(address(model, "changelist"))
            assert page.status_code == 200, model
            assert len(statements) <= LIST_STATEMENTS, [one["sql"] for one in statements]
            event = AuditEvent.objects.all()[0]
            assert (event.action, event.target) == ("admin.read", f"{model._meta.model_name}:")
            assert event.actor.id == owner.pk
            assert 1 <= len(event.details["ids"]) <= admin_base.ROWS

    def test_pages_open_are_audited_and_take_few_statements(self, rows, owner, client):
        for model in MODELS:
            row = model._base_manager.order_by("-pk")[0]
            with CaptureQueriesContext(connection) as statements:
                page = client.get(address(model, "change", row.pk))
            assert page.status_code == 200, model
            assert len(statements) <= PAGE_STATEMENTS, [one["sql"] for one in statements]
            event = AuditEvent.objects.all()[0]
            assert event.target == f"{model._meta.model_name}:{row.pk}"
            assert (event.action, event.actor.id) == ("admin.read", owner.pk)
            assert client.get(address(model, "history", row.pk)).status_code == 200

    def test_bodies_secrets_and_what_stripe_says_of_people_stay_away(self, rows, owner, client):
        link = AccessLink.objects.all()[0]
        for row in (
            OutgoingEmail.objects.get(),
            StripeEvent.objects.get(),
            CardSetup.objects.get(),
            link,
        ):
            page = client.get(address(type(row), "change", row.pk)).content.decode()
            for secret in (SECRET, link.salt, link.token_hash, link.token):
                assert secret not in page

    def test_a_clients_page_is_written_in_their_own_history(self, owner, client):
        sam = ClientFactory()
        client.get(address(Client, "change", sam.pk))
        assert AuditEvent.objects.get(client_id=sam.pk).action == "admin.read"

    @pytest.mark.parametrize("page", ["changelist", "change", "history"])
    def test_nothing_is_served_that_cannot_be_audited(self, page, owner, client, monkeypatch):
        sam = ClientFactory()

        def fail(**_: Any) -> None:
            raise DatabaseError("disk full")

        monkeypatch.setattr(reading, "record", fail)
        with pytest.raises(DatabaseError):
            client.get(address(Client, page, *([] if page == "changelist" else [sam.pk])))

    def test_a_record_that_is_not_there_leads_to_the_front(self, owner, client):
        assert client.get(address(Client, "change", 987)).status_code == 302

    def test_no_inline_script_or_style(self, rows, owner, client):
        for url in (
            reverse("admin:index"),
            address(Client, "changelist"),
            address(User, "add"),
            address(User, "change", owner.pk),
        ):
            page = client.get(url)
            assert "style=" not in page.content.decode()
            assert "<style" not in page.content.decode()
            assert " onclick" not in page.content.decode()
            assert "script-src 'self'" in page.headers["Content-Security-Policy"]


class TestSearch:
    def test_by_the_beginning_of_a_name(self, rows, owner, client):
        found = client.get(address(Relationship, "changelist"), {"q": "river"})
        assert [str(row.attendee) for row in found.context["cl"].result_list] == ["Sam Rivers"]
        found = client.get(address(Client, "changelist"), {"q": "Quill"})
        assert [row.name for row in found.context["cl"].result_list] == ["Ada Quill"]
        assert client.get(address(TherapySession, "changelist"), {"q": "sam"}).status_code == 200

    @pytest.mark.parametrize("model", [AuditEvent, OutgoingEmail])
    @pytest.mark.parametrize("text", ["12", "x", "9" * 5000, "١٢", "-1"])
    def test_by_the_number_of_a_client(self, model, text, owner, client):
        assert client.get(address(model, "changelist"), {"q": text}).status_code == 200


class TestReadOnly:
    @each_read_only
    def test_nothing_is_added(self, model, owner, client):
        assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(model, "add"), {}).status_code == 403

    def test_nothing_is_deleted_or_changed(self, rows, owner, client):
        for model in MODELS:
            row = model._base_manager.order_by("-pk")[0]
            count = model._base_manager.count()
            assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
            client.post(
                address(model, "changelist"),
                {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"},
            )
            if model in READ_ONLY:
                page = client.post(address(model, "change", row.pk), {"first_name": "X"})
                assert page.status_code == 403
            assert model._base_manager.count() >= count

    def test_only_settings_services_and_the_team_are_edited(self):
        assert set(MODELS) - set(READ_ONLY) == EDITABLE

    @pytest.mark.parametrize("trait", ["manager", "biller", "scheduler"])
    def test_others_of_the_team_do_not_come_in(self, trait, practice, client):
        client.force_login(UserFactory(**{trait: True}))
        assert client.get(reverse("admin:index")).status_code in (302, 403)
        assert client.get(address(Client, "changelist")).status_code in (302, 403)

    def test_nobody_comes_in_without_signing_in(self, practice, client):
        page = client.get(address(Client, "changelist"))
        assert page.status_code == 302
        assert page.headers["Location"].startswith(reverse("account_login"))


class TestSettings:
    def test_are_changed_and_the_change_is_audited(self, owner, client):
        url = address(Practice, "change", 1)
        form = client.get(url).context["adminform"].form
        values = {name: value for name, value in form.initial.items() if value is not None}
        assert client.post(url, values | {"link_days": 7}).status_code == 302
        assert Practice.current().link_days == 7
        event = AuditEvent.objects.get(action="admin.change")
        assert event.details == {"fields": ["link_days"]}

    def test_the_currency_is_fixed_once_there_is_a_session(self, owner, client):
        url = address(Practice, "change", 1)
        assert "currency" in client.get(url).context["adminform"].form.fields
        TherapySessionFactory()
        assert "currency" not in client.get(url).context["adminform"].form.fields

    def test_there_is_one_practice(self, owner, client):
        assert client.get(address(Practice, "add")).status_code == 403

    def test_a_service_is_added(self, owner, client):
        values = {"name": "Couple", "length_minutes": 80, "fee": "120.00", "is_active": "on"}
        assert client.post(address(ServiceType, "add"), values).status_code == 302
        assert ServiceType.objects.get(name="Couple").length_minutes == 80
        assert AuditEvent.objects.filter(action="admin.add").exists()


class TestOutbox:
    def test_a_given_up_email_is_sent_again(
        self, owner, client, django_capture_on_commit_callbacks
    ):
        email = an_email(given_up_at=timezone.now(), attempts=9, client_id=ClientFactory().pk)
        with django_capture_on_commit_callbacks() as woken:
            client.post(address(OutgoingEmail, "change", email.pk), {"_send_again": "x"})
        email.refresh_from_db()
        assert (email.given_up_at, email.attempts) == (None, 0)
        assert len(woken) == 1
        assert AuditEvent.objects.filter(action="admin.send_again").exists()

    def test_nothing_is_sent_to_whom_may_not_be_contacted(self, owner, client):
        nobody = ClientFactory(state="DO_NOT_CONTACT")
        email = an_email(given_up_at=timezone.now(), client_id=nobody.pk)
        page = client.post(
            address(OutgoingEmail, "change", email.pk), {"_send_again": "x"}, follow=True
        )
        assert "may not be contacted" in page.content.decode()
        email.refresh_from_db()
        assert email.given_up_at

    def test_a_sent_one_has_no_button(self, owner, client):
        email = an_email(sent_at=timezone.now())
        url = address(OutgoingEmail, "change", email.pk)
        assert "_send_again" not in client.get(url).content.decode()
        page = client.post(url, {"_send_again": "x"}, follow=True)
        assert "no longer possible" in page.content.decode()
        assert not AuditEvent.objects.filter(action="admin.send_again").exists()


class TestLinks:
    def test_a_link_is_revoked_once(self, owner, client):
        link = AccessLinkFactory()
        url = address(AccessLink, "change", link.pk)
        assert "_revoke" in client.get(url).content.decode()
        client.post(url, {"_revoke": "x"})
        link.refresh_from_db()
        assert link.revoked_at
        assert "_revoke" not in client.get(url).content.decode()

    def test_a_button_that_is_not_there(self, owner, client):
        url = address(AccessLink, "change", AccessLinkFactory().pk)
        assert client.post(url, {"_delete": "x"}).status_code == 403
        assert client.post(address(AccessLink, "change", 99), {"_revoke": "x"}).status_code == 403
