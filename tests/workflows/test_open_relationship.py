import pytest

from billing.models import CardRequest
from clients.models import CareTeamMember
from practice.refusals import Refused
from relationships.actions import PaymentTerms
from relationships.models import PayerPlan, PaymentMethod
from tests.factories import BY, CardFactory, ClientFactory, MandateFactory
from workflows.open_relationship import open_relationship


def open_it(therapist, attendee, payer, now, **terms):
    return open_relationship(
        therapist=therapist,
        attendee=attendee,
        payer=payer,
        terms=PaymentTerms(**terms),
        by=BY,
        now=now,
    )


def test_the_payer_is_asked_for_a_card(therapist, attendee, payer, now):
    opened = open_it(therapist, attendee, payer, now)
    assert CardRequest.objects.open().get().payer == payer
    assert PayerPlan.objects.get().default == opened


def test_paying_opens_no_profile(therapist, attendee, payer, now):
    open_it(therapist, attendee, payer, now)
    assert CareTeamMember.objects.get().client == attendee


def test_twice_is_once(therapist, attendee, payer, now):
    assert open_it(therapist, attendee, payer, now) == open_it(therapist, attendee, payer, now)


def test_one_request_for_two_children(therapist, attendee, payer, now):
    open_it(therapist, attendee, payer, now)
    open_it(therapist, ClientFactory(), payer, now)
    assert CardRequest.objects.count() == 1


def test_a_card_on_file_is_not_an_agreement(therapist, attendee, payer, now):
    CardFactory(client=payer)
    MandateFactory(relationship__payer=payer)
    open_it(therapist, attendee, payer, now)
    assert CardRequest.objects.open().exists()


def test_by_invoice_nothing_is_asked(therapist, attendee, payer, now):
    open_it(therapist, attendee, payer, now, payment_method=PaymentMethod.BY_INVOICE)
    assert not CardRequest.objects.exists()


def test_without_an_address_nobody_pays_by_card(therapist, attendee, now):
    with pytest.raises(Refused, match="no e-mail"):
        open_it(therapist, attendee, ClientFactory(unreachable=True), now)


def test_a_child_does_not_pay(therapist, attendee, now):
    attendee.date_of_birth = now.date().replace(year=now.year - 12, day=1)
    attendee.save()
    with pytest.raises(Refused, match="may pay"):
        open_it(therapist, attendee, attendee, now)
