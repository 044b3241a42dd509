"""The encoder alone: whatever is painted in whatever order, the terminal shows the model."""

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip

from batchtui.present.clean import clean
from batchtui.tui.wire.app import WireApp
from batchtui.tui.wire.encoder import Encoder, Fragment
from batchtui.tui.wire.pens import PLAIN, Pen, change, pen_for_blank, pen_of

WIDTH, HEIGHT = 24, 6
"""More lines than are written together."""
STYLES = (
    Style.parse("default"),
    Style.parse("bold #d8dee8 on #0f1318"),
    Style.parse("#9aa5b5 on #0f1318"),
    Style.parse("bold underline #ff85ee on #222f45"),
    Style.parse("reverse"),
    Style.parse("dim italic on #222f45"),
)
TEXT = st.text(st.sampled_from("ab  =─漢字é━■🚀"), min_size=1, max_size=12)
SEGMENTS = st.lists(st.tuples(TEXT, st.sampled_from(STYLES)), min_size=1, max_size=4)


def strip_of(parts: list[tuple[str, Style]], x: int) -> Strip:
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(WIDTH - x, STYLES[0])


def screen_after(*frames: str) -> list[list[tuple[object, ...]]]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for frame in frames:
        stream.feed(frame)
    return [[_seen(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def _seen(char: "pyte.screens.Char") -> tuple[object, ...]:
    if char.data == " " and not (char.underscore or char.reverse):
        return (" ", char.bg)
    return (char.data, char.fg, char.bg, char.bold, char.italics, char.underscore, char.reverse)


MOST_PENS_WORSE = 60
"""Bytes that a frame may have more because the one before it, which was shorter, ended with another pen."""
FRAME = st.lists(st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), SEGMENTS), max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(FRAME, min_size=1, max_size=4))
def test_differences_lead_where_a_full_paint_leads(
    frames: list[list[tuple[int, int, list[tuple[str, Style]]]]],
) -> None:
    blank: list[Fragment] = [(y, 0, Strip.blank(WIDTH, STYLES[1])) for y in range(HEIGHT)]
    stepwise, sent = Encoder(), []
    sent.append(stepwise.encode(blank, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR))
    everything = list(blank)
    for frame in frames:
        fragments = [(y, x, strip_of(parts, x)) for y, x, parts in frame]
        everything += fragments
        sent.append(stepwise.encode(fragments, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR))
    at_once = "".join(Encoder().encode([each], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR) for each in everything)
    assert screen_after(*sent) == screen_after(at_once)


LINE = st.lists(st.tuples(TEXT, st.sampled_from(STYLES)), min_size=3, max_size=6)
SCROLLS = st.lists(st.tuples(st.integers(-2, 2), st.lists(LINE, min_size=2, max_size=2), FRAME), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, min_size=HEIGHT, max_size=HEIGHT), SCROLLS)
def test_lines_that_the_terminal_moves_are_where_a_full_paint_has_them(
    lines: list[list[tuple[str, Style]]],
    scrolls: list[tuple[int, list[list[tuple[str, Style]]], list[tuple[int, int, list[tuple[str, Style]]]]]],
) -> None:
    moving, writing, sent, at_once = Encoder(moves_lines=True), Encoder(), [], []
    for by, come, frame in [(0, [], []), *scrolls]:
        lines = [*lines[by:], *come[:by]] if by >= 0 else [*come[:-by], *lines[:by]]
        fragments: list[Fragment] = [(y, 0, strip_of(line, 0)) for y, line in enumerate(lines)]
        fragments += [(y, x, strip_of(parts, x)) for y, x, parts in frame]
        sent.append(moving.encode(fragments, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR))
        at_once.append(writing.encode(fragments, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR))
        assert len(sent[-1].encode()) <= len(at_once[-1].encode()) + MOST_PENS_WORSE
        assert screen_after(*sent) == screen_after(*at_once)


def scrolled(encoder: Encoder, top: int) -> str:
    """A table of numbered rows between two lines that stay, with a mark at the side that stays as well."""
    rows = [f"row {top + place}: {'abcdefghij'[(top + place) % 10] * 9}" for place in range(HEIGHT - 2)]
    texts = ["above", *rows, "beneath"]
    lines = [f"{text:<{WIDTH - 1}}{'#' if y == 2 else '|'}" for y, text in enumerate(texts)]
    strips: list[Fragment] = [(y, 0, strip_of([(text, STYLES[1])], 0)) for y, text in enumerate(lines)]
    return encoder.encode(strips, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)


@pytest.mark.parametrize("by", [1, -1])
def test_a_row_that_comes_into_view_is_all_that_is_written_of_a_table(by: int) -> None:
    encoder, other = Encoder(moves_lines=True), Encoder()
    frames = [scrolled(encoder, 5), scrolled(encoder, 5 + by)]
    assert [scrolled(other, 5), scrolled(other, 5 + by)][0] == frames[0]
    assert frames[1].count("row") == 1
    written = screen_after(*frames)
    assert written == screen_after(scrolled(Encoder(), 5 + by))
    assert written[0] == screen_after(frames[0])[0] and written[-1] == screen_after(frames[0])[-1]


def test_nothing_is_moved_on_a_screen_that_may_have_been_cleared() -> None:
    encoder = Encoder(moves_lines=True)
    scrolled(encoder, 5)
    encoder.forget()
    assert screen_after(scrolled(encoder, 6)) == screen_after(scrolled(Encoder(), 6))


@pytest.mark.parametrize("term", ["xterm-256color", "tmux-256color", "screen", "linux", "vt100", ""])
def test_lines_are_moved_where_the_terminal_is_known_to_do_so(term: str) -> None:
    encoder = Encoder.for_terminal({"TERM": term, "LANG": "C.UTF-8"})
    scrolled(encoder, 5)
    assert ("\x1b[L" in scrolled(encoder, 6)) == (term not in ("vt100", ""))


def test_what_is_there_already_costs_nothing() -> None:
    encoder, strip = Encoder(), strip_of([("same", STYLES[1])], 0)
    assert encoder.encode([(0, 0, strip)], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    assert encoder.encode([(0, 0, strip_of([("same", STYLES[1])], 0))], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR) == ""
    encoder.forget()
    assert "same" in encoder.encode([(0, 0, strip)], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)


def test_one_figure_costs_a_move_and_the_figure() -> None:
    encoder = Encoder()
    encoder.encode([(1, 0, strip_of([("age 3h12", STYLES[1])], 0))], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    pen_is_back = encoder.encode([(2, 0, strip_of([("x", STYLES[1])], 0))], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    assert pen_is_back
    sent = encoder.encode([(1, 0, strip_of([("age 3h13", STYLES[1])], 0))], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    assert sent.endswith("3") and sent.startswith("\x1b[2;8H") and "age" not in sent


def test_rows_that_change_pens_at_the_same_columns_are_written_pen_by_pen() -> None:
    row = [("!", STYLES[3]), ("partial", STYLES[1]), (" 1d02h", STYLES[2])]
    rows: list[Fragment] = [(y, 0, strip_of(row, 0)) for y in range(HEIGHT)]
    together = Encoder().encode(rows, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    line_by_line = Encoder()
    sizes = [len(line_by_line.encode([each], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)) for each in rows]
    assert len(together) < 0.7 * sum(sizes)
    assert screen_after(together) == screen_after(
        "".join(Encoder().encode([each], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR) for each in rows)
    )


def test_pens_that_differ_in_their_background_alone_follow_each_other() -> None:
    here, there = Style.parse("bold #ff85ee on #222f45"), Style.parse("bold #ff85ee on #0f1318")
    dim, head = Style.parse("#9aa5b5 on #0f1318"), Style.parse("bold #9db8ff on #222f45")
    encoder = Encoder()
    encoder.encode([(y, 0, strip_of([(" ", STYLES[0])], 0)) for y in (0, 1)], (WIDTH, HEIGHT), ColorSystem.TRUECOLOR)
    rows: list[Fragment] = [
        (0, 0, strip_of([("!", there), ("ok", dim)], 0)),
        (1, 0, strip_of([(">", head), ("!", here)], 0)),
    ]
    assert encoder.encode(rows, (WIDTH, HEIGHT), ColorSystem.TRUECOLOR).count("255;133;238") == 1


def test_text_cannot_leave_its_cells() -> None:
    strip = Strip([Segment("a\x1b[2Jb\x9bc\u202ed", STYLES[1])], 12)
    sent = Encoder().encode([(0, 0, strip)], (12, 1), ColorSystem.TRUECOLOR)
    assert "\x1b[2J" not in sent and "\x9b" not in sent and "\u202e" not in sent
    assert clean(sent.replace("\x1b", "")) == sent.replace("\x1b", "")


def test_only_attributes_that_differ_are_sent() -> None:
    bold = Pen("38;5;1", "49", 1)
    assert change(bold, Pen("38;5;2", "49", 1))[0] == "\x1b[38;5;2m"
    assert change(bold, Pen("38;5;1", "49", 0))[0] == "\x1b[22m"
    assert change(bold, PLAIN)[0] == "\x1b[m"
    assert change(bold, bold) == ("", bold)
    assert change(None, bold)[0] == "\x1b[0;1;38;5;1m"
    assert change(bold, pen_for_blank(Pen("38;5;9", "49", 1))) == ("", bold)


def test_bold_stays_when_faint_goes() -> None:
    sequence, held = change(Pen("39", "49", 3), Pen("39", "49", 1))
    screen = screen_after("\x1b[1;2m", sequence + "a")
    assert held.attributes == 1 and screen[0][0][3] is True


def test_a_terminal_without_colours_gets_none() -> None:
    assert pen_of(STYLES[3], None) == Pen("39", "49", 1 | 8)


def test_when_textual_is_not_what_it_was_everything_goes_the_stock_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.tui.wire.app._NEEDED", ("_display", "_gone_in_the_next_release"))
    assert WireApp()._encoder is None
    monkeypatch.setattr("batchtui.tui.wire.app.LayoutUpdate", None)
    assert WireApp()._encoder is None


def test_every_private_name_it_leans_on_is_there() -> None:
    from batchtui.tui.wire import app

    assert all(hasattr(App(), name) for name in app._NEEDED)
    assert {"LayoutUpdate", "ChopsUpdate"} <= vars(app).keys()
