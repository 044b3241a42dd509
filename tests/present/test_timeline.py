"""A run as a picture: where lines begin and end, and what stands where there is none."""

from datetime import timedelta
from itertools import pairwise

import pytest

from batchtui.present.axis import make_axis
from batchtui.present.canvas import Canvas
from batchtui.present.cells import cell, plain
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.run.hours_chart import chart_title, hours_chart
from batchtui.present.run.timeline import Timeline
from tests.present.scenes import scene_of
from tests.tui.still import NOW
from tests.tui.world import Part, World, pictured

SCENE = scene_of(pictured())
CHUNKS = SCENE.views.chunks(SCENE.state.runs["nightly-eval-1121"])
TIMELINE = Timeline(SCENE, CHUNKS)


def line(number: int, width: int = 100) -> str:
    return plain(TIMELINE.line(CHUNKS[number - 1], width, UNICODE))


def test_what_ended_is_a_heavy_line_with_its_bad_cells_last_and_its_duration_behind() -> None:
    assert line(1).startswith("━") and "1h51" in line(1)
    assert "■╌ 1h31 12 bad" in line(2)


def test_what_is_out_is_light_up_to_now_and_dotted_up_to_its_estimate() -> None:
    text = line(5)
    now = TIMELINE.axis(100).now_x  # type: ignore[union-attr]
    assert text[now] == "│" and set(text[2:now]) == {"─"}
    assert "┄ ~15:52" in text[now:]


def test_words_that_would_cross_now_stand_behind_it() -> None:
    now = TIMELINE.axis(100).now_x  # type: ignore[union-attr]
    assert line(4)[now] == "│" and "2h59 5 bad" in line(4)[now:]


def test_what_has_no_batch_has_words() -> None:
    assert "? sent 10:52, no answer; not sent again until settled" in line(7, 160)
    assert "? sent 10:52, no answer  " in line(7)
    assert "held: waits for chunk 7" in line(11)


def test_the_head_says_now_round_hours_and_the_limit_behind_a_break() -> None:
    head = plain(TIMELINE.head(100))
    assert "now 14:02" in head and "12:00" in head and head.rstrip().endswith("╱╱ 24 h limit")


def test_now_never_meets_the_break_before_the_limit() -> None:
    """Where nothing is expected later than now, and at any width."""
    for width in (60, 100, 140):
        axis = make_axis(start=NOW - timedelta(minutes=25), last=NOW, now=NOW, is_out=True, width=width)
        assert axis.is_broken and axis.now_x + len("now 14:02") < axis.scale_width


def test_what_stands_behind_the_last_line_of_a_run_that_is_over_has_room() -> None:
    chunks = SCENE.views.chunks(SCENE.state.runs["nightly-eval-1120"])
    timeline = Timeline(SCENE, chunks)
    for chunk in chunks:
        words = f"{chunk.batch.counts.bad} bad" if chunk.batch and chunk.batch.counts.bad else "h"
        assert words in plain(timeline.line(chunk, 60, UNICODE))


@pytest.mark.parametrize("width", [20, 40, 63, 100, 200])
def test_every_line_is_as_wide_as_its_column(width: int) -> None:
    for chunk in CHUNKS:
        assert len(plain(TIMELINE.line(chunk, width, UNICODE))) == width
        assert plain(TIMELINE.line(chunk, width, ASCII)).isascii() or chunk.batch is None
    assert len(plain(TIMELINE.head(width))) == width


def test_from_twelve_hours_on_the_limit_is_on_the_scale() -> None:
    start = NOW - timedelta(hours=13)
    axis = make_axis(start=start, last=NOW, now=NOW, is_out=True, width=100)
    assert not axis.is_broken
    assert axis.limit_x is not None and axis.now_x < axis.limit_x < 100
    young = make_axis(start=NOW - timedelta(hours=3), last=NOW, now=NOW, is_out=True, width=100)
    assert young.is_broken


def test_a_run_that_is_over_has_neither_now_nor_limit() -> None:
    over = Timeline(SCENE, SCENE.views.chunks(SCENE.state.runs["embeddings-qa"]))
    assert over.axis(80).limit_x is None  # type: ignore[union-attr]
    assert "now" not in plain(over.head(80))


def test_ticks_are_round_and_have_room_for_their_words() -> None:
    for hours in (0.3, 1, 3, 9, 30):
        axis = make_axis(start=NOW - timedelta(hours=hours), last=NOW, now=NOW, is_out=False, width=90)
        ticks = list(axis.ticks())
        places = [axis.x(tick) for tick in ticks]
        assert all(after - before >= 8 for before, after in pairwise(places))
        assert all(tick.minute % 15 == 0 and tick.second == 0 for tick in ticks)


def test_the_chart_counts_requests_in_the_hour_their_chunk_ended() -> None:
    axis = TIMELINE.axis(141)
    assert axis is not None
    lines = [plain(spans) for spans in hours_chart(axis, CHUNKS, 4, UNICODE, indent=16, width=157)]
    assert lines[0].split()[0] == "2,016" and lines[-1].split() == ["0", "2,016", "2,016", "0", "so", "far"]
    assert chart_title(axis) == "requests ended per hour"
    assert all(len(text) <= 157 for text in lines)


def test_a_canvas_keeps_what_is_drawn_inside_and_wide_characters_whole() -> None:
    canvas = Canvas(6)
    canvas.stroke(-3, 99, "─", "run")
    canvas.put(4, cell("あい"))
    canvas.put(-2, cell("xy"))
    assert plain(canvas.cell()) == "────あ"


def test_near_the_limit_both_lines_keep_their_words() -> None:
    """Meaning is never colour alone: a dashed line without a word says nothing in mono."""
    old = Timeline(SCENE, SCENE.views.chunks(SCENE.state.runs["judge-haiku"]))
    for width in (48, 63, 100, 140, 220):
        head = plain(old.head(width))
        assert "now 14:02" in head and "24 h limit" in head, width


@pytest.mark.parametrize("width", range(40, 160, 3))
def test_nothing_touches_the_line_for_now_from_the_left(width: int) -> None:
    axis = TIMELINE.axis(width)
    assert axis is not None
    for number in (1, 2, 3, 4, 7):
        text = line(number, width)
        assert text[axis.now_x] == "│" and text[axis.now_x - 1] in " ━■╌", (number, text)
        assert text[axis.now_x + 1] in " ", (number, text)


@pytest.mark.parametrize("width", range(60, 160, 7))
def test_the_column_of_a_step_that_has_just_begun_ends_at_the_line_for_now(width: int) -> None:
    fresh = World()
    begun = NOW.replace(minute=0, second=0, microsecond=0)
    parts = [Part(100, begun - timedelta(hours=3), begun - timedelta(hours=1), ok=100)]
    parts += [Part(100, begun - timedelta(hours=3), begun, ok=100), Part(100, begun - timedelta(hours=3))]
    fresh.run("fresh", begun - timedelta(hours=3), parts)
    scene = scene_of(fresh.records())
    chunks = scene.views.chunks(scene.state.runs["fresh"])
    axis = Timeline(scene, chunks).axis(width)
    assert axis is not None
    now = axis.now_x
    for text in (plain(spans) for spans in hours_chart(axis, chunks, 4, UNICODE, indent=0, width=width)[:-1]):
        assert text[now] == "│" and text[now + 1 : now + 3].strip() == "", text
    assert "█" in text[now - 2 : now]
