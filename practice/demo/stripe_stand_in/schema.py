"""Checks a request against the typed parameter classes of the installed ``stripe`` package, nested.

Whatever the package has no field for is refused as Stripe refuses it, so the stand-in cannot become more lenient
than the real thing when the package moves on.
"""

import types
import typing
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from typing import Any

import typing_extensions
from stripe import RequestOptions

from practice.demo.stripe_stand_in.errors import Refusal, invalid
from practice.demo.stripe_stand_in.store import Json

# Names the package imports for type checkers only, needed to read its annotations at run time.
NAMES = {**vars(typing), "StripeContext": object}
NOT_SENT = frozenset(RequestOptions.__annotations__)
WRAPPERS = (
    typing.NotRequired,
    typing.Required,
    typing_extensions.NotRequired,
    typing_extensions.Required,
)


def parameter_class(name: str) -> type:
    """``"RefundCreateParams"`` or ``"checkout.SessionCreateParams"`` of ``stripe.params``."""
    module, _, last = f"stripe.params.{name}".rpartition(".")
    found: type = getattr(import_module(module), last)
    return found


@cache
def fields(shape: type) -> dict[str, Any]:
    """The names that may be sent and their types."""
    hints = typing.get_type_hints(shape, localns=NAMES, include_extras=True)
    return {name: hint for name, hint in hints.items() if not _is_option(shape, name)}


def check(shape: type, given: Json, path: str = "") -> Json:
    """The parameters as Python values (integers, booleans, lists). Raises 400 for the first thing Stripe would
    refuse: an unknown name, a missing one, a wrong type."""
    known = fields(shape)
    unknown = [_join(path, name) for name in given if name not in known]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        message = f"Received unknown parameter{plural}: {', '.join(unknown)}"
        raise invalid(message, param=unknown[0], code="parameter_unknown")
    required: frozenset[str] = getattr(shape, "__required_keys__", frozenset())
    for name in sorted(required - set(given)):
        where = _join(path, name)
        raise invalid(f"Missing required param: {where}.", param=where, code="parameter_missing")
    return {name: _value(known[name], value, _join(path, name)) for name, value in given.items()}


def _is_option(shape: type, name: str) -> bool:
    return name in NOT_SENT and RequestOptions in getattr(shape, "__orig_bases__", ())


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(hint: Any, given: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in WRAPPERS:
        return _value(typing.get_args(hint)[0], given, path)
    if origin in (typing.Union, types.UnionType):
        return _one_of(typing.get_args(hint), given, path)
    if origin is list:
        return _list(typing.get_args(hint)[0], given, path)
    if origin is dict:
        return _strings(given, path)
    if origin is typing.Literal:
        return _choice(typing.get_args(hint), given, path)
    if _is_shape(hint):
        return check(hint, _group(given, path), path)
    return _plain(hint, given, path)


def _one_of(options: Sequence[Any], given: Any, path: str) -> Any:
    """The option that fits. The package types an open list of choices as ``Literal[...] | str``: the API version
    it pins knows only those choices, so a bare ``str`` beside them does not count."""
    choices = [choice for option in options for choice in _choices(option)]
    others = [
        option
        for option in options
        if not _choices(option) and not _ignored(option, closed=any(choices))
    ]
    if not others or (isinstance(given, str) and given in choices):
        return _choice(choices, given, path)
    fitting = [option for option in others if _takes_group(option) == isinstance(given, dict)]
    return _value((fitting or others)[0], given, path)


def _choices(option: Any) -> tuple[Any, ...]:
    return typing.get_args(option) if typing.get_origin(option) is typing.Literal else ()


def _ignored(option: Any, *, closed: bool) -> bool:
    name = getattr(option, "__name__", "")
    return option is type(None) or name == "UntypedStripeObject" or (option is str and closed)


def _takes_group(option: Any) -> bool:
    return typing.get_origin(option) in (list, dict) or _is_shape(option)


def _is_shape(hint: Any) -> bool:
    return typing_extensions.is_typeddict(hint)


def _choice(choices: Sequence[str], given: Any, path: str) -> str:
    if not isinstance(given, str) or given not in choices:
        if any(choices) and given != "":
            raise invalid(
                f"Invalid {path}: must be one of {', '.join(c for c in choices if c)}", param=path
            )
        raise _empty(path) if given == "" else invalid(f"Invalid string: {given}", param=path)
    return given


def _group(given: Any, path: str) -> Json:
    if not isinstance(given, dict):
        raise invalid(f"Invalid object: {given!r} is not an object", param=path)
    return given


def _list(hint: Any, given: Any, path: str) -> list[Any]:
    if not isinstance(given, dict) or not all(index.isdigit() for index in given):
        raise invalid("Invalid array", param=path)
    ordered = sorted(given.items(), key=lambda pair: int(pair[0]))
    return [_value(hint, value, f"{path}[{index}]") for index, value in ordered]


def _strings(given: Any, path: str) -> dict[str, str]:
    return {
        name: _text(value, _join(path, name), empty=True)
        for name, value in _group(given, path).items()
    }


def _plain(hint: Any, given: Any, path: str) -> Any:
    if isinstance(given, dict):
        raise invalid(f"Invalid {_word(hint)}: {given}", param=path)
    if hint is int:
        return _integer(given, path)
    if hint is bool:
        return _boolean(given, path)
    if hint in (float, Decimal):
        return _decimal(given, path)
    if hint is str:
        return _text(given, path)
    raise TypeError(
        f"The stripe package types {path} as {hint!r}, which the stand-in cannot read yet."
    )


def _word(hint: Any) -> str:
    return {int: "integer", bool: "boolean", str: "string"}.get(hint, "decimal")


def _integer(given: str, path: str) -> int:
    if not given.removeprefix("-").isascii() or not given.removeprefix("-").isdigit():
        raise invalid(f"Invalid integer: {given}", param=path, code="parameter_invalid_integer")
    return int(given)


def _boolean(given: str, path: str) -> bool:
    if given not in ("true", "false"):
        raise invalid(f"Invalid boolean: {given}", param=path)
    return given == "true"


def _decimal(given: str, path: str) -> str:
    try:
        Decimal(given)
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {given}", param=path) from None
    return given


def _text(given: Any, path: str, *, empty: bool = False) -> str:
    if not isinstance(given, str):
        raise invalid(f"Invalid string: {given}", param=path)
    if not given and not empty:
        raise _empty(path)
    return given


def _empty(path: str) -> Refusal:
    message = (
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however "
        f"'{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value."
    )
    return invalid(message, param=path, code="parameter_invalid_empty")
