"""How spans look: a theme and a set of glyphs, and the strips that Textual paints."""

from typing import Protocol, cast

from textual.strip import Strip
from textual.widget import Widget

from batchtui.present.cells import Cell
from batchtui.tui.palette import Palette


class Look(Palette):
    """Paints spans with one theme and one set of glyphs; made anew when either changes."""

    def strip(self, spans: Cell, width: int) -> Strip:
        """The spans as a strip of exactly width cells."""
        return Strip(self.segments(spans, width), width)


class HasLook(Protocol):
    """What an app offers to the widgets here."""

    look: Look


def look_of(widget: Widget) -> Look:
    """The look of the app a widget is in."""
    return cast("HasLook", widget.app).look
