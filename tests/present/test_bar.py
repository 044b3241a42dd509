"""The bar's promises."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.status import RunCounts
from batchtui.present.bar import bar, share_out
from batchtui.present.cells import Span, plain
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.preview.legend import legend

AMOUNTS = st.tuples(*[st.integers(0, 10_000_000)] * 7)


def drawn(width: int = 16, *, has_ended: bool = False, **counts: int) -> str:
    return plain(bar(RunCounts(**counts), width, ASCII, has_ended=has_ended))


def test_the_bars_of_the_picture() -> None:
    assert (
        drawn(succeeded=4001, errored=23, expired=8, processing=5040, unknown=1008, unsent=2016) == "=====!~::::::?.."
    )
    assert drawn(succeeded=1200, canceled=800, processing=3000) == "====xx::::::::::"
    assert drawn(succeeded=11_800, errored=93, expired=19, has_ended=True) == "==============!~"
    assert drawn(errored=50, has_ended=True) == "!" * 16
    assert drawn(processing=10_000) == ":" * 16


def test_results_of_an_unknown_type_are_neither_good_nor_errored() -> None:
    assert drawn(succeeded=8, untold=8, has_ended=True) == "=" * 8 + "%" * 8
    lines = [plain(line) for line in legend(RunCounts(succeeded=1, untold=3), ASCII, given=True, is_own=False)]
    assert [line.split() for line in lines if "unknown" in line] == [["%%", "unknown", "type", "3"]]
    assert [line.split()[-1] for line in lines if "errored" in line] == ["0"]


def test_one_error_in_a_million_shows() -> None:
    assert drawn(succeeded=999_999, errored=1) == "===============!"


def test_a_bar_is_not_full_while_one_request_is_out() -> None:
    assert drawn(succeeded=99_999, processing=1) == "===============:"
    assert drawn(succeeded=99_999, unsent=1) == "===============."


def test_the_ok_part_is_grey_once_ended_and_bad_cells_keep_their_colour() -> None:
    spans = bar(RunCounts(succeeded=90, errored=10), 10, UNICODE, has_ended=True)
    assert spans == (Span("━━━━━━━━━", "dim"), Span("■", "err"))
    assert bar(RunCounts(succeeded=5), 4, UNICODE, has_ended=False)[0].role == "ok"


def test_nothing_at_all_draws_nothing() -> None:
    assert drawn() == ""


@given(AMOUNTS, st.integers(1, 60))
def test_shares_fill_the_width_and_hide_no_kind(amounts: tuple[int, ...], width: int) -> None:
    shares = share_out(amounts, width)
    total = sum(amounts)
    assert sum(shares) == (width if total else 0)
    assert all(share == 0 for amount, share in zip(amounts, shares, strict=True) if not amount)
    if width >= 6:
        assert all(share >= 1 for amount, share in zip(amounts[1:], shares[1:], strict=True) if amount)
    if shares[0] == width and total:
        assert amounts[0] == total or width < 6


@given(AMOUNTS, st.integers(20, 60))
def test_shares_are_within_a_cell_of_the_truth_but_for_the_least_ones(amounts: tuple[int, ...], width: int) -> None:
    total = sum(amounts)
    lifted = sum(1 for amount in amounts[1:] if 0 < amount * width < total)
    for amount, share in zip(amounts, share_out(amounts, width), strict=True):
        assert total == 0 or abs(share - amount * width / total) <= 1 + lifted
