"""What is measured: whose requests, to which addresses, and the multiple of the null view they may cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

import psycopg

from benchmarks import plan
from benchmarks.databases import Database
from benchmarks.visitor import Visit, Visitor, hidden_and_ticked

SHOWN = 30
TODAY = datetime.now(UTC).date()
NULL = "null view"
PREFIXES = ("s", "ma", "jo", "smi", "o'c", "john", "taylor s", "margaret jones", "zo", "qx")


@dataclass(frozen=True)
class Scene:
    """One row of the table. `visits` gives requests without end; `per_round` of them make a round."""

    name: str
    visits: Iterator[Visit]
    target: float | None
    per_round: int = SHOWN


def scenes(database: Database, visitor: Visitor) -> list[Scene]:
    """All that is measured on one practice, the null view first."""
    with psycopg.connect(database.url()) as connection:
        ids = _Ids(connection)
        return [
            Scene(NULL, cycle([Visit(plan.FIRST_THERAPIST, "/null/")]), None),
            *_lists(),
            *_pages(ids),
            *_searches(),
            Scene("book a session", _bookings(ids), 4, 12),
            Scene("confirm a migration", _migrations(ids, visitor), 4, 12),
        ]


def _lists() -> list[Scene]:
    def same(user: int, path: str) -> Iterator[Visit]:
        return cycle([Visit(user, path)])

    return [
        Scene("clients list, 50 rows: caseload of 500", same(plan.FIRST_THERAPIST, "/clients/"), 6),
        Scene("clients list, 50 rows: 10,000", same(plan.BUSY_THERAPIST, "/clients/"), 6),
        Scene("clients list, 50 rows: the whole practice", same(plan.OWNER, "/clients/"), 6),
        Scene(
            "clients list, no card: the whole practice",
            same(plan.OWNER, "/clients/?show=no-card"),
            None,
        ),
    ]


def _pages(ids: "_Ids") -> list[Scene]:
    def each(path: str, numbers: list[int]) -> Iterator[Visit]:
        return cycle([Visit(plan.FIRST_THERAPIST, path.format(number)) for number in numbers])

    return [
        Scene("client: overview", each("/clients/{}/", ids.clients), 6),
        Scene("client: relationships", each("/clients/{}/relationships/", ids.clients), 6),
        Scene("client: sessions", each("/clients/{}/sessions/", ids.clients), 6),
        Scene("relationship", each("/relationships/{}/", ids.relationships), 6),
        Scene("session", each("/sessions/{}/", ids.sessions), 6),
    ]


def _searches() -> list[Scene]:
    def each(user: int) -> Iterator[Visit]:
        return cycle(
            [Visit(user, f"/clients/?q={prefix.replace(' ', '+')}") for prefix in PREFIXES]
        )

    return [
        Scene("search a name: caseload of 500", each(plan.FIRST_THERAPIST), 8),
        Scene("search a name: caseload of 10,000", each(plan.BUSY_THERAPIST), 8),
        Scene("search a name: the whole practice", each(plan.OWNER), 8),
    ]


class _Ids:
    """Rows that requests are about: the same places in a practice of any size."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        of_therapist = (
            "SELECT {} FROM {} WHERE therapist_id = %s AND {} ORDER BY attendee_id LIMIT %s"
        )

        def column(text: str) -> list[int]:
            values = [plan.FIRST_THERAPIST, SHOWN]
            return [number for (number,) in connection.execute(text, values)]

        relationship = "relationships_relationship"
        self.clients = column(of_therapist.format("attendee_id", relationship, "ended_at IS NULL"))
        self.relationships = column(of_therapist.format("id", relationship, "TRUE"))
        self.sessions = column(
            of_therapist.format(
                "s.id",
                f"therapy_sessions_therapysession s JOIN {relationship} r ON r.id = relationship_id",
                "TRUE",
            ).replace("WHERE therapist_id", "WHERE s.therapist_id")
        )
        self.bookable = connection.execute(_BOOKABLE).fetchall()
        self.migratable = connection.execute(_MIGRATABLE).fetchall()


_WEEKLY = """
SELECT r.id, r.therapist_id FROM relationships_relationship r
WHERE r.ended_at IS NULL AND r.payment_method = 'BY_CARD'
  AND (SELECT count(*) FROM therapy_sessions_therapysession s
       WHERE s.relationship_id = r.id AND s.status = 'SCHEDULED') = 4
"""
_BOOKABLE = (
    _WEEKLY
    + """
  AND r.payer_id = r.attendee_id
  AND EXISTS (SELECT FROM billing_mandate m WHERE m.relationship_id = r.id)
ORDER BY r.id LIMIT 300
"""
)
_MIGRATABLE = (
    _WEEKLY
    + """
  AND r.payer_id <> r.attendee_id
  AND (SELECT date_of_birth FROM clients_client c WHERE c.id = r.attendee_id) < now() - interval '17 years'
ORDER BY r.id LIMIT 300
"""
)


def _bookings(ids: _Ids) -> Iterator[Visit]:
    """A session each, for one client after the other, in a week that is still empty."""
    first_on = TODAY + timedelta(weeks=10)
    for number in count():
        relationship, therapist = ids.bookable[number % len(ids.bookable)]
        fields = {
            "service_type": "1",
            "first_on": str(first_on + timedelta(days=number // 10)),
            "at": f"{8 + number % 10:02}:00",
            "length_minutes": "50",
            "fee": "80",
            "place": "Room 2",
            "repeat": "0",
        }
        yield Visit(therapist, f"/sessions/create/{relationship}/", list(fields.items()))


def _migrations(ids: _Ids, visitor: Visitor) -> Iterator[Visit]:
    """One confirmation each of a relationship that others pay for, with the page as it is shown now."""
    for relationship, therapist in ids.migratable:
        path = f"/relationships/{relationship}/migrate/"
        fields = hidden_and_ticked(visitor.go(Visit(therapist, path)).text)
        said = {
            "requester": "ATTENDEE",
            "requested_on": str(TODAY),
            "manner": "IN_SESSION",
        }
        yield Visit(therapist, path, fields + list(said.items()))
