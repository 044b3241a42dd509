"""A widget painted line by line from spans, which repaints only lines that came out different."""

from collections.abc import Iterable

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from batchtui.present.cells import Cell
from batchtui.tui.look import Look, look_of


class LineWidget(Widget):
    """Subclasses say what each line shows; after any change they call sync()."""

    DEFAULT_CSS = """
    LineWidget { background: $background; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cells: dict[int, Cell] = {}
        self._strips: dict[int, Strip] = {}
        self._painted_with: Look | None = None

    def line(self, y: int, width: int) -> Cell:
        """What line y shows, in width cells."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Paint one line, as Textual asks for it."""
        look = self._current_look()
        strip = self._strips.get(y)
        if strip is None:
            width = self.size.width
            spans = self._cells.get(y)
            if spans is None:
                spans = self._cells[y] = self.line(y, width)
            strip = self._strips[y] = look.strip(spans, width)
        return strip

    def sync(self, lines: Iterable[int] | None = None) -> None:
        """Work out lines anew (all, if none are named) and repaint those that differ."""
        width, height = self.size
        if not self.is_attached or not width:
            return
        self._current_look()
        changed: list[Region] = []
        for y in range(height) if lines is None else lines:
            spans = self.line(y, width)
            if spans != self._cells.get(y):
                self._cells[y] = spans
                self._strips.pop(y, None)
                changed.append(Region(0, y, width, 1))
        if changed:
            self.refresh(*changed)

    def forget(self) -> None:
        """Drop what was worked out, because size or look changed."""
        self._cells.clear()
        self._strips.clear()

    def on_resize(self, event: Resize) -> None:
        """All lines depend on the size, and Textual may have painted before it said so."""
        self.forget()
        self.refresh()

    def _current_look(self) -> Look:
        look = look_of(self)
        if look is not self._painted_with:
            self.forget()
            self._painted_with = look
        return look
