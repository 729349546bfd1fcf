"""Each route is what the installed stripe package says it is."""

import inspect
import re
import typing
from operator import attrgetter

import pytest
import stripe

from practice.demo.stripe_stand_in.route import Route
from practice.demo.stripe_stand_in.routes import ROUTES
from practice.demo.stripe_stand_in.schema import fields, parameter_class

SERVICES = stripe.StripeClient("sk_test_tests").v1

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.service)


def nested(hint: typing.Any) -> list[typing.Any]:
    if typing.is_typeddict(hint) or hasattr(hint, "__required_keys__"):
        return [hint]
    return [shape for argument in typing.get_args(hint) for shape in nested(argument)]


@each_route
def test_the_library_sends_it_there(route: Route):
    source = inspect.getsource(attrgetter(route.service)(SERVICES))
    assert f'"{route.verb.lower()}"' in source
    assert re.sub(r"{\w+}", "{}", route.path) in re.sub(r"{\w+}", "{}", source)


@each_route
def test_the_library_types_its_parameters_so(route: Route):
    annotation = (
        inspect.signature(attrgetter(route.service)(SERVICES)).parameters["params"].annotation
    )
    assert route.shape.rpartition(".")[2] in re.findall(r"\w+", str(annotation))


@each_route
def test_the_library_knows_what_is_modelled(route: Route):
    assert route.modelled - {"expand"} <= set(fields(route.parameters))


@each_route
def test_every_nested_parameter_can_be_read(route: Route):
    seen: set[typing.Any] = set()
    ahead = [parameter_class(route.shape)]
    while ahead:
        shape = ahead.pop()
        if shape not in seen:
            seen.add(shape)
            ahead += [inner for hint in fields(shape).values() for inner in nested(hint)]
    assert seen
