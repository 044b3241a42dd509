"""A panel of the inspector: an identity that stays, and a text beneath it that scrolls by arrows."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from batchtui.present.cells import NOTHING, Cell, blanks, cell, cell_width, cut_cell
from batchtui.present.lines import LineSource, ListLines
from batchtui.present.request.json_text import JsonText
from batchtui.tui.look import look_of
from batchtui.tui.widgets.bindings import MOVES
from batchtui.tui.widgets.text import TextPanel

Head = Callable[[int], Cell]
"""The line that stays, for a width."""


def _no_head(width: int) -> Cell:
    return NOTHING


def _without_letters() -> list[BindingType]:
    """`j` and `k` go to the next request, not to the next line."""
    kept: list[BindingType] = []
    for binding in MOVES:
        keys = ",".join(key for key in binding.key.split(",") if key not in ("j", "k"))
        kept.append(type(binding)(keys, binding.action, binding.description, id=binding.id, show=False))
    return kept


class InspectorPanel(TextPanel, inherit_bindings=False):
    """JSON, or any other text, under a line that says whose it is."""

    BINDINGS: ClassVar[list[BindingType]] = _without_letters()
    HEAD_ROWS: ClassVar[int] = 2

    def __init__(self, *, has_head: bool = True, id: str | None = None) -> None:
        super().__init__(indent=1, id=id)
        self._head: Head = _no_head
        self._head_rows = self.HEAD_ROWS if has_head else 0
        self._json: JsonText | None = None

    def show_json(self, text: JsonText | None, missing: str, *, head: Head | None = None, is_new: bool = True) -> None:
        """Show a document; `is_new` goes to its first fault, or to its beginning."""
        self._json, self._head = text, head or _no_head
        source: LineSource = text if text is not None else ListLines([cell(f" {missing}", "dim")])
        self.show_lines(source, top=0 if is_new else None)
        fault = text.first_fault() if text is not None else None
        if text is not None and is_new and fault is not None:
            row = text.row_of_line(fault, self.text_width)
            if row >= self.page - 2:
                self.scroll_to_line(row)
        self.sync()

    def show_text(self, lines: LineSource, *, head: Head | None = None, is_new: bool = True) -> None:
        """Show other lines."""
        self._json, self._head = None, head or _no_head
        self.show_lines(lines, top=0 if is_new else None)
        self.sync()

    @property
    def json(self) -> JsonText | None:
        """The document shown, if it is one."""
        return self._json

    @property
    def page(self) -> int:
        return max(1, self.body_height - self._head_rows)

    def thumb_line(self, y: int) -> int:
        return y - self._head_rows

    def body_line(self, y: int, width: int) -> Cell:
        if y >= self._head_rows:
            return super().body_line(y - self._head_rows, width)
        if y:
            return blanks(width)
        spans = cut_cell(self._head(width - 3), width - 3, mark=look_of(self).glyphs.cut)
        return (*blanks(2), *spans, *blanks(width - 2 - cell_width(spans)))
