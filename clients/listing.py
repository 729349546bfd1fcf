"""The clients list: who is on it, in which order, and what each row says. One statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.timezone import localtime

from billing.models import Card, CardRequestStatus, Mandate
from billing.rules import CARD_FACTS, CardStatus, card_status
from clients.ages import age_on
from clients.colours import payer_colours
from clients.models import CareTeamMember, Client
from clients.names import fold
from clients.querysets import ClientQuerySet
from practice.keyset import Cursor, Key, Page, page_of, window
from practice.models import Practice
from practice.team.models import User
from practice.wording import say_day, say_number
from relationships.models import PaymentMethod, Relationship
from relationships.querysets import RelationshipQuerySet
from sessions.models import TherapySession

PAGE_SIZE = 50
THEMSELVES = "Themselves"

Row = dict[str, Any]


class Show(models.TextChoices):
    ALL = "", "All"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"
    MINORS = "minors", "Minors"
    NO_CARD = "no-card", "No card"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list, when, under which settings."""

    user: User
    now: datetime
    practice: Practice

    @property
    def today(self) -> date:
        return self.now.astimezone(self.practice.zone).date()

    @property
    def sees_all_names(self) -> bool:
        """Sees every name and contact data without opening every profile."""
        return (self.user.is_scheduler or self.user.is_biller) and not self.user.is_manager

    @property
    def sees_all_payers(self) -> bool:
        """Sees who pays, and their cards, for everybody listed; billers see money (DESIGN 4.6)."""
        return self.user.is_biller or not self.sees_all_names

    @property
    def sees_payers(self) -> bool:
        """Sees them for somebody: who is a scheduler only sees names, times and contact data."""
        return self.sees_all_payers or self.user.is_therapist or self.user.is_supervisor


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the list, in the order of one of its clients' names."""

    field: str
    clients: ClientQuerySet


def listed(reader: Reader, *, search: str = "", show: str = Show.ALL) -> list[Section]:
    """Clients this reader may see, narrowed by the beginning of a name and by a filter.

    A search finds last names first, then first names. Each is read in the order of an index: it
    costs as much for a name of thousands as for a rare one.
    """
    clients = _shown(Client.objects.listed_for(reader.user), show, reader)
    if not search.strip():
        return [Section("sort_name", clients)]
    begin = fold(search)
    last_begins = Q(sort_name__startswith=begin)
    return [
        Section("sort_name", clients.filter(last_begins)),
        Section("search_name", clients.filter(~last_begins, search_name__startswith=begin)),
    ]


def list_page(sections: Sequence[Section], cursor: Cursor, reader: Reader) -> Page[Row]:
    """One page of the list, ready to be shown. Its keys begin with the number of a section."""
    people: list[list[Row]] = []
    keys: list[Key] = []
    for number, section in _reachable(sections, cursor):
        found = _fetch(section, _within(number, cursor), reader)
        people += [list(lines) for _, lines in groupby(found, key=itemgetter("pk"))]
        keys += [(f"{number}{row[section.field]}", row["pk"]) for row, *_ in people[len(keys) :]]
        if len(people) > PAGE_SIZE:
            break
    page = page_of(people, keys, cursor, size=PAGE_SIZE)
    return Page(list(_rows(page.rows, reader)), page.before, page.after)


def _reachable(sections: Sequence[Section], cursor: Cursor) -> list[tuple[int, Section]]:
    """The sections that a page from this cursor may reach into, the nearest first."""
    numbered = list(enumerate(sections))
    at = min(_section_number(cursor), len(sections) - 1)
    return numbered[at::-1] if cursor.is_backwards else numbered[at:]


def _within(number: int, cursor: Cursor) -> Cursor:
    """The cursor in its own section; in the next one, that section's near end."""
    if cursor.key is None or number != _section_number(cursor):
        return Cursor(None, cursor.is_backwards)
    name, pk = cursor.key
    return Cursor((name[1:], pk), cursor.is_backwards)


def _section_number(cursor: Cursor) -> int:
    return int(cursor.key is not None and cursor.key[0].startswith("1"))


def last_birth_date(age: int, day: date) -> date:
    """Whoever was born on this day or before has reached the age on `day`."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:
        return date(day.year - age, 2, 28)


def _shown(clients: ClientQuerySet, show: str, reader: Reader) -> ClientQuerySet:
    attends = Relationship.objects.filter(attendee=OuterRef("pk"))
    match show:
        case Show.ACTIVE:
            return clients.filter(Exists(attends.open()))
        case Show.ENDED:
            return clients.filter(Exists(attends.ended()), ~Exists(attends.open()))
        case Show.MINORS:
            majority = last_birth_date(reader.practice.age_of_majority, reader.today)
            return clients.filter(date_of_birth__gt=majority)
        case Show.NO_CARD:
            clients = clients if reader.sees_all_payers else clients.for_user(reader.user)
            return clients.filter(Exists(without_usable_card(attends, reader.today)))
    return clients


def without_usable_card(relationships: RelationshipQuerySet, today: date) -> RelationshipQuerySet:
    """Open ones paid by card whose payer has no card that is good, or has not agreed."""
    good = Card.objects.default().filter(
        Q(exp_year__gt=today.year) | Q(exp_year=today.year, exp_month__gte=today.month),
        client=OuterRef("payer"),
    )
    agreed = Mandate.objects.whole().filter(relationship=OuterRef("pk"))
    return relationships.filter(
        ~Exists(good) | ~Exists(agreed), ended_at=None, payment_method=PaymentMethod.BY_CARD
    )


def _fetch(section: Section, cursor: Cursor, reader: Reader) -> list[Row]:
    """The page's clients, a line for each of their open relationships; one statement.

    Beside each stands what its card status is made of, as `billing.rules.card_status` wants it.
    """
    page = window(section.clients, section.field, cursor, size=PAGE_SIZE).values("pk")
    upcoming = TherapySession.objects.upcoming(reader.now).filter(
        relationship__attendee=OuterRef("pk")
    )
    pays = Relationship.objects.open().for_user(reader.user).third_party()
    sign = "-" if cursor.is_backwards else ""
    lines = (
        Client.objects.filter(pk__in=page)
        .annotate(
            open=FilteredRelation("attends", condition=Q(attends__ended_at=None)),
            card=FilteredRelation(
                "open__payer__cards", condition=Q(open__payer__cards__is_default=True)
            ),
            request=FilteredRelation(
                "open__payer__card_requests",
                condition=Q(open__payer__card_requests__status=CardRequestStatus.OPEN),
            ),
            mandate=FilteredRelation(
                "open__mandates", condition=Q(open__mandates__withdrawn_at=None)
            ),
            next_at=Subquery(upcoming.values("starts_at")[:1]),
            pays_for_others=Exists(pays.filter(payer=OuterRef("pk"))),
            **_contact_data(reader),
        )
        .order_by(f"{sign}{section.field}", f"{sign}pk", "open__pk")
    )
    return list(lines.values(*_COLUMNS, *_contact_data(reader)))


_CARD_FACTS = {name: name if "__" in name else f"open__{name}" for name in CARD_FACTS}
_COLUMNS = (
    "pk",
    "first_name",
    "last_name",
    "sort_name",
    "search_name",
    "date_of_birth",
    "next_at",
    "pays_for_others",
    "open__payer_id",
    "open__payer__first_name",
    "open__payer__last_name",
    *_CARD_FACTS.values(),
)


def _contact_data(reader: Reader) -> dict[str, Any]:
    """What is shown beside a name to those who may not open every profile."""
    if not reader.sees_all_names:
        return {}
    may_open = CareTeamMember.objects.filter(client=OuterRef("pk"), user=reader.user)
    return {"may_open": Exists(may_open), "e_mail": F("email"), "phone": F("mobile")}


def _rows(people: list[list[Row]], reader: Reader) -> Iterator[Row]:
    address, today = reverse("clients:client", args=[0]), reader.today
    sees_all_payers = reader.sees_all_payers
    for lines in people:
        row = _row(lines, address, today)
        if sees_all_payers or row["url"]:
            row["payers"] = _payers(lines, today)
        yield row


def _row(lines: list[Row], address: str, today: date) -> Row:
    one = lines[0]
    born_on, next_at = one["date_of_birth"], one["next_at"]
    return {
        "id": one["pk"],
        "url": address.replace("/0/", f"/{one['pk']}/") if one.get("may_open", True) else "",
        "name": f"{one['first_name']} {one['last_name']}",
        "note": _note(one),
        "age": age_on(born_on, today) if born_on else "",
        "payers": (),
        "next": say_day(next_at) if next_at else "",
        "next_time": f"{localtime(next_at):%H:%M}" if next_at else "",
    }


def _note(one: Row) -> str:
    phone = one.get("phone")
    reach = [one.get("e_mail", ""), say_number(phone) if phone else ""]
    words = ["Pays for somebody else"] if one["pays_for_others"] else []
    return " · ".join(word for word in reach + words if word)


def _payers(lines: list[Row], today: date) -> list[Row]:
    payers = [line for line in lines if line["open__pk"]]
    colours = payer_colours(lines[0]["pk"], [line["open__payer_id"] for line in payers])
    return [_payer(line, colours[line["open__payer_id"]], _card(line, today)) for line in payers]


def _payer(line: Row, colour: str, card: CardStatus) -> Row:
    return {"name": _payer_name(line), "colour": colour, "tone": card.tone, "card": card.label}


def _card(line: Row, today: date) -> CardStatus:
    facts = {name: line[column] for name, column in _CARD_FACTS.items()}
    return card_status(facts, on=today)


def _payer_name(line: Row) -> str:
    if line["open__payer_id"] == line["pk"]:
        return THEMSELVES
    return f"{line['open__payer__first_name']} {line['open__payer__last_name']}"
