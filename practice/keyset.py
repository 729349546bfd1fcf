"""Pages of a long list by the last row seen: as quick on the thousandth page as on the first."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
T = TypeVar("T")
Key = tuple[Any, int]
Kind = Literal["text", "moment"]
BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: next to the row with this key, on one side of it."""

    key: Key | None = None
    is_backwards: bool = False

    @classmethod
    def read(cls, query: QueryDict, kind: Kind = "text") -> "Cursor":
        """What the address asks for; one that cannot be read leads to the first page."""
        for name in ("before", "after"):
            if key := decode(query.get(name, ""), kind):
                return cls(key, name == "before")
        return cls()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows in the list's order, and the keys of those around them."""

    rows: list[T]
    before: Key | None = None
    after: Key | None = None

    def links(self, query: QueryDict) -> dict[str, str]:
        """`previous_url` and `next_url`, keeping the rest of the address; empty where none."""
        return {
            "previous_url": _address(query, "before", self.before),
            "next_url": _address(query, "after", self.after),
        }


def encode(key: Key) -> str:
    """One opaque word for an address."""
    text = json.dumps(key, default=datetime.isoformat, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(word: str, kind: Kind = "text") -> Key | None:
    """Undo `encode`; None for anything else."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        key = (_moment(value) if kind == "moment" else _text(value), int(pk))
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return key if abs(key[1]) <= BIGGEST_ID else None


def _text(value: str) -> str:
    """Text that a database takes. Raises ValueError for any other."""
    if "\x00" in value:
        raise ValueError("no text")
    value.encode()
    return value


def _moment(value: str) -> datetime:
    """A moment with its zone, of a year that every engine knows. Raises ValueError otherwise."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise ValueError("no moment")
    return moment


def fetch_page(
    queryset: QuerySet[M], field: str, cursor: Cursor, *, size: int, is_descending: bool = False
) -> Page[M]:
    """Read one page in the order of (`field`, id); one statement, whatever the page."""
    rows = list(window(queryset, field, cursor, size=size, is_descending=is_descending))
    return page_of(rows, [(getattr(row, field), row.pk) for row in rows], cursor, size=size)


def window(
    queryset: QuerySet[M], field: str, cursor: Cursor, *, size: int, is_descending: bool = False
) -> QuerySet[M]:
    """The rows of a page and one more, which tells whether there is another page."""
    is_down = is_descending != cursor.is_backwards
    if cursor.key:
        queryset = queryset.filter(_beyond(field, cursor.key, is_down=is_down))
    sign = "-" if is_down else ""
    return queryset.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1]


def page_of(rows: list[T], keys: Sequence[Key], cursor: Cursor, *, size: int) -> Page[T]:
    """Make the page of the rows that `window` found, in the order they came, with their keys."""
    has_more = len(rows) > size
    rows, keys = rows[:size], list(keys)[:size]
    if cursor.is_backwards:
        rows, keys = rows[::-1], keys[::-1]
    if not rows:
        return Page([])
    has_previous = has_more if cursor.is_backwards else cursor.key is not None
    has_next = cursor.is_backwards or has_more
    return Page(rows, keys[0] if has_previous else None, keys[-1] if has_next else None)


def _beyond(field: str, key: Key, *, is_down: bool) -> Q:
    """Rows past the key. The first condition is for the index, the second for rows of one value."""
    value, pk = key
    op = "lt" if is_down else "gt"
    return Q(**{f"{field}__{op}e": value}) & (
        Q(**{f"{field}__{op}": value}) | Q(**{f"pk__{op}": pk})
    )


def _address(query: QueryDict, name: str, key: Key | None) -> str:
    if key is None:
        return ""
    parameters = query.copy()
    for old in ("before", "after"):
        parameters.pop(old, None)
    parameters[name] = encode(key)
    return f"?{parameters.urlencode()}"
