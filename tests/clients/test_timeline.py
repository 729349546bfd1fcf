"""The who-pays timeline: everything inside the picture, whatever the history."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.timeline import MOST_LANES, Span, Timeline, draw

TODAY = date(2026, 11, 24)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@st.composite
def spans(draw_):
    start = draw_(days)
    end = draw_(st.none() | st.integers(0, 9000).map(lambda n: start + timedelta(days=n)))
    return Span(
        name=draw_(st.text(min_size=1, max_size=161)),
        colour=f"payer-{draw_(st.integers(1, 8))}",
        start=start,
        end=end,
        therapist=draw_(st.just("") | st.text(max_size=100)),
        past=draw_(st.lists(days, max_size=5)),
        upcoming=draw_(st.lists(days, max_size=5)),
    )


def picture(found) -> Timeline:
    timeline = draw(found, today=TODAY)
    assert timeline
    return timeline


def test_without_a_relationship_there_is_no_picture():
    assert draw([], today=TODAY) is None


@given(st.lists(spans(), min_size=1, max_size=9))
def test_everything_is_drawn_inside(found):
    timeline = picture(found)
    for drawing in timeline.drawings:
        assert 1 <= len(drawing.lanes) <= MOST_LANES
        for lane in drawing.lanes:
            assert 0 < lane.name_y < drawing.height
            assert all(x >= 0 and x + width <= drawing.width for x, width in lane.bars)
            assert all(0 <= x <= drawing.width for x, _ in lane.dots)
        gaps = [b.x - a.x for a, b in pairwise(drawing.months)]
        assert all(gap > 40 for gap in gaps)


def test_a_change_of_payer_is_two_lanes_and_a_line_for_today():
    weeks = [TODAY + timedelta(weeks=n) for n in range(-20, 6)]
    jo = Span("Jo", "payer-2", date(2026, 5, 4), TODAY, past=[d for d in weeks if d < TODAY])
    sam = Span("Sam", "payer-1", TODAY, upcoming=[d for d in weeks if d > TODAY])
    timeline = picture([sam, jo])
    assert timeline.label == (
        "Who pays: Jo from 4 May 2026 until 24 Nov 2026; Sam since 24 Nov 2026. "
        "Drawn: 20 past and 5 upcoming sessions."
    )
    wide, narrow = timeline.drawings
    assert [lane.name for lane in wide.lanes] == ["Jo", "Sam"]
    assert not wide.is_cut
    assert narrow.is_cut
    (start, width), (next_start, _) = wide.lanes[0].bars[0], wide.lanes[1].bars[0]
    assert (
        wide.today_x == pytest.approx(start + width, abs=0.2) == pytest.approx(next_start, abs=0.2)
    )


def test_weekly_dots_do_not_touch():
    weeks = [TODAY - timedelta(weeks=n) for n in range(1, 500)]
    span = Span("Ada", "payer-1", weeks[-1], past=weeks)
    for drawing in picture([span]).drawings:
        xs = sorted(x for x, _ in drawing.lanes[0].dots)
        assert all(b - a >= 8.5 for a, b in pairwise(xs))


def test_payers_of_one_name_have_lanes_of_their_own():
    two = [Span("Ann Lee", colour, date(2026, 1, 5)) for colour in ("payer-2", "payer-3")]
    assert [len(one.lanes) for one in picture(two).drawings] == [2, 2]


def test_one_payer_paying_again_keeps_their_lane():
    two = [
        Span("Ann Lee", "payer-2", date(2026, 1, 5), date(2026, 2, 5)),
        Span("Ann Lee", "payer-2", date(2026, 4, 5)),
    ]
    wide, _ = picture(two).drawings
    assert len(wide.lanes) == 1
    assert len(wide.lanes[0].bars) == 2


def test_what_ended_years_ago_is_drawn_with_its_year():
    span = Span("Olaf", "payer-1", date(2023, 8, 10), date(2024, 9, 13))
    wide, narrow = picture([span]).drawings
    assert wide.today_x is None
    assert any("202" in month.label for month in narrow.months)
