"""Columns placed on a line of a given width, and heads and rows laid out over them."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from batchtui.present.cells import (
    NOTHING,
    Cell,
    Column,
    Row,
    Span,
    blanks,
    cell_width,
    fit_cell,
    head_cell,
    on_role,
)
from batchtui.present.glyphs import Glyphs
from batchtui.present.width import pad

GUTTER: Final = 3


class Place(Struct, frozen=True):
    """A column and where it stands."""

    column: Column
    x: int
    width: int

    @property
    def end(self) -> int:
        """The first cell after it."""
        return self.x + self.width


class Grid(Struct, frozen=True, kw_only=True):
    """Which columns fit, where, and how far the cursor's background reaches."""

    places: tuple[Place, ...]
    width: int
    gutter: int = GUTTER

    @property
    def lit_end(self) -> int:
        """The first cell after the last column the cursor lights."""
        return max((place.end for place in self.places if place.column.is_lit), default=self.gutter)


def place_columns(columns: Sequence[Column], width: int, *, gutter: int = GUTTER) -> Grid:
    """Let columns go, shrink or grow until they fit; figures are never cut, so the rest stays whole."""
    kept = _those_that_stay(list(columns), width - gutter)
    room = width - gutter - (1 if kept and _leaves_blank(kept, width - gutter) else 0)
    kept = _those_that_stay(kept, room)
    widths = _grown(kept, _shrunk(kept, room), room)
    places, x = [], gutter
    for column, column_width in zip(kept, widths, strict=True):
        places.append(Place(column, x, column_width))
        x += column_width + 1
    return Grid(places=tuple(places), width=width, gutter=gutter)


def lay_heads(grid: Grid) -> Cell:
    """The line of column heads."""
    spans: list[Span] = list(blanks(grid.gutter))
    x = grid.gutter
    for place in grid.places:
        spans += blanks(place.x - x)
        spans.append(Span(pad(place.column.head, place.width, place.column.align)[: place.width], "dim", False))
        x = place.end
    return _to_width(tuple(spans), grid.width)


def lay_row(grid: Grid, row: Row, glyphs: Glyphs, *, has_cursor: bool = False, is_marked: bool = False) -> Cell:
    """One row over the grid; the cursor lights gutter, status and name, and leaves figures as they are."""
    spans = _gutter(grid, row, glyphs, has_cursor=has_cursor, is_marked=is_marked)
    x = grid.gutter
    for place, start, end in _eased(_joined(grid.places, row), row):
        is_lit = has_cursor and start < grid.lit_end
        gap = blanks(start - x)
        spans += on_role(gap, "selection") if is_lit else gap
        found = row.cells.get(place.column.key, NOTHING)
        content = fit_cell(
            found if isinstance(found, tuple) else found.fill(end - start, glyphs),
            end - start,
            place.column.align,
            place.column.cut,
            mark=glyphs.cut,
            tail=place.column.cut_tail,
        )
        spans += _lit(content, is_name=end == grid.lit_end) if is_lit else content
        x = end
    return _to_width(tuple(spans), grid.width)


def _gutter(grid: Grid, row: Row, glyphs: Glyphs, *, has_cursor: bool, is_marked: bool) -> list[Span]:
    if not grid.gutter:
        return []
    first = glyphs.mark if is_marked else glyphs.cursor if has_cursor else " "
    spans = (Span(first, "head", None if first != " " else False), row.sign or Span(" "), *blanks(grid.gutter - 2))
    return list(on_role(spans, "selection") if has_cursor else spans)


def _lit(spans: Cell, *, is_name: bool) -> Cell:
    """Under the cursor: the theme says how, but the name is bold in every one."""
    return on_role(spans, "selection", bold=True if is_name else None)


_Stretch = tuple[Place, int, int]
"""A place to fill, where it begins and the first cell after it."""


def _joined(places: tuple[Place, ...], row: Row) -> list[_Stretch]:
    """Places to fill; a joined cell swallows those up to its last column or the last one left."""
    filled: list[_Stretch] = []
    index = 0
    while index < len(places):
        place, last_key = places[index], row.joins.get(places[index].column.key)
        last = index
        if last_key is not None:
            keys = [later.column.key for later in places]
            last = max(index, keys.index(last_key)) if last_key in keys else len(places) - 1
        filled.append((place, place.x, places[last].end))
        index = last + 1
    return filled


def _eased(filled: list[_Stretch], row: Row) -> list[_Stretch]:
    """The same, where cells that want more room than their columns have take it from those before them."""
    eased: list[_Stretch] = []
    for place, start, end in filled:
        wanted = row.wants.get(place.column.key, 0)
        while wanted > end - start and eased and eased[-1][0].column.key in row.yields:
            start = eased.pop()[1]
        missing = wanted - (end - start)
        if missing > 0 and eased and _free(eased[-1], row) >= missing:
            before, its_start, its_end = eased.pop()
            eased.append((before, its_start, its_end - missing))
            start -= missing
        eased.append((place, start, end))
    return eased


def _free(stretch: _Stretch, row: Row) -> int:
    place, start, end = stretch
    content = row.cells.get(place.column.key, NOTHING)
    return end - start - cell_width(content) if isinstance(content, tuple) else 0


def _to_width(spans: Cell, width: int) -> Cell:
    used = cell_width(spans)
    return head_cell(spans, width) if used > width else (*spans, *blanks(width - used))


def _leaves_blank(columns: Sequence[Column], room: int) -> bool:
    """Words never touch the border; figures only where a column would have to shrink for that, or have their own."""
    last = columns[-1]
    is_figure = last.align == "right" and not last.head.endswith(" ")
    return _is_text(last) or (is_figure and sum(column.width + 1 for column in columns) <= room)


def _is_text(column: Column) -> bool:
    return column.align == "left" and column.cut != "never"


def _those_that_stay(columns: list[Column], room: int) -> list[Column]:
    while len(columns) > 1 and _needed(columns) > room:
        optional = [column for column in columns if column.goes is not None]
        if optional:
            columns.remove(min(optional, key=lambda column: column.goes or 0))
        elif _needed_at_least(columns) > room:
            columns.pop()
        else:
            break
    return columns


def _needed(columns: list[Column]) -> int:
    return sum(column.width for column in columns) + len(columns) - 1


def _needed_at_least(columns: list[Column]) -> int:
    return sum(column.width if column.least is None else column.least for column in columns) + len(columns) - 1


def _shrunk(columns: list[Column], room: int) -> list[int]:
    widths = [column.width for column in columns]
    while sum(widths) + len(widths) - 1 > room:
        slack = [
            0 if column.least is None else width - column.least for column, width in zip(columns, widths, strict=True)
        ]
        if max(slack) <= 0:
            break
        widths[slack.index(max(slack))] -= 1
    return widths


def _grown(columns: list[Column], widths: list[int], room: int) -> list[int]:
    """Share out what is left, in turns, among the columns that may grow."""
    spare = room - sum(widths) - len(widths) + 1
    while spare > 0:
        growing = [i for i, column in enumerate(columns) if column.most is not None and widths[i] < column.most]
        if not growing:
            break
        for index in growing[:spare]:
            widths[index] += 1
        spare -= min(spare, len(growing))
    return widths
