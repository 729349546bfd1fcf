"""The Sessions tab: what a client attends, or pays for, ahead or past, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from clients.overview import payment_words
from clients.profile import Line, Profile
from practice.keyset import Cursor, Page, fetch_page
from practice.money import format_money
from practice.wording import say_when
from sessions.models import TherapySession
from sessions.querysets import TherapySessionQuerySet
from sessions.showing import status_words

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One line of the tab, in words. `attendee` is empty where it is the client."""

    url: str
    when: str
    type: str
    length: str
    attendee: str
    payer: str
    colour: str
    fee: str
    tone: str
    label: str


def session_list(profile: Profile, cursor: Cursor, *, is_past: bool) -> Page[ListedSession]:
    """One page: ahead with the next first, or past and cancelled with the latest first."""
    lines = {line.relationship.pk: line for line in profile.lines}
    found = TherapySession.objects.filter(relationship__in=list(lines))
    page = fetch_page(
        _narrowed(found, profile, is_past=is_past).select_related("service_type"),
        "starts_at",
        cursor,
        size=PAGE_SIZE,
        is_descending=is_past,
    )
    return Page(list(_rows(page.rows, lines, profile)), page.before, page.after)


def _narrowed(
    found: TherapySessionQuerySet, profile: Profile, *, is_past: bool
) -> TherapySessionQuerySet:
    ahead = {"status": TherapySession.Status.SCHEDULED, "starts_at__gt": profile.now}
    return found.exclude(**ahead) if is_past else found.filter(**ahead)


def _rows(
    found: Iterable[TherapySession], lines: dict[int, Line], profile: Profile
) -> Iterable[ListedSession]:
    address = reverse("sessions:session", args=[0])
    for therapy_session in found:
        yield _row(therapy_session, lines[therapy_session.relationship_id], profile, address)


def _row(
    therapy_session: TherapySession, line: Line, profile: Profile, address: str
) -> ListedSession:
    one = line.relationship
    tone, label = _words(therapy_session, line, profile)
    return ListedSession(
        url=address.replace("/0/", f"/{therapy_session.pk}/"),
        when=say_when(therapy_session.starts_at),
        type=therapy_session.service_type.name,
        length=f"{therapy_session.length_minutes} min",
        attendee="" if one.attendee_id == profile.client.pk else one.attendee.name,
        payer=one.payer.name,
        colour=line.colour,
        fee=format_money(therapy_session.fee, therapy_session.currency),
        tone=tone,
        label=label,
    )


def _words(therapy_session: TherapySession, line: Line, profile: Profile) -> tuple[str, str]:
    """Ahead: how it will be paid. Past: what became of it."""
    if therapy_session.is_upcoming(profile.now):
        return payment_words(therapy_session, line, now=profile.now, practice=profile.practice)
    return status_words(therapy_session, now=profile.now)
