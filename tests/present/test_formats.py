"""Figures as people read them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.money import limit_words
from batchtui.present import formats
from batchtui.present.cells import Span, plain
from batchtui.present.glyphs import ASCII, UNICODE, choose


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (4_001, "4,001"),
        (9_999, "9,999"),
        (10_000, "10.0k"),
        (11_812, "11.8k"),
        (99_960, "100k"),
        (104_300, "104k"),
        (999_600, "1.00M"),
        (1_200_000, "1.20M"),
        (10_000_000, "10.0M"),
    ],
)
def test_counts_are_exact_below_ten_thousand_then_three_figures(number: int, words: str) -> None:
    assert formats.count(number) == words


@given(st.integers(0, 10**9))
def test_counts_never_need_more_than_five_cells(number: int) -> None:
    assert len(formats.count(number)) <= 5


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "0h00"),
        (41 * 60, "0h41"),
        (3 * 3600 + 720, "3h12"),
        (86_399, "23h59"),
        (93_600, "1d02h"),
        (9 * 86_400 + 14_400, "9d04h"),
        (10 * 86_400, "10d"),
        (27 * 86_400 + 5, "27d"),
        (-5, "0h00"),
    ],
)
def test_durations(seconds: int, words: str) -> None:
    assert formats.duration(seconds) == words


def test_money_has_two_decimals_and_says_when_it_is_estimated() -> None:
    assert formats.money(47.12) == "$47.12"
    assert formats.money(24.1, is_estimate=True) == "~$24.10"
    assert formats.money(0) == "$0.00"
    assert formats.money(0.0049) == "<$0.01" and formats.money(0.005) == "$0.01"
    assert formats.money(Decimal("0.0000001"), is_estimate=True) == "~<$0.01"


def test_two_ends_that_read_the_same_are_one_amount() -> None:
    assert formats.money_between(0.0001, 0.002) == "<$0.01"
    assert formats.money_between(0.0001, 0.02) == "<$0.01 to $0.02"
    assert formats.money_between(1, 2, is_estimate=True) == "~$1.00 to ~$2.00"


def test_a_limit_is_told_as_it_was_set() -> None:
    assert [limit_words(usd) for usd in (25, 25.0, 12.5, 0.001, 1000, 0)] == [
        "$25",
        "$25",
        "$12.50",
        "$0.001",
        "$1,000",
        "$0",
    ]


def test_shares_never_round_to_none_or_all() -> None:
    assert formats.percent(112, 11_912) == "0.9 %"
    assert formats.percent(1, 1_000_000) == "<0.1 %"
    assert formats.percent(999_999, 1_000_000) == ">99 %"
    assert formats.percent(5, 5) == "100 %"
    assert formats.percent(0, 0) == "0 %"


def test_sizes_and_short_times() -> None:
    assert [formats.size(n) for n in (812, 3_400_000, 999_999, 88_400_000)] == ["812 B", "3.4 MB", "1.0 MB", "88.4 MB"]
    assert [formats.brief(s) for s in (4, 130, 7_260)] == ["4s", "2m", "2h01"]
    assert formats.days(27 * 86_400 + 80_000) == "27d"


def test_times_of_day_are_utc_with_z_or_local_without() -> None:
    when = datetime(2025, 11, 21, 14, 2, 7, tzinfo=UTC)
    assert formats.minute(when) == "14:02Z"
    assert formats.second(when) == "14:02:07Z"
    assert formats.minute(when, timezone(timedelta(hours=2))) == "16:02"


def test_a_measured_zero_differs_from_a_count_not_given() -> None:
    assert formats.count_cell(0, UNICODE) == (Span("0", "dim", False),)
    assert plain(formats.count_cell(None, UNICODE)) == "–"
    assert plain(formats.count_cell(None, ASCII)) == "-"


def test_fractions_align_on_the_slash() -> None:
    places = {plain(formats.fraction_cell(*pair)).index("/") for pair in ((0, 1), (4, 12), (12, 12))}
    assert places == {2}


def test_ids_are_cut_in_the_middle_for_both_sets_of_glyphs() -> None:
    assert formats.short_id("msgbatch_01HkT8aWc2Nq5LzQe", UNICODE) == "msgbatch_01Hk…Qe"
    assert formats.short_id("msgbatch_01HkT8aWc2Nq5LzQe", ASCII) == "msgbatch_01Hk..Qe"


def test_glyphs_are_ascii_wherever_unicode_could_go_wrong() -> None:
    assert choose(encoding="UTF-8", term="xterm-256color") is UNICODE
    assert choose(encoding="utf8", term=None) is UNICODE
    assert choose(encoding="ANSI_X3.4-1968", term="xterm") is ASCII
    assert choose(encoding=None, term="xterm") is ASCII
    assert choose(encoding="utf-8", term="linux") is ASCII
    assert choose(encoding="utf-8", term="xterm", is_wide=True) is ASCII
    assert choose("unicode", encoding="latin-1", term="linux") is UNICODE
    assert choose("ascii", encoding="utf-8", term="xterm") is ASCII


def test_every_glyph_takes_the_room_it_is_given() -> None:
    from batchtui.present.width import text_width

    for glyphs in (UNICODE, ASCII):
        single = ("succeeded", "errored", "expired", "canceled", "processing", "unsure", "unsent", "cursor", "mark")
        assert all(
            text_width(getattr(glyphs, name)) == 1 for name in (*single, "stale", "unknown", "thumb", "vertical")
        )
        assert len(glyphs.corners) == 4 and len(glyphs.columns) == 8
        assert glyphs is UNICODE or all(value.isascii() for value in map(str, (getattr(glyphs, f) for f in single)))
