"""Owners, practice managers and users of the admin cannot do without a second factor."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings as project
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.team.two_factor import HAS_ONE, REASON
from tests.factories import PASSWORD, UserFactory
from tests.world import build_world

TODAY, ADMIN, ACTIVATE = reverse("today"), reverse("admin:index"), reverse("mfa_activate_totp")
SECRET = "JBSWY3DPEHPK3PXP"
FORCED = [{"owner": True}, {"manager": True}, {"is_staff": True}]
OFFERED = [{}, {"biller": True}, {"scheduler": True}, {"is_supervisor": True}]


@pytest.fixture(autouse=True)
def required(settings, practice):
    settings.TWO_FACTOR_REQUIRED = True


def browser_of(**who) -> Browser:
    browser = Browser()
    browser.force_login(UserFactory(**who))
    return browser


def add_one(browser) -> None:
    TOTP.activate(browser.get(reverse("mfa_index")).wsgi_request.user, SECRET)


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.mark.parametrize("who", FORCED)
@pytest.mark.parametrize("address", [TODAY, reverse("clients:list"), ADMIN])
def test_without_one_every_page_leads_to_adding_one(who, address):
    answer = browser_of(**who).get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, ACTIVATE)


@pytest.mark.parametrize("who", OFFERED)
def test_the_others_are_offered_it(who):
    browser = browser_of(**who)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(TODAY).status_code == 200
    assert "mfa_authenticator" not in str(captured.captured_queries)


def test_nobody_is_forced_where_it_is_switched_off(settings):
    settings.TWO_FACTOR_REQUIRED = False
    assert browser_of(owner=True).get(TODAY).status_code == 200


def test_the_walk_from_a_password_to_the_first_page():
    """Led to it, asked for the password again, told why; the app's six digits; then in."""
    browser = browser_of(owner=True, is_staff=True)
    answer = browser.get(TODAY, follow=True)
    asked, _ = answer.redirect_chain[-1]
    assert asked.startswith(reverse("account_reauthenticate"))
    assert REASON in answer.content.decode()
    answer = browser.post(asked, {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == ACTIVATE
    code = code_of(answer.context["form"].secret)
    answer = browser.post(ACTIVATE, {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert browser.get(TODAY).status_code == 200
    assert browser.get(ADMIN).status_code == 200


@pytest.mark.parametrize("who", FORCED)
def test_with_one_it_is_asked_for_once(who):
    browser = browser_of(**who)
    add_one(browser)
    address = ADMIN if "is_staff" in who else TODAY
    with CaptureQueriesContext(connection) as first:
        assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as second:
        assert browser.get(address).status_code == 200
    asked = [str(one.captured_queries).count("mfa_authenticator") > 0 for one in (first, second)]
    assert asked == [True, False]


def test_who_removes_the_last_one_adds_another():
    browser = browser_of(owner=True)
    add_one(browser)
    browser.get(TODAY)
    assert browser.session[HAS_ONE]
    Authenticator.objects.all().delete()
    browser.post(reverse("mfa_deactivate_totp"))
    assert browser.get(TODAY).headers["Location"] == ACTIVATE


@pytest.mark.parametrize(
    "name", ["account_logout", "account_email", "mfa_index", "mfa_add_webauthn"]
)
def test_the_way_out_and_the_way_in_stay_open(name):
    assert browser_of(owner=True).get(reverse(name)).headers.get("Location") != ACTIVATE


@pytest.mark.parametrize("name", ["account_logout", "admin:logout"])
def test_they_can_sign_out(name):
    browser = browser_of(owner=True, is_staff=True)
    browser.post(reverse(name))
    assert "_auth_user_id" not in browser.session


def test_pages_behind_links_are_nobodys_sign_in():
    world = build_world()
    answer = browser_of(owner=True).get(world.address("portal:add_card"))
    assert answer.status_code == 200


def test_forms_sent_without_one_do_nothing():
    world = build_world()
    answer = browser_of(owner=True).post(
        world.address("sessions:cancel"), {"cancelled_by": "client"}
    )
    assert answer.headers["Location"] == ACTIVATE
    world.upcoming.refresh_from_db()
    assert not world.upcoming.is_cancelled


def test_it_stands_behind_the_messages_and_the_sign_in():
    order = project.MIDDLEWARE
    mine = order.index("practice.team.two_factor.TwoFactorMiddleware")
    assert mine > order.index("django.contrib.auth.middleware.LoginRequiredMiddleware")
    assert mine > order.index("django.contrib.messages.middleware.MessageMiddleware")
