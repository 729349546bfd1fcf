"""What an attacker tries, and what must not come of it."""

import json
import os
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as project
from django.contrib import admin
from django.core import mail
from django.test import Client as Http
from django.urls import reverse

from clients.models import Client, Contact
from notifications.models import OutgoingEmail
from practice.models import Practice, ServiceType
from practice.team.models import User
from relationships.models import Relationship
from sessions.models import TherapySession
from tests.factories import PASSWORD, UserFactory
from tests.test_access import ROWS
from tests.world import World, build_world, own_views

ROOT = Path(project.BASE_DIR)
LOGIN = "/accounts/login/"
EVIL = "evil.example"


@pytest.fixture
def world(practice) -> World:
    return build_world()


@pytest.fixture
def therapist(world: World, client) -> User:
    """Signed in."""
    user = world.people["therapist"]
    assert user
    client.force_login(user)
    return user


@pytest.fixture
def member(practice) -> User:
    """Can sign in with the password, and has not yet."""
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(http: Http, user: User, password: str = PASSWORD, **more: str):
    return http.post(LOGIN, {"login": user.email, "password": password, **more})


class TestHeaders:
    @pytest.fixture(params=["staff page", "link page", "sign-in"])
    def answer(self, request, client, world):
        if request.param == "sign-in":
            return client.get(LOGIN)
        if request.param == "link page":
            return client.get(world.address("portal:add_card"))
        client.force_login(world.people["therapist"])
        return client.get(world.address("clients:client"))

    def test_scripts_and_styles_are_our_own_files(self, answer):
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
        assert "unsafe" not in policy
        assert "*" not in policy
        assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"

    def test_nothing_is_framed_guessed_or_kept(self, answer):
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]

    def test_addresses_are_told_to_nobody(self, answer):
        is_link = answer.request["PATH_INFO"].startswith("/l/")
        assert answer.headers["Referrer-Policy"] == ("no-referrer" if is_link else "same-origin")

    def test_errors_have_them_too(self, client, therapist):
        answer = client.get("/clients/999999999/")
        assert answer.status_code == 404
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]


PRODUCTION = {
    "DEBUG": "false",
    "DEMO": "false",
    "SITE_URL": "https://practice.example",
    "ALLOWED_HOSTS": "practice.example",
    "CSRF_TRUSTED_ORIGINS": "https://practice.example",
    "SECRET_KEY": "vT3-an-example-of-a-key-0vN6xw1Jr8Qm2Zs5Yd7Kc4Lb9Hf-of-many-letters",
    "STRIPE_SECRET_KEY": "sk_live_example",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_WEBHOOK_SECRET": "whsec_example",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "DEFAULT_FROM_EMAIL": "office@practice.example",
    "DJANGO_SETTINGS_MODULE": "practice.settings",
}
ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
http = Client(headers={"host": "practice.example"})
plain = http.get("/clients/?q=x")
secure = http.get("/clients/", headers={"x-forwarded-proto": "https"})
names = [
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY",
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SAMESITE",
]
print(json.dumps({
    "plain": [plain.status_code, plain.headers["Location"]],
    "hsts": secure.headers["Strict-Transport-Security"],
    **{name: getattr(settings, name) for name in names},
}))
"""


class TestProduction:
    @pytest.fixture
    def run(self, tmp_path):
        def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
            inherited = {name: os.environ[name] for name in ("PATH", "DATABASE_URL")}
            env = {**inherited, "LOCAL_DIR": str(tmp_path), **PRODUCTION, **changes}
            return subprocess.run(
                [sys.executable, *command],
                cwd=ROOT,
                env=env,
                check=False,
                capture_output=True,
                text=True,
                timeout=60,
            )

        return run

    def test_passes_the_deployment_check(self, run):
        done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
        assert done.returncode == 0, done.stderr

    def test_speaks_tls_only(self, run):
        done = run("-c", ASK)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["plain"] == [301, "https://practice.example/clients/?q=x"]
        assert said["hsts"] == "max-age=31536000; includeSubDomains; preload"
        assert said["SESSION_COOKIE_NAME"].startswith("__Host-")
        assert said["SESSION_COOKIE_SAMESITE"] == "Lax"
        assert all(said[name] for name in said if name.endswith(("_SECURE", "_HTTPONLY")))

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
            ({"STRIPE_API_BASE": "http://localhost:8002"}, "only be used with Stripe's own"),
            ({"STRIPE_API_BASE": f"https://api.stripe.com.{EVIL}"}, "only be used with Stripe's"),
            ({"DEMO": "true"}, "demo cannot be combined with a live"),
            ({"DEMO": "true", "STRIPE_SECRET_KEY": "rk_live_x"}, "demo cannot be combined with a"),
        ],
    )
    def test_refuses_to_start(self, run, changes, reason):
        done = run("-c", "import practice.settings", **changes)
        assert done.returncode != 0
        assert reason in done.stderr


class TestHost:
    def test_a_foreign_host_is_refused(self, client, practice):
        assert client.get(LOGIN, headers={"host": EVIL}).status_code == 400

    def test_links_in_mail_lead_to_the_practice(self, client, world, therapist):
        headers = {"host": "127.0.0.1", "x-forwarded-host": EVIL}
        asked = Relationship.objects.get(payer=world.links["ADD_CARD"].client)
        client.post(reverse("billing:resend_request", args=[asked.pk]), headers=headers)
        sent = OutgoingEmail.objects.get()
        assert f"{project.SITE_URL}/l/card/" in sent.text
        for part in (sent.text, sent.html):
            assert EVIL not in part
            assert "127.0.0.1" not in part

    def test_a_new_password_is_set_at_the_practice(self, client, member):
        headers = {"x-forwarded-host": EVIL}
        client.post(reverse("account_reset_password"), {"email": member.email}, headers=headers)
        assert len(mail.outbox) == 1
        assert EVIL not in mail.outbox[0].body


class TestSignIn:
    @pytest.fixture(autouse=True)
    def own_counters(self, settings):
        """Rate limits count in the cache: no other test's attempts here, none of these elsewhere."""
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "LOCATION": "sign-in",
            }
        }

    @pytest.mark.parametrize(
        "target",
        [f"https://{EVIL}/", f"//{EVIL}/", f"/\\{EVIL}", f"https:{EVIL}", "javascript:x()"],
    )
    def test_it_leads_nowhere_else(self, client, member, target):
        answer = sign_in(client, member, next=target)
        assert answer.status_code == 302
        assert answer.url == "/"

    def test_it_leads_on_to_where_one_was_going(self, client, member):
        assert sign_in(client, member, next="/clients/?q=sam").url == "/clients/?q=sam"

    def test_a_planted_sign_in_cookie_is_worth_nothing(self, client, member):
        planted = client.session
        planted["planted"] = True
        planted.save()
        client.cookies[project.SESSION_COOKIE_NAME] = planted.session_key
        sign_in(client, member)
        assert client.session.session_key != planted.session_key
        assert not planted.exists(planted.session_key)

    def test_its_cookie_is_for_the_server_only(self, client, member):
        cookie = sign_in(client, member).cookies[project.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["max-age"], "it ends with the browser"

    def test_guessing_ends_after_a_few_times(self, client, member):
        for guess in range(10):
            sign_in(client, member, password=f"guess-{guess}")
        answer = sign_in(client, member)
        assert answer.status_code in (200, 429)
        assert "_auth_user_id" not in client.session

    def test_an_unknown_address_gets_the_answer_of_a_wrong_password(self, client, member):
        wrong = sign_in(client, member, password="wrong")
        member.email = "nobody@example.com"
        unknown = sign_in(client, member, password="wrong")
        assert wrong.context["form"].errors == unknown.context["form"].errors

    def test_nobody_signs_up(self, client, practice):
        form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
        client.get(reverse("account_signup"))
        client.post(reverse("account_signup"), form)
        assert not User.objects.exists()

    def test_who_has_left_does_not_get_in(self, client, member):
        User.objects.update(is_active=False)
        sign_in(client, member)
        assert "_auth_user_id" not in client.session


class TestAdmin:
    @pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/clients/client/"])
    def test_is_entered_through_the_one_sign_in(self, client, practice, address):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0].startswith(LOGIN)
        assert "account/login.html" in [one.name for one in answer.templates]

    def test_is_not_for_everybody(self, client, therapist):
        assert client.get("/admin/", follow=True).status_code in (403, 404)


class TestForgedPosts:
    STAFF = [name for name in ROWS if not name.startswith(("portal:", "billing:stripe_webhook"))]

    @pytest.mark.parametrize("name", STAFF)
    def test_another_site_cannot_post_for_staff(self, world, name):
        http = Http(enforce_csrf_checks=True)
        http.force_login(world.people["owner"])
        assert http.post(world.address(name)).status_code == 403

    @pytest.mark.parametrize("name", ["account_login", "account_logout", "account_reset_password"])
    def test_nor_sign_anybody_in_or_out(self, practice, name):
        http = Http(enforce_csrf_checks=True)
        http.force_login(UserFactory())
        assert http.post(reverse(name)).status_code == 403

    def test_what_needs_no_token_takes_no_cookie_for_a_right_either(self):
        """The webhook is signed; behind an e-mailed link its secret is the right (portal/pages.py)."""
        views = own_views()
        exempt = {name for name in views if getattr(views[name].callback, "csrf_exempt", False)}
        assert {name for name in exempt if not name.startswith("portal:")} == {
            "billing:stripe_webhook"
        }


NASTY = "<img src=x onerror=alert(1)>"


class TestMarkup:
    """Whatever people type is shown as they typed it, and does nothing."""

    @pytest.fixture
    def nasty(self, world: World) -> World:
        names = {"first_name": NASTY, "last_name": NASTY, "search_name": NASTY, "sort_name": NASTY}
        Client.objects.update(**names, pronouns=NASTY, address=NASTY)
        User.objects.update(name=NASTY)
        ServiceType.objects.update(name=NASTY)
        TherapySession.objects.update(place=NASTY)
        Relationship.objects.update(not_paid_reason=NASTY)
        Practice.objects.update(name=NASTY, phone=NASTY, address=NASTY)
        return world

    @pytest.mark.parametrize("name", ROWS)
    def test_on_our_pages(self, client, nasty, name):
        client.force_login(nasty.people["owner"])
        page = client.get(nasty.address(name)).content.decode()
        assert NASTY not in page

    def test_it_is_there_though(self, client, nasty):
        client.force_login(nasty.people["owner"])
        assert escape(NASTY) in client.get(nasty.address("clients:client")).content.decode()

    @pytest.mark.parametrize(
        "model", [Client, Contact, Relationship, TherapySession, User, Practice, ServiceType]
    )
    def test_in_the_admin(self, client, nasty, model):
        client.force_login(UserFactory(admin=True))
        base = f"admin:{model._meta.label_lower.replace('.', '_')}"
        assert model in admin.site._registry
        for address in (
            reverse(f"{base}_changelist"),
            reverse(f"{base}_change", args=[model.objects.first().pk]),
        ):
            assert NASTY not in client.get(address).content.decode()
