"""The database refuses the impossible, people are told why, and each column is known for what it says."""

import pytest
from django.db import models

from practice.columns import COLUMNS, Kind, kind_of
from tests.conventions.source import own_models, suite

MODELS = {model._meta.label: model for model in own_models()}
CONSTRAINTS = {one.name: one for model in MODELS.values() for one in model._meta.constraints}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_has_a_sentence_for_people(name):
    constraint = CONSTRAINTS[name]
    said = str(constraint.violation_error_message)
    assert said != str(models.CheckConstraint.default_violation_error_message)
    assert said[0].isupper(), said
    assert said.endswith("."), said


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_has_a_test_that_violates_it(name):
    assert f'"{name}"' in suite(), f'Write a test with `with violates("{name}"):`.'


@pytest.mark.parametrize("label", MODELS)
def test_every_column_is_classified_once(label):
    meta = MODELS[label]._meta
    ours = [*meta.fields, *meta.many_to_many]
    classified = [name for names in COLUMNS[label].values() for name in names.split()]
    assert sorted(classified) == sorted(field.name for field in ours)


def test_no_vanished_model_is_classified():
    assert set(COLUMNS) == set(MODELS)


def test_an_unclassified_column_is_no_ones_guess():
    assert kind_of("clients.Client", "first_name") == Kind.PERSONAL
    with pytest.raises(KeyError):
        kind_of("clients.Client", "shoe_size")


@pytest.mark.parametrize("label", MODELS)
def test_a_row_goes_only_with_a_reason(label):
    """`on_delete=PROTECT` unless a comment says why not (DESIGN 5): listed here with what it is part of."""
    parts = {"billing.CardSetupAgreement.setup"}
    for field in MODELS[label]._meta.fields:
        if isinstance(field, models.ForeignKey):
            is_part = f"{label}.{field.name}" in parts
            assert field.remote_field.on_delete is (models.CASCADE if is_part else models.PROTECT)


@pytest.mark.parametrize("label", MODELS)
def test_a_model_says_what_a_row_is(label):
    said = MODELS[label].__doc__ or ""
    assert not said.startswith(f"{MODELS[label].__name__}("), "Django's own docstring"
    assert "." in said


@pytest.mark.parametrize("label", MODELS)
def test_times_end_in_at_and_dates_in_on(label):
    known = {"AuditEvent.at", "User.last_login", "Client.date_of_birth"}
    for field in MODELS[label]._meta.fields:
        ending = {"DateTimeField": "_at", "DateField": "_on"}.get(field.get_internal_type(), "")
        name = f"{field.model.__name__}.{field.name}"
        assert name in known or field.name.endswith(ending), name


@pytest.mark.parametrize("label", MODELS)
def test_money_is_decimal(label):
    floats = [one.name for one in MODELS[label]._meta.fields if isinstance(one, models.FloatField)]
    assert not floats
