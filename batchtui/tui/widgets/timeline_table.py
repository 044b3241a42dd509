"""A table whose head is drawn by somebody else, as the time axis is."""

from collections.abc import Callable

from batchtui.present.cells import NOTHING, Cell, blanks, cell_width
from batchtui.tui.widgets.table import VirtualTable

Head = Callable[[int], Cell]


class TimelineTable(VirtualTable):
    """The last column's head is asked for with that column's width."""

    head: Head | None = None

    def show_head(self, head: Head) -> None:
        """Draw the axis with this from now on."""
        self.head = head
        self.sync((1,))

    def body_line(self, y: int, width: int) -> Cell:
        """The axis, or a row."""
        line = super().body_line(y, width)
        if y or self.head is None or self._grid is None or not self._grid.places:
            return line
        place = self._grid.places[-1]
        axis = self.head(place.width) or NOTHING
        return (*blanks(place.x), *axis, *blanks(width - place.x - cell_width(axis)))
