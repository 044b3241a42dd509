"""Texts over a number of lines: words whole, and a sign where they go on."""

from batchtui.present.cells import Span, plain
from batchtui.present.glyphs import ASCII, UNICODE, Glyphs
from batchtui.present.lines import cut_at_word
from batchtui.present.request.summary import Excerpt
from batchtui.present.stacked import capped, excerpt

TEXT = "Plain, warm, precise. No exclamation marks, no superlatives."


def lines(width: int, most: int, glyphs: Glyphs = UNICODE) -> list[str]:
    return [plain(line) for line in capped(TEXT, width, most, glyphs)]


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert lines(60, 1) == [TEXT]


def test_the_sign_stands_behind_a_whole_word() -> None:
    assert lines(31, 1) == ["Plain, warm, precise. No …"]
    assert lines(31, 1, ASCII) == ["Plain, warm, precise. No .."]
    assert lines(20, 2) == ["Plain, warm,", "precise. No …"]


def test_a_word_that_is_longer_than_a_line_is_cut_all_the_same() -> None:
    assert [plain(line) for line in capped("x" * 30, 10, 1, UNICODE)] == ["xxxxxxxxx…"]


def test_from_three_lines_on_the_rest_is_counted() -> None:
    found = Excerpt(text="word " * 20, length=500)
    last = plain(excerpt(found, 20, 3, UNICODE)[-1])
    assert last == " … 460 characters more", "two lines of twenty characters are shown"


def test_a_row_ends_behind_its_last_whole_word_in_the_look_of_that_word() -> None:
    row = (Span("  193  ", "dim"), Span("max_tokens", "err"), Span("  96,000 is more than the 64,000 of this model"))
    cut = cut_at_word(row, 50, "…")
    assert plain(cut) == "  193  max_tokens  96,000 is more than the …" and cut[-1].role == "text"
    assert cut_at_word(row, 80, "…") == row
    assert plain(cut_at_word((Span("x" * 30),), 10, "…")) == "xxxxxxxxx…"
    assert plain(cut_at_word((Span("name  " + "x" * 30),), 20, "…")) == "name  xxxxxxxxxxxxx…"
