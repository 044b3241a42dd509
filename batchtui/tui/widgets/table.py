"""The one table: any number of rows, asked for as they come into view, followed by id over updates."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import structs
from textual.binding import BindingType
from textual.reactive import var

from batchtui.present.cells import NOTHING, Cell, Column, Row, Span, blanks, cell, cell_width, cut_cell
from batchtui.present.grid import Grid, Place, lay_heads, lay_row, place_columns
from batchtui.tui.look import look_of
from batchtui.tui.widgets.bindings import MARKS, MOVES, OPEN
from batchtui.tui.widgets.marks import Marks
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import ListRows, RowProvider
from batchtui.tui.widgets.scrolling import ScrollingPanel
from batchtui.tui.widgets.viewport import Viewport

MOST_NEW_COUNTED = 999
MOST_LAID = 1_000


class VirtualTable(ScrollingPanel, can_focus=True):
    """Rows over columns, with a cursor and marks."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES, *MARKS, *OPEN]

    has_cursor: var[bool] = var(True)
    """False for a table that is only looked at, as a preview."""
    empty: var[tuple[Cell, ...]] = var[tuple[Cell, ...]](())
    """Lines shown instead of rows while there are none."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        gutter: int = 3,
        has_heads: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._gutter = gutter
        self._head_rows = 1 if has_heads else 0
        self._rows: RowProvider = ListRows()
        self._seen: dict[int, Row] = {}
        self._laid: dict[str, tuple[Row, bool, bool, Grid, Cell]] = {}
        """Lines as they were laid last, by row: a row that is the same object is not laid again."""

        self._grid: Grid | None = None
        self._cursor_id: str | None = None
        self._unseen: frozenset[str] = frozenset()
        self._asked_for: object = None
        self._marks = Marks()
        self._shown_marks: tuple[str, ...] | None = ()

    # What screens call

    def show_rows(self, rows: RowProvider, *, asked_for: object = None) -> None:
        """Show the newest rows: cursor, marks and scroll follow their rows, and only lines that differ are painted.

        Args:
            asked_for: filter and order; rows that show because these are others now are not new.
        """
        before, self._rows = self._rows, rows
        self._seen.clear()
        self._shown_marks = None
        place = None if self._cursor_id is None else rows.index_of(self._cursor_id)
        view = self.view.refilled(len(rows), self.view.cursor if place is None else place)
        if asked_for == self._asked_for:
            self._unseen |= self._new_above(before, view.top)
        self._asked_for = asked_for
        self.show_view(view)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns."""
        self._columns, self._grid = tuple(columns), None
        self.sync()

    def move_to(self, row_id: str) -> bool:
        """Put the cursor on a row; False when it is not among those shown."""
        index = self._rows.index_of(row_id)
        if index is not None:
            self.show_view(self.view.moved_to(index))
        return index is not None

    @property
    def rows(self) -> RowProvider:
        """The rows shown now."""
        return self._rows

    @property
    def cursor_id(self) -> str | None:
        """The row under the cursor."""
        return self._cursor_id

    @property
    def marked_ids(self) -> tuple[str, ...]:
        """Marked rows among those shown, in their order."""
        if self._shown_marks is None:
            places = ((self._rows.index_of(row_id), row_id) for row_id in self._all_marked())
            self._shown_marks = tuple(row_id for place, row_id in sorted((p, r) for p, r in places if p is not None))
        return self._shown_marks

    def places(self) -> tuple[Place, ...]:
        """Where the columns stand; empty before the first painting."""
        return self._grid.places if self._grid is not None else ()

    @property
    def new_count(self) -> int:
        """Rows that came in above what is in view."""
        return len(self._unseen)

    # Moving

    @property
    def page(self) -> int:
        """Rows that can be in view."""
        return max(1, self.body_height - self._head_rows)

    def show_view(self, view: Viewport) -> None:
        """Take a viewport, say so if the cursor's row is another, and repaint what differs."""
        old, self.view = self.view, view
        if self._unseen:
            self._unseen = frozenset(each for each in self._unseen if (self._rows.index_of(each) or 0) < view.top)
        cursor_id = self._rows.id_at(view.cursor) if view.total else None
        if cursor_id != self._cursor_id:
            self._cursor_id = cursor_id
            self._shown_marks = self._shown_marks if self._marks.anchor is None else None
            self.post_message(RowHighlighted(self.id, cursor_id, view.cursor))
        is_only_the_cursor = structs.replace(old, cursor=view.cursor) == view and self._marks.anchor is None
        self.sync(self._lines_of(old.cursor, view.cursor) if is_only_the_cursor and self._seen else None)

    def action_open(self) -> None:
        """Say that the row under the cursor is to be opened."""
        if self._cursor_id is not None:
            self.post_message(RowOpened(self.id, self._cursor_id))

    # Marking

    def action_mark(self) -> None:
        """Mark the row under the cursor and go on to the next, or end a range."""
        if self._marks.anchor is not None:
            self.action_mark_range()
        elif self._cursor_id is not None:
            self._take_marks(self._marks.toggled(self._cursor_id))
            self.show_view(self.view.moved_by(1))

    def action_mark_range(self) -> None:
        """Begin a range at the cursor, or mark the one begun."""
        if self._cursor_id is None:
            return
        if self._marks.anchor is None:
            self._take_marks(self._marks.begun_at(self._cursor_id))
        else:
            self._take_marks(self._marks.ended_with(self._range_ids()))

    def action_mark_all(self) -> None:
        """Mark all rows shown."""
        self._take_marks(self._marks.added(self._rows.id_at(index) for index in range(len(self._rows))))

    def action_mark_none(self) -> None:
        """Unmark everything, rows out of sight included."""
        self._take_marks(Marks())

    # Drawing

    def body_line(self, y: int, width: int) -> Cell:
        """Heads, a row, or what stands for rows where there are none."""
        if self._grid is None or self._grid.width != width:
            self._grid = place_columns(self._columns, width, gutter=self._gutter)
        if y < self._head_rows:
            return lay_heads(self._grid)
        place = y - self._head_rows
        if not self.view.total:
            return self._empty_line(place, width)
        index = place + self.view.top
        return self._row_line(index, self._grid) if index < self.view.total else blanks(width)

    def thumb_line(self, y: int) -> int:
        """The thumb runs beside the rows."""
        return y - self._head_rows

    def border_title_cell(self) -> Cell:
        """The title, and how many rows came in above."""
        new = cell(f"  +{self.new_count} new", "head") if self._unseen else NOTHING
        return (*super().border_title_cell(), *new)

    def border_note_cell(self) -> Cell:
        """The note, and how many rows are marked."""
        count = len(self.marked_ids)
        if not count:
            return self.note
        return (*cell(f"{count:,} marked", "dim"), *((Span(", ", "dim"), *self.note) if self.note else NOTHING))

    def forget(self) -> None:
        """Drop what was worked out, because size or look changed."""
        super().forget()
        self._laid.clear()
        self._grid = None

    def watch_empty(self) -> None:
        """Repaint the lines that stand for rows."""
        self.sync()

    def watch_has_cursor(self) -> None:
        """Repaint the cursor's row."""
        self.sync()

    def _row_line(self, index: int, grid: Grid) -> Cell:
        row = self._seen.get(index)
        if row is None:
            row = self._seen[index] = self._rows.row(index)
        has_cursor = self.has_cursor and index == self.view.cursor
        is_marked = row.id in self._marks.ids or self._is_in_range(index)
        laid = self._laid.get(row.id)
        if laid is None or laid[0] is not row or laid[1:4] != (has_cursor, is_marked, grid):
            line = lay_row(grid, row, look_of(self).glyphs, has_cursor=has_cursor, is_marked=is_marked)
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            laid = self._laid[row.id] = (row, has_cursor, is_marked, grid, line)
        return laid[4]

    def _empty_line(self, place: int, width: int) -> Cell:
        if place >= len(self.empty):
            return blanks(width)
        room = width - self._gutter - 1
        spans = (*blanks(self._gutter), *cut_cell(self.empty[place], room, mark=look_of(self).glyphs.cut))
        return (*spans, *blanks(width - cell_width(spans)))

    def _lines_of(self, *indexes: int) -> Iterable[int]:
        first = 1 + self._head_rows - self.view.top
        return {first + index for index in indexes if 0 <= index - self.view.top < self.view.page}

    def _take_marks(self, marks: Marks) -> None:
        self._marks, self._shown_marks = marks, None
        self.sync()
        self.post_message(MarksChanged(self.id, self.marked_ids))

    def _all_marked(self) -> Iterable[str]:
        return self._marks.ids.union(self._range_ids()) if self._marks.anchor is not None else self._marks.ids

    def _range_bounds(self) -> tuple[int, int] | None:
        if self._marks.anchor is None or not len(self._rows):  # a filter may leave no row
            return None
        start = self._rows.index_of(self._marks.anchor)
        ends = (self.view.cursor, self.view.cursor if start is None else start)
        return min(ends), max(ends)

    def _range_ids(self) -> list[str]:
        bounds = self._range_bounds()
        return [] if bounds is None else [self._rows.id_at(index) for index in range(bounds[0], bounds[1] + 1)]

    def _is_in_range(self, index: int) -> bool:
        bounds = self._range_bounds()
        return bounds is not None and bounds[0] <= index <= bounds[1]

    def _new_above(self, before: RowProvider, top: int) -> frozenset[str]:
        if not len(before):
            return frozenset()
        ids = (self._rows.id_at(index) for index in range(min(top, MOST_NEW_COUNTED)))
        return frozenset(each for each in ids if before.index_of(each) is None)
