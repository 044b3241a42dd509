"""Cleaning, measuring, cutting and wrapping text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from batchtui.present.cells import Span, cell_width, cut_cell, fit_cell, plain, tail_cell
from batchtui.present.clean import clean
from batchtui.present.width import char_width, cut, head_of, pad, tail_of, text_width
from batchtui.present.wrap import slice_cell, wrap, wrap_offsets

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    "dangerous",
    [
        "\x1b[31m",
        "\x07",
        "\x00",
        "\x9b2J",
        "\x85",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\ud800",
        "\u2028",
    ],
)
def test_what_could_drive_a_terminal_is_replaced(dangerous: str) -> None:
    cleaned = clean(f"a{dangerous}b")
    assert cleaned.startswith("a\ufffd") and cleaned.endswith("b")
    assert dangerous[0] not in cleaned


def test_emoji_are_told_in_what_every_terminal_draws_alike() -> None:
    assert clean("👍🏽 👩🏿\u200d💻 ☝️🏻 ok") == "👍 👩\ufffd💻 ☝ ok"
    assert clean("🇩🇪 and 🇯🇵") == "DE and JP"
    assert clean("lone 🏽") == "lone \ufffd"


def test_every_character_is_as_wide_as_other_programs_take_it_to_be() -> None:
    """Plane 0, where the world's writing is, and the emoji; wcwidth is what terminals and multiplexers go by."""
    drawn = (clean(chr(code)) for code in (*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x1F000, 0x1FB00)))
    known = (text for text in drawn if text and unicodedata.category(text) not in ("Cn", "Co"))
    assert [text for text in known if char_width(text) != max(0, wcwidth(text))] == []


def test_line_breaks_become_blanks_or_stay() -> None:
    assert clean("one\r\ntwo\tthree\rfour") == "one two three four"
    assert clean("one\r\ntwo\tthree\rfour\x1b", multiline=True) == "one\ntwo    three\nfour\ufffd"


@given(ANY_TEXT)
def test_cleaned_text_is_encodable_and_free_of_controls(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(codec=None, exclude_categories=["Cn"]), max_size=60))
def test_widths_agree_with_what_paints(text: str) -> None:
    assert text_width(clean(text)) == cell_len(clean(text))


@given(ANY_TEXT, st.integers(0, 30), st.sampled_from(["end", "middle", "front"]), st.sampled_from(["…", ".."]))
def test_a_cut_never_takes_more_room_than_there_is(text: str, width: int, where: str, mark: str) -> None:
    text = clean(text)
    shortened = cut(text, width, where, mark=mark)  # type: ignore[arg-type]
    assert text_width(shortened) <= width
    assert shortened == text if text_width(text) <= width else mark[:width] in shortened


def test_cuts_keep_the_part_that_matters() -> None:
    assert cut("msgbatch_01HkT8aWc2Nq5LzQe", 16, "middle") == "msgbatch_01Hk…Qe"
    assert cut("evals/prod/nightly-1122.jsonl", 14, "front") == "…ly-1122.jsonl"
    assert cut("max_tokens: <n> > <n> for <model>", 26) == "max_tokens: <n> > <n> for…"
    assert cut("1,234,567", 4, "never") == "…"


def test_wide_characters_are_not_cut_in_half() -> None:
    assert head_of("漢字仮名", 5) == "漢字"
    assert tail_of("漢字仮名", 5) == "仮名"
    assert pad("漢字", 6) == "漢字  " and pad("漢字", 6, "right") == "  漢字"
    assert text_width("e\u0301") == 1 and tail_of("ae\u0301", 1) == "e\u0301"


def test_a_cut_cell_keeps_its_looks() -> None:
    spans = (Span("nightly", "text"), Span("-eval", "dim"))
    assert cut_cell(spans, 9) == (Span("nightly", "text"), Span("-", "dim"), Span("…", "dim"))
    assert plain(tail_cell(spans, 7)) == "ly-eval"
    assert plain(cut_cell(spans, 8, "middle")) == "night…al"
    assert cell_width(fit_cell(spans, 20, "right")) == 20


@given(ANY_TEXT, st.integers(2, 20), st.integers(2, 20))
def test_wrapping_loses_nothing_and_fits(text: str, first: int, rest: int) -> None:
    text = clean(text)
    offsets = wrap_offsets(text, first, rest)
    assert "".join(text[start:end] for start, end in offsets) == text
    for number, (start, end) in enumerate(offsets):
        assert text_width(text[start:end].rstrip(" ")) <= (rest if number else first)


@given(ANY_TEXT)
def test_a_line_of_one_cell_takes_a_wide_character_all_the_same(text: str) -> None:
    text = clean(text)
    offsets = wrap_offsets(text, 1, 1, most=len(text) + 1)
    assert "".join(text[start:end] for start, end in offsets) == text


def test_wrapping_breaks_at_blanks_and_after_escaped_new_lines() -> None:
    assert wrap("the same input fails again", 12) == ["the same", "input fails", "again"]
    assert wrap("one\\ntwo three", 9) == ["one\\ntwo", "three"]
    assert wrap("a\nb", 10) == ["a", "b"]


def test_slices_keep_each_look() -> None:
    spans = (Span("abc", "head"), Span("def", "dim"))
    assert slice_cell(spans, 2, 4) == (Span("c", "head"), Span("d", "dim"))
