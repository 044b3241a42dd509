"""A line of cells to draw on: later strokes win, words move aside for what must stay."""

from msgspec import Struct

from batchtui.present.cells import Cell, Role, Span
from batchtui.present.width import head_of, text_width


class _Point(Struct, frozen=True):
    text: str
    role: Role
    bold: bool | None


_BLANK = _Point(" ", "text", None)


class Canvas:
    """One line; whatever lies outside of it is not drawn."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._points: list[_Point | None] = [_BLANK] * width

    def stroke(self, x: int, end: int, glyph: str, role: Role) -> None:
        """The same glyph from x up to end, which is not drawn."""
        for at in range(max(0, x), min(self.width, end)):
            self._points[at] = _Point(glyph, role, None)

    def put(self, x: int, spans: Cell) -> int:
        """Words from x on; returns the cell behind them."""
        for span in spans:
            for char in head_of(span.text, max(0, self.width - x)):
                cells = text_width(char)
                if not cells or x < 0 or x + cells > self.width:
                    continue
                self._points[x] = _Point(char, span.role, span.bold)
                if cells == 2:
                    self._points[x + 1] = None
                x += cells
        return x

    def is_free(self, x: int, end: int) -> bool:
        """Whether nothing is drawn there."""
        return x >= 0 and end <= self.width and all(point is _BLANK for point in self._points[x:end])

    def cell(self) -> Cell:
        """The line as spans."""
        spans: list[Span] = []
        for point in self._points:
            if point is None:
                continue
            last = spans[-1] if spans else None
            if last is not None and (last.role, last.bold) == (point.role, point.bold):
                spans[-1] = Span(last.text + point.text, point.role, point.bold)
            else:
                spans.append(Span(point.text, point.role, point.bold))
        return tuple(spans)
