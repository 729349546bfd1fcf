from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from practice.models import Practice, ServiceType
from tests.factories import ServiceTypeFactory
from tests.violations import violates


def test_there_is_one_practice(practice):
    with violates("practice_is_one_row"):
        Practice.objects.create(pk=2, name="Another", email="another@example.com")


def test_the_consent_age_is_not_above_majority(practice):
    with violates("practice_consent_age_up_to_majority"):
        Practice.objects.update(consent_age=19, age_of_majority=18)


def test_a_fee_is_not_below_zero(db):
    kind = ServiceTypeFactory()
    with violates("service_type_fee_not_negative"):
        ServiceType.objects.filter(pk=kind.pk).update(fee=Decimal("-0.01"))


def test_a_time_zone_is_one_that_exists(practice):
    practice.time_zone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="not the name of a time zone"):
        practice.full_clean()
