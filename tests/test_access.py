"""Who gets what of every address of ours: a new address fails here until its row is written."""

import pytest

from practice.audit.models import AuditEvent
from tests.world import ROLES, build_world, own_views, pattern_of

SIGN_IN = "/accounts/login/"

# What a GET gives to: signed out, owner, therapist of the relationship, colleague of the care team, other
# therapist, biller, scheduler. in: sent to sign in. 303: on to another page. 404: nothing to be known of.
# 405: POST only.
TABLE = """
today                          in  200 200 200 200 200 200
practice_settings              in  200 404 404 404 404 404
clients:list                   in  200 200 200 200 200 200
clients:add                    in  200 200 200 200 404 404
clients:client                 in  200 200 200 404 404 404
clients:relationships          in  200 200 200 404 404 404
clients:sessions               in  200 200 200 404 404 404
clients:edit                   in  200 200 200 404 404 404
clients:add_contact            in  200 200 200 404 404 404
clients:edit_contact           in  200 200 200 404 404 404
clients:remove_contact         in  405 405 405 405 405 405
relationships:start_new        in  200 200 200 200 404 404
relationships:start            in  200 200 200 404 404 404
relationships:relationship     in  200 200 200 404 404 404
relationships:migrate          in  200 200 404 404 404 404
relationships:end              in  200 200 404 404 404 404
relationships:restart          in  200 200 404 404 404 404
sessions:session               in  200 200 200 404 404 404
sessions:reschedule            in  200 200 404 404 404 404
sessions:cancel                in  200 200 404 404 404 404
sessions:move                  in  200 200 404 404 404 404
sessions:rebook                in  200 200 404 404 404 404
sessions:create                in  200 200 404 404 404 404
billing:stripe_webhook         405 405 405 405 405 405 405
billing:resend_request         in  405 405 405 405 405 405
billing:copy_link              in  405 405 405 405 405 405
billing:revoke_request         in  405 405 405 405 405 405
billing:record_mandate         in  200 200 404 404 404 404
portal:add_card                200 200 200 200 200 200 200
portal:add_card_return         303 303 303 303 303 303 303
portal:add_card_cancelled      200 200 200 200 200 200 200
portal:not_me                  200 200 200 200 200 200 200
portal:send_new_link           200 200 200 200 200 200 200
portal:your_card               200 200 200 200 200 200 200
portal:your_card_return        303 303 303 303 303 303 303
portal:remove_card             200 200 200 200 200 200 200
portal:withdraw_agreement      200 200 200 200 200 200 200
portal:not_right               200 200 200 200 200 200 200
"""
ROWS = {name: answers for name, *answers in map(str.split, TABLE.strip().splitlines())}

# Pages behind an e-mailed link, which is the authority; Stripe signs what it sends to the webhook.
PUBLIC = {name for name in ROWS if name.startswith("portal:")} | {"billing:stripe_webhook"}
DEMO = {"demo:mail", "demo:mail_one", "demo:mail_html", "demo:mail_file"}


def row_of(name: str, role: str) -> str:
    return ROWS[name][ROLES.index(role)]


def given(answer) -> str:
    if answer.status_code == 302 and answer.url.startswith(SIGN_IN):
        return "in"
    return str(answer.status_code)


@pytest.fixture
def world(practice):
    return build_world()


def test_every_address_has_a_row():
    assert set(own_views()) - DEMO == set(ROWS)


def test_public_addresses_are_public_by_name():
    """`LoginRequiredMiddleware` asks for a sign-in at all others."""
    views = own_views()
    public = {name for name in views if not getattr(views[name].callback, "login_required", True)}
    assert public - DEMO == PUBLIC


@pytest.mark.parametrize("name", ROWS)
def test_who_gets_what(client, world, name):
    found = []
    for role in ROLES:
        client.logout()
        if user := world.people[role]:
            client.force_login(user)
        found.append(given(client.get(world.address(name))))
    assert found == ROWS[name]


WITH_IDS = [name for name in ROWS if "<" in pattern_of(name) and not name.startswith("portal:")]


@pytest.mark.parametrize("name", WITH_IDS)
@pytest.mark.parametrize("stranger", ["other", "biller", "scheduler"])
def test_a_strangers_post_finds_nothing(client, world, name, stranger):
    client.force_login(world.people[stranger])
    assert given(client.post(world.address(name), {"confirmed": "1"})) in {"404", "405"}
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", WITH_IDS)
def test_without_signing_in_a_post_is_sent_to_sign_in(client, world, name):
    assert given(client.post(world.address(name))) == "in"


MANAGING = [
    name for name in WITH_IDS if name.startswith("billing:") or row_of(name, "colleague") == "404"
]


@pytest.mark.parametrize("name", MANAGING)
def test_a_colleague_may_look_but_not_manage(client, world, name):
    client.force_login(world.people["colleague"])
    assert given(client.post(world.address(name), {"confirmed": "1"})) == "404"
    assert not AuditEvent.objects.exists()
