"""What of a run, or of a batch from elsewhere, did not succeed: groups above, a sample of the one in view below."""

import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.failures import Failure
from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.never_accepted import NeverAccepted
from batchtui.engine import verbs_runs
from batchtui.present.cells import Cell, Column, Span
from batchtui.present.clean import clean
from batchtui.present.errors import rows as present
from batchtui.present.errors.arriving import arriving_facts, rows_of
from batchtui.present.errors.chosen_export import wish_of_groups
from batchtui.present.errors.empty import empty_lines
from batchtui.present.errors.gathered import Gathered
from batchtui.present.errors.reasons import GroupsInView, why_not_groups
from batchtui.present.errors.refused_row import REFUSED_ID
from batchtui.present.errors.retry_choice import policy_for
from batchtui.present.errors.triage_facts import signature, triage_of
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.ordering import Sorting, in_order
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.screens.arriving import Arrivals
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.edit_retry import edit_and_retry
from batchtui.tui.screens.group_deeds import GroupDeeds
from batchtui.tui.screens.group_sample import GroupSample
from batchtui.tui.screens.lookups import Gathering, gather_issues, or_failure
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable


class ErrorsScreen(ArrangedScreen):
    """Groups of issues; marks choose what a retry sends."""

    PLACE = Place.ERRORS
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ERRORS)
    CSS_PATH = "errors.tcss"
    WORDS: ClassVar[dict[str, str]] = {"open": "members", "edit_retry": "edit", "next_sample": "sample"}
    COLUMNS: ClassVar[tuple[Column, ...]] = present.COLUMNS

    table = query_one("#groups", VirtualTable)
    sample_panel = query_one("#sample", GroupSample)

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run_name = run
        self._gathering: Gathering | None = None
        self._groups: list[Gathered] = []
        self._by_id: dict[str, Gathered] = {}
        self._order: list[str] = []
        """Group ids as they were ranked when they were read: muting one moves nothing under the cursor."""
        self._signature: tuple[object, ...] | None = None
        self._is_gathering = False
        self._trouble = ""
        """Why the groups cannot be read."""
        self._seen_at: datetime | None = None
        self._seen_before: Mapping[GroupKey, datetime] = {}
        """When groups were last looked at before this page was opened."""
        self._deeds = GroupDeeds(self)
        self._arrivals = Arrivals(run)
        self._has_told = False
        """That somebody looks at these groups was written down."""

    def compose_page(self) -> Iterator[Widget]:
        yield VirtualTable(self.chosen_columns, id="groups")
        yield GroupSample(id="sample")
        yield AskLine()

    def on_mount(self) -> None:
        run = self.scene.state.runs.get(self.run_name)
        self._seen_at = run.triaged_at if run else None
        self._seen_before = self.scene.state.seen_groups
        for panel in (self.table, self.sample_panel):
            panel.is_one_of_several = True

    # Painting

    def paint(self, scene: Scene) -> None:
        self._gather_if_changed(scene)
        self._arrivals.follow(scene, self)
        triage = self._triage(scene)
        order = in_order(self._order, present.SORTINGS, self.order, self._by_id.__getitem__)
        self._groups = [self._by_id[each] for each in order]
        self.table.set_title("groups", str(len(self._groups)))
        self.table.note = self.order_note()
        self.table.empty = empty_lines(triage, is_reading=self._gathering is None, trouble=self._trouble)
        ids, row = rows_of(order, self._by_id, self._arrivals.newest, triage, scene.glyphs)
        self.table.show_rows(LazyRows(ids, row), asked_for=self.order)
        self.sample_panel.show_group(self._current())

    def place_line(self, scene: Scene) -> FactLine:
        name = (Span("errors", "head", True), Span("  "), Span(clean(self.run_name), "text", True))
        facts = present.header_facts(self._groups, self._triage(scene), scene.live.leader) if self._gathering else []
        return FactLine(left=(name, *(arriving_facts(self._arrivals.newest) or facts)), gap=3)

    def selection_line(self, scene: Scene) -> FactLine:
        if not self._groups:
            return FactLine()
        facts = present.selection_facts(self._groups, self._marked(), self._triage(scene))
        return FactLine(left=tuple(facts))

    def _triage(self, scene: Scene) -> present.Triage:
        under_way = self._gathering.under_way if self._gathering else {}
        return triage_of(
            scene, self.run_name, seen_at=self._seen_at, under_way=under_way, seen_before=self._seen_before
        )

    @property
    def is_gathering(self) -> bool:
        """Groups are being read; what arrived until then stays in view."""
        return self._is_gathering

    # Looking up

    def _gather_if_changed(self, scene: Scene) -> None:
        now = signature(scene, self.run_name)
        if now == self._signature or self._is_gathering:
            return
        self._signature, self._is_gathering = now, True
        self.dashboard.do(lambda engine: or_failure(gather_issues(engine, self.run_name)), self._take_gathering)

    def _take_gathering(self, gathering: Gathering | Failure) -> None:
        self._is_gathering = False
        self._trouble = str(gathering) if isinstance(gathering, Failure) else ""
        if isinstance(gathering, Failure):
            self.repaint()
            return
        self._gathering = gathering
        self._arrivals.settle(self.scene)
        self._by_id = {entry.id: entry for entry in gathering.groups}
        self._order = [entry.id for entry in present.ordered(gathering.groups, self._triage(self.scene))]
        if gathering.groups and not self._has_told and self.run_name in self.scene.state.runs:
            self._has_told = True
            seen = [entry.key for entry in gathering.groups]
            self.dashboard.do(lambda engine: verbs_runs.triaged(engine, self.run_name, seen))
        self.repaint()

    # What is chosen

    def _current(self) -> Gathered | None:
        return next((entry for entry in self._groups if entry.id == self.table.cursor_id), None)

    def _refused_here(self) -> NeverAccepted | None:
        """What was never accepted, with the cursor on it and no group marked."""
        is_here = self.table.cursor_id == REFUSED_ID and not self._marked()
        return self._triage(self.scene).refused if is_here else None

    def _marked(self) -> list[Gathered]:
        marked = set(self.table.marked_ids)
        return [entry for entry in self._groups if entry.id in marked]

    def subject_ids(self) -> tuple[str, ...]:
        return (self.run_name,)

    def command_words(self) -> str:
        entry = self._current()
        return f"batchtui errors {self.run_name}" + (f" --class {shlex.quote(entry.group.cls)}" if entry else "")

    def why_off(self, action_id: str) -> str:
        seen = GroupsInView(
            run=self.run_name,
            groups=len(self._groups),
            marked=len(self._marked()),
            refused=self._refused_here(),
            is_arriving=self._current() is None and bool(self._arrivals.newest.groups),
        )
        return why_not_groups(self.scene, action_id, seen)

    def on_row_highlighted(self, message: RowHighlighted) -> None:
        """Another group: show its sample."""
        self.sample_panel.show_group(self._current())

    def on_marks_changed(self, message: MarksChanged) -> None:
        """What R sends is another."""
        self.paint_frame()

    def on_row_opened(self, message: RowOpened) -> None:
        """Its members, where they are known."""
        why = self.why_off("open")
        if why:
            self.dashboard.say(why)
        else:
            self.do_open()

    def own_keys(self) -> tuple[Cell, ...]:
        return (key_cell("space", "mark"),) if self._groups else ()

    # Actions

    def do_open(self) -> None:
        """List the members of the group under the cursor."""
        entry = self._current()
        if entry is not None:
            from batchtui.tui.screens.members import MembersScreen

            self.dashboard.push_screen(MembersScreen(self.run_name, entry))

    def do_next_sample(self) -> None:
        """Show the next sample of the group."""
        self.sample_panel.step(1)

    def do_previous_sample(self) -> None:
        """Show the one before."""
        self.sample_panel.step(-1)

    def do_retry(self) -> None:
        """Plan a retry of the marked groups, or of all that can be sent again."""
        if self._refused_here() is not None:
            self.dashboard.open_lost(self.run_name)
            return
        self.dashboard.open_retry(self.run_name, policy_for(self._marked(), self._groups))

    def do_edit_retry(self) -> None:
        """Edit the requests of the marked groups, or of the one under the cursor, then plan."""
        current = self._current()
        chosen = self._marked() or ([current] if current else [])
        edit_and_retry(self.dashboard, self.run_name, [each.issue for entry in chosen for each in entry.members])

    def do_mute(self) -> None:
        """Put a group aside for a week or until it doubles, or take it back."""
        entry = self._current()
        if entry is not None:
            self._deeds.mute(entry, is_muted=self._triage(self.scene).is_muted(entry))

    def do_split_group(self) -> None:
        """Tell the members of the group under the cursor apart, or put it back."""
        entry = self._current()
        if entry is not None:
            self._deeds.split(entry)

    def do_merge_groups(self) -> None:
        """Count the marked groups as one."""
        self._deeds.merge(self._marked())

    def sortings(self) -> tuple[Sorting, ...]:
        return present.SORTINGS

    def show_arranged(self) -> None:
        self.table.show_columns(self.chosen_columns)
        self.repaint()

    def say_and_repaint(self, words: str) -> None:
        """Something was done that changes how groups look."""
        self.dashboard.say(words)
        self.repaint()

    def read_again(self, words: str) -> None:
        """Groups are others now."""
        self._signature = None
        self._arrivals.forget()
        self.say_and_repaint(words)

    def do_export(self) -> None:
        """Write the failures of the marked groups, or of the one under the cursor, with their requests."""
        current = self._current()
        chosen = self._marked() or ([current] if current else [])
        if chosen:
            self.dashboard.open_export(wish_of_groups(self.run_name, chosen, self._groups))

    def do_other_pane(self) -> None:
        """Move between groups and sample."""
        (self.sample_panel if self.table.has_focus else self.table).focus()
