"""The who-pays timeline: bars of relationships by payer, dots of sessions, drawn twice for two widths.

Pure: days in, coordinates out. One drawing is wide, the other is for phones; the text is the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

UNITS_PER_WEEK = 10
LEAST_DAYS = 63
EDGE_DAYS = 10
MOST_LANES = 6
LETTER = 7.2
BAR = 22
MONTH_GAP = 48
SAID = 3


@dataclass(frozen=True, slots=True)
class Span:
    """One relationship as it is drawn: whose lane, from when, until when (None: still open).

    `therapist` is empty where all are of one.
    """

    name: str
    colour: str
    start: date
    end: date | None = None
    therapist: str = ""
    past: Sequence[date] = ()
    upcoming: Sequence[date] = ()

    @property
    def lane(self) -> tuple[str, str, str]:
        """Spans of one payer share a line; two payers of one name do not."""
        return self.name, self.therapist, self.colour


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures of one drawing in its own units; `has_margin` puts names left of the bars."""

    width: int
    left: int
    lane: int
    has_margin: bool
    right: int = 8

    @property
    def days(self) -> int:
        """How many days fit while weekly dots keep apart."""
        return (self.width - self.left - self.right) * 7 // UNITS_PER_WEEK


WIDE = Layout(width=720, left=150, lane=38, has_margin=True)
NARROW = Layout(width=340, left=8, lane=52, has_margin=False)


@dataclass(slots=True)
class Lane:
    """One payer's line: a name and what is drawn beside or below it."""

    name: str
    second: str
    colour: str
    y: float
    name_y: float
    bars: list[tuple[float, float]] = field(default_factory=list)
    dots: list[tuple[float, str]] = field(default_factory=list)

    @property
    def second_y(self) -> float:
        return self.name_y + 15

    @property
    def top(self) -> float:
        return self.y - BAR / 2


@dataclass(frozen=True, slots=True)
class Month:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template needs to draw; coordinates in units of the view box."""

    css_class: str
    width: int
    height: int
    lanes: list[Lane]
    months: list[Month]
    grid: str
    today_x: float | None
    today_anchor: str
    today_y: float
    today_path: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    drawings: list[Drawing]
    spans: list[Span]
    label: str
    unsaid: int

    @property
    def said(self) -> list[dict[str, str]]:
        """The latest spans as words, each with its colour."""
        return [
            {"name": span.name, "colour": span.colour, "words": say_span(span)}
            for span in self.spans
        ]


def draw(spans: Sequence[Span], *, today: date) -> Timeline | None:
    """Draw these relationships; None when there is none."""
    if not spans:
        return None
    ordered = sorted(spans, key=lambda span: (span.start, span.end or date.max))
    heads = list({span.lane: span for span in ordered}.values())[-MOST_LANES:]
    lanes = [span.lane for span in heads]
    shown = [span for span in ordered if span.lane in lanes]
    is_cut = len(shown) < len(ordered)
    return Timeline(
        drawings=[
            _drawing("timeline-wide", WIDE, shown, heads, today, is_cut=is_cut),
            _drawing("timeline-narrow", NARROW, shown, heads, today, is_cut=is_cut),
        ],
        spans=ordered[-SAID:],
        label=describe(ordered),
        unsaid=max(len(ordered) - SAID, 0),
    )


def describe(spans: Sequence[Span]) -> str:
    """The picture in words, for those who do not see it."""
    past = sum(len(span.past) for span in spans)
    upcoming = sum(len(span.upcoming) for span in spans)
    said = "; ".join(f"{span.name} {say_span(span)}" for span in spans[-SAID:])
    return f"Who pays: {said}. Drawn: {past} past and {upcoming} upcoming sessions."


def say_span(span: Span) -> str:
    """Say `since 4 May 2026` or `from 4 May 2026 until 24 Nov 2026`."""
    whose = f"with {span.therapist} " if span.therapist else ""
    if span.end is None:
        return f"{whose}since {_day(span.start)}"
    return f"{whose}from {_day(span.start)} until {_day(span.end)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _window(spans: Sequence[Span], today: date, days: int) -> tuple[date, date]:
    """First and last day drawn: the latest that fit, with up to a third of it ahead of today."""
    upcoming = [day for span in spans for day in span.upcoming]
    ends = [span.end for span in spans if span.end]
    is_over = len(ends) == len(spans) and not upcoming
    pivot = min(today, max(ends)) if is_over else today
    ahead = min(max([*upcoming, pivot]), pivot + timedelta(days=days // 3))
    last = ahead + timedelta(days=EDGE_DAYS)
    first = min(span.start for span in spans) - timedelta(days=EDGE_DAYS)
    least, most = last - timedelta(days=LEAST_DAYS), last - timedelta(days=days)
    return max(min(first, least), most), last


def _drawing(
    css_class: str,
    layout: Layout,
    spans: Sequence[Span],
    heads: Sequence[Span],
    today: date,
    *,
    is_cut: bool,
) -> Drawing:
    first, last = _window(spans, today, layout.days)
    scale = (layout.width - layout.left - layout.right) / max((last - first).days, 1)

    def x_of(day: date) -> float:
        inside = min(max(day, first), last)
        return round(layout.left + (inside - first).days * scale, 1)

    by_key = {head.lane: _lane(layout, number, head) for number, head in enumerate(heads)}
    for span in spans:
        _fill(by_key[span.lane], span, first, last, x_of)
    lanes = list(by_key.values())
    bottom = 26 + layout.lane * len(lanes)
    months = [
        Month(x_of(day), _month(day, is_first=number == 0, today=today))
        for number, day in enumerate(_months(first, last, scale))
    ]
    today_x = x_of(today) if first <= today <= last else None
    return Drawing(
        css_class=css_class,
        width=layout.width,
        height=bottom + (20 if today_x is not None else 2),
        lanes=lanes,
        months=months,
        grid="".join(_ticks(month.x, lanes) for month in months),
        today_x=today_x,
        today_anchor=_anchor(today_x, layout.width),
        today_y=bottom + 15,
        today_path="" if today_x is None else f"M{today_x} 20V{bottom}",
        is_cut=is_cut or any(span.start < first for span in spans),
    )


def _lane(layout: Layout, number: int, head: Span) -> Lane:
    top = 24 + layout.lane * number
    y = top + layout.lane / 2 if layout.has_margin else top + layout.lane - BAR / 2 - 4
    room = (layout.left - 14 if layout.has_margin else layout.width - 16) / LETTER
    is_joined = head.therapist and not layout.has_margin
    return Lane(
        name=_cut(f"{head.name}, {head.therapist}" if is_joined else head.name, room),
        second="" if is_joined else _cut(head.therapist, room),
        colour=head.colour,
        y=y,
        name_y=_name_y(layout, y, head),
    )


def _name_y(layout: Layout, y: float, head: Span) -> float:
    """Above the bar; or beside it, in its middle, with room for a second line."""
    if not layout.has_margin:
        return y - BAR / 2 - 6
    return y - 3 if head.therapist else y + 4.5


def _cut(text: str, room: float) -> str:
    return text if len(text) <= room else f"{text[: int(room) - 1].rstrip()}…"


def _fill(lane: Lane, span: Span, first: date, last: date, x_of: Callable[[date], float]) -> None:
    if (span.end or last) >= first and span.start <= last:
        start, end = x_of(span.start), x_of(span.end or last)
        lane.bars.append((start, round(max(end - start, 3), 1)))
    for days, kind in ((span.past, "paid"), (span.upcoming, "upcoming")):
        lane.dots.extend((x_of(day), kind) for day in days if first <= day <= last)


def _months(first: date, last: date, scale: float) -> list[date]:
    """First days of the months to be named, far enough apart to read."""
    step = next(n for n in (1, 2, 3, 6, 12, 120) if n * 30 * scale >= MONTH_GAP)
    year, month = first.year, first.month
    found = []
    while (day := date(year, month, 1)) <= last:
        if day >= first and (month - 1) % step == 0:
            found.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _month(day: date, *, is_first: bool, today: date) -> str:
    """The month's name, with its year where one would ask for it."""
    if day.month == 1:
        return f"{day:%Y}"
    return f"{day:%b %Y}" if is_first and day.year != today.year else f"{day:%b}"


def _ticks(x: float, lanes: Sequence[Lane]) -> str:
    return "".join(f"M{x} {lane.top - 3}v{BAR + 6}" for lane in lanes)


def _anchor(x: float | None, width: int) -> str:
    """Keep the word "today" inside the picture."""
    if x is None or 24 <= x <= width - 24:
        return "tl-mid"
    return "" if x < 24 else "tl-end"
