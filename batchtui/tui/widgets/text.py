"""A panel of lines to read and scroll: plans, details, help, the inspector."""

from typing import ClassVar

from msgspec import structs
from textual.binding import BindingType
from textual.events import Resize

from batchtui.present.cells import Cell, blanks, cell_width, cut_cell
from batchtui.present.lines import LineSource, ListLines
from batchtui.tui.look import look_of
from batchtui.tui.widgets.bindings import MOVES
from batchtui.tui.widgets.scrolling import ScrollingPanel
from batchtui.tui.widgets.viewport import Viewport


class TextPanel(ScrollingPanel, can_focus=True):
    """Lines from a source, with no cursor: moving scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def __init__(self, *, indent: int = 2, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._indent = indent
        self._lines: LineSource = ListLines()

    def show_lines(self, lines: LineSource, *, top: int | None = None) -> None:
        """Show other lines; the scroll stays where it was, or goes to top."""
        self._lines = lines
        self._measure(self.view.top if top is None else top)

    def measure(self) -> None:
        """Ask the source again how many lines there are, as after folding."""
        self._measure(self.view.top)

    def scroll_to_line(self, index: int) -> None:
        """Bring a line into view, a few lines from the top."""
        self.show_view(self.view.scrolled_to(index - 3))

    @property
    def text_width(self) -> int:
        """Cells a line may take: one stays blank inside the right border."""
        return max(1, self.size.width - 3 - self._indent)

    def show_view(self, view: Viewport) -> None:
        """Take another viewport and repaint what differs."""
        self.view = view
        self.sync()

    def body_line(self, y: int, width: int) -> Cell:
        """One line, indented."""
        index = y + self.view.top
        # Painted before Textual says the size is another, the lines may be fewer than those counted last.
        if index >= min(self.view.total, self._lines.height(self.text_width)):
            return blanks(width)
        glyphs = look_of(self).glyphs
        spans = cut_cell(self._lines.line(index, self.text_width, glyphs), self.text_width, mark=glyphs.cut)
        return (*blanks(self._indent), *spans, *blanks(width - self._indent - cell_width(spans)))

    def on_resize(self, event: Resize) -> None:
        """Lines may wrap differently."""
        self._measure(self.view.top)

    def action_cursor_down(self) -> None:
        """Scroll a line down."""
        self.show_view(self.view.scrolled_to(self.view.top + 1))

    def action_cursor_up(self) -> None:
        """Scroll a line up."""
        self.show_view(self.view.scrolled_to(self.view.top - 1))

    def _measure(self, top: int) -> None:
        view = structs.replace(self.view, total=self._lines.height(self.text_width), page=self.page)
        self.show_view(view.scrolled_to(top))
