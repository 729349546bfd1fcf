"""The same people as in the tests of relationships."""

from tests.relationships.conftest import (
    attendee,
    colleague,
    payer,
    relationship,
    therapist,
    with_card,
)

__all__ = [
    "attendee",
    "colleague",
    "payer",
    "relationship",
    "therapist",
    "with_card",
]
