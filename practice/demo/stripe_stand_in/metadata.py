"""Metadata rules shared by everything that carries it."""

from typing import Any

from practice.demo.stripe_stand_in.errors import invalid

KEYS, KEY_LENGTH, VALUE_LENGTH = 50, 40, 500


def merged(old: dict[str, str], sent: Any) -> dict[str, str]:
    """``old`` with what was sent: an empty value removes a key, an empty string all of them. Raises 400 beyond
    50 keys, 40 characters a key, 500 a value."""
    if sent == "":
        return {}
    for name, value in sent.items():
        _check_lengths(name, value)
    both = {name: value for name, value in {**old, **sent}.items() if value}
    if len(both) > KEYS:
        raise invalid(f"Metadata can have up to {KEYS} keys", param="metadata")
    return both


def _check_lengths(name: str, value: str) -> None:
    if len(name) > KEY_LENGTH:
        raise invalid(
            f"Metadata keys can be up to {KEY_LENGTH} characters, you passed in '{name}'",
            param="metadata",
        )
    if len(value) > VALUE_LENGTH:
        message = f"Metadata values can have up to {VALUE_LENGTH} characters, but you passed in one with {len(value)}"
        raise invalid(message, param=f"metadata[{name}]")
