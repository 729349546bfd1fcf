"""Asking once, again, and no longer."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from billing.card_requests import (
    close_request_if_done,
    request_card,
    resend_request,
    revoke_request,
)
from billing.link_renewal import renew_link
from billing.mandates import end_mandate, record_mandate
from billing.models import CardRequest, MandateManner
from notifications.models import OutgoingEmail
from practice.refusals import Refused
from tests.billing.fixtures import BY
from tests.concurrency import at_once
from tests.factories import CardFactory, ClientFactory, MandateFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mails():
    return list(OutgoingEmail.objects.order_by("pk").values_list("name", flat=True))


def test_asking_twice_is_asking_once(relationship):
    first = request_card(payer=relationship.payer, by=BY, now=NOW)
    assert request_card(payer=relationship.payer, by=BY, now=NOW + timedelta(hours=1)) == first
    assert mails() == ["add_your_card"]


def test_something_more_to_agree_to_is_mailed_with_the_same_link(relationship):
    first = request_card(payer=relationship.payer, by=BY, now=NOW)
    RelationshipFactory(payer=relationship.payer)
    assert request_card(payer=relationship.payer, by=BY, now=NOW).link == first.link
    assert mails() == ["add_your_card", "add_your_card"]


def test_what_ended_and_is_asked_for_again_is_mailed_again(relationship):
    """The request stays open for another relationship; the list is what it was before."""
    RelationshipFactory(payer=relationship.payer)
    record = partial(
        record_mandate, relationship=relationship, manner=MandateManner.PHONE, by=BY, now=NOW
    )
    record()
    request_card(payer=relationship.payer, by=BY, now=NOW)
    assert mails().count("add_your_card") == 1
    end_mandate(relationship=relationship, is_narrowed=False, by=BY, now=NOW)
    record()
    request_card(payer=relationship.payer, by=BY, now=NOW)
    assert mails().count("add_your_card") == 2


def test_who_has_a_card_is_asked_to_agree(relationship):
    CardFactory(client=relationship.payer)
    request_card(payer=relationship.payer, by=BY, now=NOW)
    assert mails() == ["agree_to_pay"]


def test_an_expired_link_is_superseded(asked):
    newer = resend_request(payer=asked.payer, by=BY, now=asked.link.expires_at)
    asked.refresh_from_db()
    assert (asked.status, newer.status) == ("SUPERSEDED", "OPEN")
    asked.link.refresh_from_db()
    assert asked.link.revoked_at


def test_resending_twice_in_a_minute_sends_one_mail(asked):
    at = NOW.replace(second=1)
    for seconds in (0, 30):
        resend_request(payer=asked.payer, by=BY, now=at + timedelta(seconds=seconds))
    assert mails() == ["add_your_card", "add_your_card"]


def test_resending_is_refused_when_nothing_is_missing(relationship):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    with pytest.raises(Refused, match="Nothing is missing"):
        resend_request(payer=relationship.payer, by=BY, now=NOW)


@pytest.mark.parametrize(
    "trait", [{"email": ""}, {"state": "DO_NOT_CONTACT"}, {"state": "DECEASED"}]
)
def test_who_cannot_be_reached_is_not_asked(practice, trait):
    payer = ClientFactory(**trait)
    RelationshipFactory(payer=payer)
    with pytest.raises(Refused):
        request_card(payer=payer, by=BY, now=NOW)
    assert not CardRequest.objects.exists()


def test_revoking_ends_the_link(asked):
    revoke_request(request=asked, by=BY, now=NOW)
    revoke_request(request=asked, by=BY, now=NOW)
    asked.refresh_from_db()
    asked.link.refresh_from_db()
    assert asked.status == "REVOKED"
    assert asked.link.revoked_at == NOW


def test_closes_when_done_and_when_there_is_nothing_to_pay(asked, relationship):
    close_request_if_done(payer=asked.payer, by=BY, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "OPEN"
    CardFactory(client=asked.payer)
    MandateFactory(relationship=relationship)
    close_request_if_done(payer=asked.payer, by=BY, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "DONE"
    assert asked.link.is_usable(NOW)


def test_closes_as_revoked_when_the_last_relationship_is_gone(asked, relationship):
    type(relationship).objects.filter(pk=relationship.pk).update(payment_method="BY_INVOICE")
    close_request_if_done(payer=asked.payer, by=BY, now=NOW)
    asked.refresh_from_db()
    assert asked.status == "REVOKED"


def test_at_most_three_new_links_an_hour(asked):
    for minutes in range(1, 8):
        renew_link(link=asked.link, now=NOW + timedelta(minutes=minutes))
    assert len(mails()) == 3


@pytest.mark.django_db(transaction=True)
def test_simultaneous_requests_make_one(relationship):
    payer = relationship.payer
    answers = at_once([lambda: request_card(payer=payer, by=BY, now=NOW)] * 6)
    assert {type(answer) for answer in answers} == {CardRequest}
    assert len({answer.pk for answer in answers}) == 1
    assert mails() == ["add_your_card"]
