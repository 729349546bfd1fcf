from datetime import date

import pytest

from clients.models import Client
from relationships.actions import PaymentTerms
from relationships.models import Relationship
from workflows.start_relationship import Start, start_relationship

CHILD = {"first_name": "Mia", "last_name": "Hart", "date_of_birth": date(2012, 5, 1)}
PARENT = {"first_name": "Nora", "last_name": "Hart", "email": "nora@example.com"}


@pytest.mark.parametrize("is_manager", [False, True])
def test_a_second_press_finds_what_the_first_made(therapist, now, is_manager):
    presser = therapist
    if is_manager:
        presser = type(therapist).objects.create(
            email="manager@example.com", name="M", is_practice_manager=True
        )
    start = Start(
        therapist=therapist,
        attendee=dict(CHILD),
        payer=dict(PARENT),
        terms=PaymentTerms(),
        relation="MOTHER",
    )
    first = start_relationship(start=start, user=presser, now=now)
    assert start_relationship(start=start, user=presser, now=now) == first
    assert Client.objects.count() == 2
    assert Relationship.objects.count() == 1
