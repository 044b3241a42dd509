"""The panel of a plan: how far its making is, its rows, or why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.message import Message
from textual.widget import Widget

from batchtui.domain.failures import Failure
from batchtui.present.cells import Cell, Span, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.lines import BuiltLines, ListLines, wrap_cell
from batchtui.present.plan.plan_facts import Fact, compared, lay_plan
from batchtui.present.work_lines import Work, work_lines
from batchtui.tui.look import look_of
from batchtui.tui.widgets.frame import note_room
from batchtui.tui.widgets.text import TextPanel

MORE: Final = "j shows the rest, then y counts"
Facts = Callable[[int, int], list[Fact]]
"""The rows for a width and a height."""


@dataclass
class Remeasured(Message):
    """The plan takes another number of rows than before, as at another width."""


class PlanPanel(TextPanel):
    """Shows what a plan page has at its stage."""

    def __init__(self, *, label_width: int, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label_width = label_width
        self._has_question = False

    def show_work(self, work: Work) -> None:
        """While the plan is made."""
        self._has_question = False
        self.set_title("plan", note="nothing sent yet")
        self.show_lines(ListLines(work_lines(work, look_of(self).glyphs)))

    def show_trouble(self, failure: Failure) -> None:
        """There is no plan."""
        self._has_question = False
        self.set_title("plan", note="nothing sent")
        cells = (cell(clean(failure.what), "alert"), cell(clean(failure.next), "dim"))
        self.show_lines(BuiltLines(lambda width: [row for each in cells for row in wrap_cell(each, width)]))

    def show_plan(self, facts: Facts, before: Sequence[Fact] | None, note: Cell) -> None:
        """The plan; what differs from one that it replaces is marked."""
        self._has_question = True
        self.set_title("plan")
        self.note = note
        self.show_lines(BuiltLines(lambda width: self.rows(facts, before, width)))

    def rows(self, facts: Facts, before: Sequence[Fact] | None, width: int) -> list[Cell]:
        """The plan's rows at a width."""
        found, glyphs = self.facts_now(facts, before, width), look_of(self).glyphs
        rows = lay_plan(found, width, self._label_width, glyphs)
        if len(rows) <= self.room:
            return rows
        return lay_plan(found, width, self._label_width, glyphs, is_whole=True)

    def _measure(self, top: int) -> None:
        before = self.view.total
        super()._measure(top)
        if self.view.total != before:
            self.post_message(Remeasured())

    @property
    def room(self) -> int:
        """Rows that the plan may take: those beneath it too, which it lends to what stands there."""
        column = self.parent
        return max(self.page, column.size.height - self.BORDER_ROWS) if isinstance(column, Widget) else self.page

    @property
    def spare(self) -> int:
        """Rows of them that it does not need."""
        return self.room - self.view.total

    def facts_now(self, facts: Facts, before: Sequence[Fact] | None, width: int | None = None) -> list[Fact]:
        """The plan's facts, compared with those of the plan it replaces."""
        found = facts(self.text_width if width is None else width, self.room)
        return found if before is None else compared(found, before)

    def border_note_cell(self) -> Cell:
        """Why no answer counts yet, as long as the end of the plan is out of view."""
        if not self._has_question or self.has_shown_all:
            return self.note
        rest = cell(MORE, "warn")
        both = (*self.note, Span("; "), *rest)
        return both if cell_width(both) <= note_room(self.title, self.size.width) else rest

    @property
    def has_shown_all(self) -> bool:
        """Whether the end is in view: a plan that is longer than the page wants scrolling before it is agreed to."""
        extent = self.extent()
        return extent.top + extent.page >= extent.total
