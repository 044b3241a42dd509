"""The border of a panel as spans: title and note above, summary and range below, the scroll thumb at the side."""

from msgspec import Struct

from batchtui.present.cells import NOTHING, Cell, Role, Span, cell, cell_width, cut_cell
from batchtui.present.glyphs import Glyphs


class Extent(Struct, frozen=True):
    """Which part of the content is in view."""

    top: int
    page: int
    total: int

    @property
    def fits(self) -> bool:
        """Whether all of it is in view."""
        return self.top == 0 and self.total <= self.page

    def words(self) -> str:
        """As in 1-33 of 52; nothing when all fits."""
        if self.fits:
            return ""
        return f"{self.top + 1:,}-{min(self.total, self.top + self.page):,} of {self.total:,}"

    def is_thumb(self, y: int) -> bool:
        """Whether line y of the page lies beside the scroll thumb."""
        if self.fits or self.page <= 0:
            return False
        length = max(1, round(self.page * self.page / max(self.total, 1)))
        room = self.page - length
        furthest = max(1, self.total - self.page)
        start = min(room, -(-self.top * room // furthest))  # up, so that only the very top touches the top
        return start <= y < start + length


def top_border(title: Cell, note: Cell, width: int, glyphs: Glyphs, rule: Role) -> Cell:
    """╭─ title ───── note ─╮; the note goes when there is no room for both."""
    return _border(title, note, width, glyphs, rule, glyphs.corners[0], glyphs.corners[1])


def note_room(title: Cell, width: int) -> int:
    """Cells that a note may take beside a title."""
    return width - 6 - (cell_width(title) + 3 if title else 0)


def bottom_border(summary: Cell, extent: Cell, width: int, glyphs: Glyphs, rule: Role) -> Cell:
    """╰─ summary ───── 1-33 of 52 ─╯."""
    return _border(summary, extent, width, glyphs, rule, glyphs.corners[2], glyphs.corners[3])


def _border(left: Cell, right: Cell, width: int, glyphs: Glyphs, rule: Role, start: str, end: str) -> Cell:
    room = width - 4  # the corners and a piece of rule beside each
    if right and cell_width(right) > note_room(left, width):
        right = NOTHING
    left = cut_cell(left, max(0, room - 2), mark=glyphs.cut)
    first, last = _labelled(left), _labelled(right)
    between = max(0, room - cell_width(first) - cell_width(last))
    line = glyphs.horizontal
    spans = (*cell(start + line, rule), *first, *cell(line * between, rule), *last, *cell(line + end, rule))
    return spans if width >= 4 else cell(line * width, rule)


def _labelled(label: Cell) -> Cell:
    """With a blank on both sides; the one before an open tab is as lit as the tab."""
    return (Span(" ", on=label[0].on), *label, Span(" ")) if label else NOTHING
