"""Everything that happened and every call made since the dashboard was opened, newest first."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.words import several
from batchtui.present.activity_log import (
    COLUMNS,
    SORTINGS,
    Entry,
    call_words,
    entries,
    narrowed,
    row_of_entry,
    with_days,
)
from batchtui.present.cells import Column, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.ordering import Sorting, in_order
from batchtui.present.scene import Scene
from batchtui.present.selection import of_batch, of_run
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.narrowed import NarrowedScreen
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable


class ActivityScreen(NarrowedScreen):
    """The log."""

    PLACE = Place.ACTIVITY
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ACTIVITY)
    DEFAULT_CSS: ClassVar[str] = "ActivityScreen #log { height: 1fr; }"
    WORDS: ClassVar[dict[str, str]] = {"open": "go there"}
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    table = query_one("#log", VirtualTable)

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[str, Entry] = {}
        self._is_far = False

    def compose_page(self) -> Iterator[Widget]:
        yield VirtualTable(self.chosen_columns, id="log")
        yield AskLine()

    def paint(self, scene: Scene) -> None:
        found = narrowed(entries(scene), self.query_typed)
        self._entries = {entry.id: entry for entry in found}
        self._make_room(is_far=bool(found) and scene.is_far(found[-1].at))
        self.table.set_title("activity", f"{len(self._entries):,}")
        self.table.note = self.narrowed_note()
        nothing = f"nothing matches {self.query_words}; esc shows all" if self.query_words else ""
        self.table.empty = ((), cell(nothing or "nothing has happened yet", "dim"))
        order = in_order(self._entries, SORTINGS, self.order, self._entries.__getitem__)
        rows = LazyRows(order, lambda key: row_of_entry(scene, self._entries[key]))
        self.table.show_rows(rows, asked_for=(self.query_typed, self.order))

    @property
    def chosen_columns(self) -> tuple[Column, ...]:
        """As chosen; with room for days where the oldest line is of another one."""
        columns = super().chosen_columns
        return with_days(columns) if self._is_far else columns

    def _make_room(self, *, is_far: bool) -> None:
        if is_far is not self._is_far:
            self._is_far = is_far
            self.table.show_columns(self.chosen_columns)

    def place_line(self, scene: Scene) -> FactLine:
        lines = cell(several(len(self._entries), "line"), "dim")
        since = cell("since this dashboard was opened, and the past before", "dim")
        return FactLine(left=((Span("activity", "head", True),), lines, since))

    def selection_line(self, scene: Scene) -> FactLine:
        entry = self._current
        if entry is None:
            return FactLine()
        words = call_words(entry)
        by = (Span("by ", "dim"), Span(entry.actor)) if entry.actor else ()
        facts = (by, cell(words) if words else (), cell(entry.command, "dim"))
        return FactLine(left=tuple(fact for fact in facts if fact))

    @property
    def _current(self) -> Entry | None:
        return self._entries.get(self.table.cursor_id or "")

    def subject_ids(self) -> tuple[str, ...]:
        entry = self._current
        name = (entry.batch_id or entry.run) if entry is not None else None
        return (name,) if name else ()

    def command_words(self) -> str:
        return self._current.command if self._current is not None else "batchtui ls"

    def why_off(self, action_id: str) -> str:
        if action_id in ("open", "copy_id") and not self.subject_ids():
            return "it is about no run and no batch"
        return ""

    def do_open(self) -> None:
        """What it was about."""
        entry, state = self._current, self.scene.state
        if entry is None:
            return
        if entry.run in state.runs:
            self.dashboard.open_selected(of_run(entry.run or ""))
        elif entry.batch_id in state.batches:
            self.dashboard.open_selected(of_batch(entry.batch_id or ""))

    def sortings(self) -> tuple[Sorting, ...]:
        return SORTINGS

    def do_activity(self) -> None:
        self.dashboard.go_back()
