"""Columns that go, shrink and grow, and rows laid out over them."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.status import RunCounts
from batchtui.present.bar import Bar
from batchtui.present.cells import Column, Row, Span, cell, cell_width, plain
from batchtui.present.facts import FactLine, key_cell, lay_facts
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.grid import lay_heads, lay_row, place_columns

COLUMNS = (
    Column(key="status", head="STATUS", width=9, is_lit=True, cut="end"),
    Column(key="run", head="RUN", width=17, most=18, least=10, is_lit=True, cut="end"),
    Column(key="bar", head="PROGRESS", width=16, most=18, least=8),
    Column(key="reqs", head="REQS", width=7, align="right", goes=2),
    Column(key="ok", head="OK", width=5, align="right"),
    Column(key="bad", head="BAD", width=5, align="right"),
    Column(key="age", head="AGE", width=5, align="right", goes=4),
    Column(key="left", head="LEFT ", width=6, align="right"),
    Column(key="chunk", head="CHUNK", width=5, align="right", goes=3),
    Column(key="cost", head="COST", width=8, align="right", goes=1),
)
ROW = Row(id="a", cells={"status": cell("running", "run"), "run": cell("nightly"), "ok": cell("4,001")})


def keys(width: int) -> list[str]:
    return [place.column.key for place in place_columns(COLUMNS, width).places]


def test_home_is_78_cells_at_80_columns() -> None:
    grid = place_columns(COLUMNS, 78)
    assert grid.places[-1].end == 78
    assert plain(lay_heads(grid)) == ("   STATUS    RUN               PROGRESS            OK   BAD   AGE  LEFT  CHUNK")


def test_columns_go_in_their_order() -> None:
    assert "cost" not in keys(88) and "reqs" in keys(88)
    assert "reqs" not in keys(78) and "chunk" in keys(78)
    assert "chunk" not in keys(75) and "age" in keys(75)
    assert keys(58) == ["status", "run", "bar", "ok", "bad", "left"]


def test_names_and_bars_shrink_only_when_nothing_can_go_any_more() -> None:
    widths = {place.column.key: place.width for place in place_columns(COLUMNS, 58).places}
    assert widths["ok"] == 5 and widths["left"] == 6
    assert widths["run"] + widths["bar"] == 25 and widths["run"] >= 10


def test_room_goes_to_those_that_may_grow_and_not_into_gaps() -> None:
    grid = place_columns(COLUMNS, 140)
    assert [place.width for place in grid.places[:3]] == [9, 18, 18]
    assert all(after.x == before.end + 1 for before, after in zip(grid.places, grid.places[1:], strict=False))


@given(st.integers(4, 200))
def test_lines_are_exactly_as_wide_as_asked(width: int) -> None:
    grid = place_columns(COLUMNS, width)
    assert cell_width(lay_heads(grid)) == width
    assert cell_width(lay_row(grid, ROW, UNICODE, has_cursor=True)) == width


def test_the_cursor_lights_gutter_status_and_name_only() -> None:
    spans = lay_row(place_columns(COLUMNS, 78), ROW, UNICODE, has_cursor=True)
    lit = tuple(span for span in spans if span.on == "selection")
    assert cell_width(lit) == 30 and plain(lit).startswith("▌  running   nightly")
    assert spans[: len(lit)] == lit
    assert next(span for span in lit if span.text == "nightly").bold is True


def test_a_mark_replaces_the_cursor_and_the_sign_stays() -> None:
    row = Row(id="a", cells={}, sign=Span("!", "alert"))
    grid = place_columns(COLUMNS, 78)
    assert plain(lay_row(grid, row, UNICODE, has_cursor=True, is_marked=True)).startswith("◆! ")
    assert plain(lay_row(grid, row, ASCII, is_marked=True)).startswith("*! ")
    assert plain(lay_row(grid, row, ASCII, has_cursor=True)).startswith(">! ")


def test_joined_cells_reach_over_their_neighbours() -> None:
    row = Row(
        id="a",
        cells={"bar": cell("chunk 7: no answer"), "left": cell("A settles"), "ok": cell("hidden")},
        joins={"bar": "ok", "left": "chunk"},
    )
    line = plain(lay_row(place_columns(COLUMNS, 78), row, UNICODE))
    assert "chunk 7: no answer" in line and "hidden" not in line and line.endswith("A settles")
    narrow = plain(lay_row(place_columns(COLUMNS, 70), row, UNICODE))
    assert "…ttles" not in narrow and len(narrow) == 70


def test_figures_are_never_cut_in_half() -> None:
    row = Row(id="a", cells={"ok": cell("123,456,789")})
    assert "123" not in plain(lay_row(place_columns(COLUMNS, 78), row, UNICODE))


def test_bars_take_the_width_their_column_has() -> None:
    row = Row(id="a", cells={"bar": Bar(RunCounts(succeeded=1), True)})
    for width in (58, 78, 140):
        grid = place_columns(COLUMNS, width)
        place = next(place for place in grid.places if place.column.key == "bar")
        assert plain(lay_row(grid, row, UNICODE)).count("━") == place.width


def test_wide_characters_keep_columns_in_line() -> None:
    grid = place_columns(COLUMNS, 78)
    line = lay_row(grid, Row(id="a", cells={"run": cell("夜間評価-漢字のとても長い名前"), "ok": cell("7")}), UNICODE)
    assert cell_width(line) == 78
    assert plain(line).index("7") + 8 == 53  # eight wide characters before it take a cell more each


def test_facts_go_whole_and_help_never_goes() -> None:
    line = FactLine(left=tuple(key_cell(*k.split()) for k in ("enter open", "e errors", "S submit", "? help")), stays=1)
    assert plain(lay_facts(line, 40)) == "enter open  e errors  S submit  ? help  "
    assert plain(lay_facts(line, 30)) == "enter open  e errors  ? help  "
    assert plain(lay_facts(line, 18)) == "enter open  ? help"


def test_the_right_edge_wins_over_facts_at_the_left() -> None:
    line = FactLine(left=(cell("batchtui"), cell("prod-evals")), right=(cell("live"), cell("14:02Z")))
    assert plain(lay_facts(line, 40)) == "batchtui  prod-evals        live  14:02Z"
    assert plain(lay_facts(line, 24)) == "batchtui    live  14:02Z"
    assert cell_width(lay_facts(line, 3)) == 3


def test_a_cell_that_wants_room_takes_none_that_is_needed() -> None:
    row = Row(id="a", cells={"bar": cell("twenty-four cells of it!"), "left": cell("A settles")},
              joins={"bar": "bad", "left": "chunk"}, wants={"left": 9})  # fmt: skip
    assert "twenty-four cells of it!" in plain(lay_row(place_columns(COLUMNS, 58), row, UNICODE))


def test_figures_leave_the_border_a_blank_where_no_column_has_to_shrink_for_that() -> None:
    columns = (
        Column(key="name", head="WHAT", width=20, most=60, cut="end"),
        Column(key="cost", head="COST", width=9, align="right"),
    )
    assert place_columns(columns, 60).places[-1].end == 59
    assert place_columns(columns, 33).places[-1].end == 33, "names are not cut for a blank"
