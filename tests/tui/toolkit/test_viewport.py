"""Moving a cursor over more rows than fit."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.tui.widgets.frame import Extent
from batchtui.tui.widgets.viewport import Viewport


def test_leaving_the_view_jumps_by_half_a_page() -> None:
    view = Viewport(cursor=9, top=0, page=10, total=100)
    below = view.moved_by(1)
    assert (below.cursor, below.top) == (10, 5)
    above = Viewport(cursor=20, top=20, page=10, total=100).moved_by(-1)
    assert (above.cursor, above.top) == (19, 15)


def test_where_the_terminal_moves_lines_the_view_follows_line_by_line() -> None:
    below = Viewport(cursor=9, top=0, page=10, total=100, goes_by_lines=True).moved_by(1)
    assert (below.cursor, below.top) == (10, 1)
    above = Viewport(cursor=20, top=20, page=10, total=100, goes_by_lines=True).moved_by(-1)
    assert (above.cursor, above.top) == (19, 19)


def test_paging_keeps_the_cursors_line() -> None:
    view = Viewport(cursor=3, top=0, page=10, total=100).paged_by(9)
    assert (view.cursor, view.top) == (12, 9)


def test_new_rows_above_leave_the_cursors_line_alone() -> None:
    view = Viewport(cursor=2, top=0, page=10, total=12).refilled(total=14, cursor=4)
    assert (view.cursor, view.top) == (4, 2)


def test_what_fits_is_shown_whole_once_rows_went() -> None:
    assert Viewport(cursor=17, top=3, page=15, total=18).refilled(total=9, cursor=8).top == 0
    assert Viewport(cursor=0, top=0, page=15, total=4).refilled(total=3, cursor=0).top == 0


def test_a_row_that_comes_in_above_moves_no_line_even_where_all_fit() -> None:
    assert Viewport(cursor=0, top=0, page=15, total=3).refilled(total=4, cursor=1).top == 1


def test_rows_that_go_do_not_leave_the_cursor_behind_the_end() -> None:
    view = Viewport(cursor=8, top=4, page=5, total=9).refilled(total=3, cursor=8)
    assert (view.cursor, view.top) == (2, 0)
    assert Viewport(cursor=8, top=4, page=5, total=9).refilled(total=0, cursor=0).cursor == 0


def test_shrinking_and_growing_again_shows_the_first_rows_again() -> None:
    view = Viewport(cursor=2, top=0, page=17, total=50).resized(1)
    assert view.top == 2
    assert view.resized(17).top == 0


@given(st.integers(1, 30), st.integers(1, 200), st.lists(st.tuples(st.sampled_from("mprsf"), st.integers(-60, 60))))
def test_the_cursor_is_always_in_view(page: int, total: int, moves: list[tuple[str, int]]) -> None:
    view = Viewport(page=page, total=total)
    for kind, count in moves:
        match kind:
            case "m":
                view = view.moved_by(count)
            case "p":
                view = view.paged_by(count)
            case "r":
                view = view.resized(max(1, page + count))
            case "s":
                view = view.moved_to(count)
            case "f":
                view = view.refilled(max(1, total + count), view.cursor + count // 2)
        assert 0 <= view.cursor < view.total
        assert view.top <= view.cursor < view.top + view.page


@given(st.integers(1, 50), st.integers(1, 5000), st.integers(0, 5000))
def test_the_thumb_is_there_when_and_only_when_there_is_more(page: int, total: int, top: int) -> None:
    extent = Extent(min(top, max(0, total - page)), page, total)
    thumb = [y for y in range(page) if extent.is_thumb(y)]
    assert bool(thumb) == (total > page) == bool(extent.words())
    if total > page + 1:
        assert (0 in thumb) == (extent.top == 0) or page < 3
        assert (page - 1 in thumb) or extent.top < total - page


def test_the_range_is_said_as_people_count() -> None:
    assert Extent(0, 33, 52).words() == "1-33 of 52"
    assert Extent(99_990, 10, 100_000).words() == "99,991-100,000 of 100,000"
    assert Extent(0, 17, 12).words() == ""
