"""A page of a line or two for as long as the terminal is too small for any other."""

from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen

from batchtui.domain.actions.table import BY_ID
from batchtui.present.cells import Cell, blanks, fit_cell
from batchtui.tui.look import look_of
from batchtui.tui.terminal.preflight import size_notice
from batchtui.tui.widgets.lines import LineWidget


class TooSmall(Screen[None]):
    """Covers whatever is open; nothing beneath it changes. It can only be left with the program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(BY_ID["quit"].keys), "app.leave", id="quit", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The line."""
        yield _Notice()


class _Notice(LineWidget):
    DEFAULT_CSS = """
    _Notice { height: 1fr; }
    """

    def line(self, y: int, width: int) -> Cell:
        """What is missing, in the first lines."""
        lines = size_notice(self.screen.size.width, self.screen.size.height)
        return fit_cell(lines[y], width, mark=look_of(self).glyphs.cut) if y < len(lines) else blanks(width)


def heed_size(app: App[Any], size: Size) -> None:
    """Show or drop the page that says the terminal is too small: for an app's on_resize(event), with event.size."""
    is_shown = isinstance(app.screen, TooSmall)
    is_needed = bool(size_notice(size.width, size.height))
    if is_needed and not is_shown:
        app.push_screen(TooSmall())
    elif is_shown and not is_needed:
        app.pop_screen()
