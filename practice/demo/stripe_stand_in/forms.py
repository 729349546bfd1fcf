"""Form encoding as stripe-python writes it: ``a[b][0]=c`` becomes ``{"a": {"b": {"0": "c"}}}``."""

import re
from urllib.parse import parse_qsl

from practice.demo.stripe_stand_in.errors import invalid
from practice.demo.stripe_stand_in.store import Json

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(text: str) -> Json:
    """Nested dictionaries of strings; lists are still dictionaries keyed by their index. Raises 400 when a name
    is malformed or is used both for a value and for a group."""
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _place(tree, _steps(name), name, value)
    return tree


def _steps(name: str) -> list[str]:
    match = NAME.fullmatch(name)
    if match is None:
        raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def _place(tree: Json, steps: list[str], name: str, value: str) -> None:
    branch = tree
    for step in steps[:-1]:
        branch = branch.setdefault(step, {})
        if not isinstance(branch, dict):
            raise invalid(f"Invalid object: {name} is both a value and a group", param=name)
    last = steps[-1] or str(len(branch))
    if last in branch:
        raise invalid(f"The parameter {name} was given twice", param=name)
    branch[last] = value
