"""Texts over a number of lines: words whole, and a sign where they go on."""

from batchtui.present.cells import plain
from batchtui.present.glyphs import ASCII, UNICODE, Glyphs
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
