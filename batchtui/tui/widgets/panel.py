"""A panel: a border with a title, a note and a scroll thumb around lines that subclasses supply."""

from typing import ClassVar

from msgspec import structs
from textual.events import Blur, Focus
from textual.reactive import var

from batchtui.present.cells import NOTHING, Cell, Role, Span, cell
from batchtui.tui.look import look_of
from batchtui.tui.widgets.frame import Extent, bottom_border, top_border
from batchtui.tui.widgets.lines import LineWidget


class Panel(LineWidget):
    """Subclasses give body_line() and extent()."""

    DEFAULT_CSS = """
    Panel { height: 1fr; }
    """
    BORDER_ROWS: ClassVar[int] = 2

    title: var[Cell] = var(NOTHING)
    """Spans in the top border; a plain title is made by set_title()."""
    note: var[Cell] = var(NOTHING)
    """At the right of the top border."""
    summary: var[Cell] = var(NOTHING)
    """At the left of the bottom border."""
    border_role: var[Role] = var[Role]("rule")
    """"warn" makes a sheet that asks for a decision."""
    is_one_of_several: var[bool] = var(False)
    """Only among other panels does focus show."""

    def set_title(self, text: str, count: str = "", note: str = "") -> None:
        """A bold title with a dim count behind it, and a dim note."""
        self.title = (Span(text, "text", True), *cell(f" {count}" if count else "", "dim"))
        self.note = cell(note, "dim")

    def body_line(self, y: int, width: int) -> Cell:
        """What line y inside the border shows, in width cells."""
        raise NotImplementedError

    def extent(self) -> Extent:
        """Which part of the content is in view."""
        raise NotImplementedError

    def thumb_line(self, y: int) -> int:
        """The line of the scrolled part that line y of the body is; heads before it have negative ones."""
        return y

    def border_title_cell(self) -> Cell:
        """What the top border shows at the left."""
        role = self._title_role()
        return tuple(structs.replace(span, role=role) if span == _titled(span) else span for span in self.title)

    def border_note_cell(self) -> Cell:
        """What the top border shows at the right."""
        return self.note

    @property
    def body_height(self) -> int:
        """Lines inside the border."""
        return max(0, self.size.height - self.BORDER_ROWS)

    def line(self, y: int, width: int) -> Cell:
        """The border's lines, or a line of the body between its sides."""
        glyphs, rule = look_of(self).glyphs, self._rule_role()
        if y == 0:
            return top_border(self.border_title_cell(), self.border_note_cell(), width, glyphs, rule)
        if y == self.size.height - 1:
            return bottom_border(self.summary, cell(self.extent().words(), "dim"), width, glyphs, rule)
        is_thumb = self.extent().is_thumb(self.thumb_line(y - 1))
        right = Span(glyphs.thumb, "head", False) if is_thumb else Span(glyphs.vertical, rule)
        return (Span(glyphs.vertical, rule), *self.body_line(y - 1, width - 2), right)

    def on_focus(self, event: Focus) -> None:
        """The border shows it."""
        self.sync()

    def on_blur(self, event: Blur) -> None:
        """The border shows it."""
        self.sync()

    def watch_title(self) -> None:
        """Repaint the border."""
        self.sync((0,))

    def watch_note(self) -> None:
        """Repaint the border."""
        self.sync((0,))

    def watch_summary(self) -> None:
        """Repaint the border."""
        self.sync((self.size.height - 1,))

    def watch_border_role(self) -> None:
        """Repaint all that is drawn with it."""
        self.sync()

    def watch_is_one_of_several(self) -> None:
        """Repaint all that is drawn with it."""
        self.sync()

    def _shows_focus(self) -> bool:
        return self.is_one_of_several and self.has_focus

    def _rule_role(self) -> Role:
        if self._shows_focus() and self.border_role == "rule":
            return "dim"
        attributes = look_of(self).theme.attributes.get(self.border_role, ())
        # Reversed or underlined, which sets a word off, a border is a slab.
        return "text" if {"reverse", "underline"} & set(attributes) else self.border_role

    def _title_role(self) -> Role:
        if self.border_role != "rule":
            return self.border_role
        return "head" if self._shows_focus() else "text"


def _titled(span: Span) -> Span:
    """What a span would be if it were a plain title, whose role tells of focus; tabs keep their own."""
    return Span(span.text, "text", True)
