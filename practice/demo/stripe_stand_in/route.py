"""One kind of request."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.schema import parameter_class
from practice.demo.stripe_stand_in.store import Json


@dataclass(frozen=True)
class Route:
    """One request. ``service`` names the method on ``client.v1``; ``shape`` its class in ``stripe.params``;
    ``modelled`` the parameters the stand-in acts on. The others it refuses instead of ignoring them."""

    verb: str
    path: str
    service: str
    shape: str
    modelled: frozenset[str]
    act: Callable[[Call], Json]

    @property
    def parameters(self) -> type:
        """The typed parameters."""
        return parameter_class(self.shape)

    def ids(self, path: str) -> tuple[str, ...] | None:
        """The ids in an address of this route, None for another route's address."""
        match = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", self.path), path)
        return match.groups() if match else None


def route(
    request: str, service: str, shape: str, modelled: str, act: Callable[[Call], Json]
) -> Route:
    """A row of the table; ``request`` is verb and path, ``modelled`` words."""
    verb, path = request.split()
    return Route(verb, path, service, shape, frozenset(["expand", *modelled.split()]), act)
