"""An unknown variable in one of our templates is a mistake, not an empty place."""

import sys
from pathlib import Path
from types import FrameType

from django.template.base import Node

OWN = str(Path(__file__).resolve().parent.parent / "templates")


class UnknownVariable(Exception):
    """A template shows what its view does not give."""


class RaiseIfOwn(str):
    """For `string_if_invalid`: raises in our templates; those of Django and allauth show nothing, as ever."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        template = template_of(sys._getframe(1))
        if template.startswith(OWN):
            raise UnknownVariable(f"{variable} in {template.removeprefix(OWN)}")
        return ""


def template_of(frame: FrameType | None) -> str:
    """The file of the node that is being shown, found among the callers."""
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""
