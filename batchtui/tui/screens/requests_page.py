"""A page that lists single requests, any number of them; subclasses say which."""

import shlex
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.issues.triage import verdict, verdicts
from batchtui.domain.results import Issue
from batchtui.present.cells import Cell, Column, Span, blanks, cell
from batchtui.present.clean import clean
from batchtui.present.errors.chosen_export import wish_of_requests
from batchtui.present.errors.issue_words import class_role
from batchtui.present.errors.reasons import why_not_requests
from batchtui.present.errors.retry_choice import policy_for_members
from batchtui.present.errors.sample import Sampled
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.ordering import OWN_ORDER, Sorting
from batchtui.present.request.orders import arranged, sortings_of
from batchtui.present.request.requests_list import COLUMNS, Listed, RequestFilter, RequestList, fitted, row_of
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.edit_retry import edit_and_retry
from batchtui.tui.screens.sample_panel import SamplePanel
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.typing_line import Typing

REST_SECONDS: Final = 0.15
WIDE_FROM: Final = 120


class RequestsScreen(ArrangedScreen):
    """Requests of a run, or of a batch from elsewhere; `enter` looks into one."""

    PLACE = Place.MEMBERS
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.MEMBERS)
    CSS_PATH = "requests_page.tcss"
    WORDS: ClassVar[dict[str, str]] = {"open": "inspect"}
    TITLE: ClassVar[str] = "requests"
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_FROM, "-wide")]  # noqa: RUF012  Textual declares it without ClassVar

    table = query_one("#requests", VirtualTable)
    sample = query_one("#sample", SamplePanel)

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run_name = run
        self._as_given: RequestList | None = None
        self.requests: RequestList | None = None
        """In the order shown."""
        self._filter: RequestFilter | None = None
        self.trouble = ""
        """Why there is no list."""
        self.filter_words = ""
        self._shown: Sequence[str] = ()

    def compose_page(self) -> Iterator[Widget]:
        sample = SamplePanel(id="sample", rest_seconds=REST_SECONDS)
        sample.can_focus = False
        yield Horizontal(VirtualTable(self.COLUMNS, id="requests"), sample, id="body")
        yield AskLine()

    # What is listed

    def show_requests(self, requests: RequestList) -> None:
        """List other requests."""
        self._as_given = requests
        self.show_arranged()

    def sortings(self) -> tuple[Sorting, ...]:
        return sortings_of(self._as_given, tuple(column.key for column in self.COLUMNS))

    def show_arranged(self) -> None:
        """Sorted once for an order, not for each key of a filter."""
        if self._as_given is None:
            return
        self.requests = arranged(self._as_given, self.sortings(), self.order)
        self._filter = RequestFilter(self.requests)
        self._narrow(self.filter_words)

    def place_line(self, scene: Scene) -> FactLine:
        """Where this is."""
        raise NotImplementedError

    def sampled(self, listed: Listed) -> Sampled:
        """What the pane beside the list shows of a request."""
        rules = verdicts(self.scene.settings.retry.rules)
        return Sampled(
            run=self.run_name,
            custom_id=listed.custom_id,
            chunk=listed.chunk,
            attempt=listed.attempt,
            issue=listed.issue,
            why=verdict(listed.issue.cls, rules)[1] if listed.issue is not None else "",
            batch_id=self.batch_id_of(listed),
            is_collected=listed.is_collected,
        )

    def batch_id_of(self, listed: Listed) -> str | None:
        """Where it was sent."""
        run = self.scene.state.runs.get(self.run_name)
        chunk = run.chunks.get(listed.chunk) if run is not None else None
        return self.run_name if run is None else chunk.batch_id if chunk is not None else None

    def _show_sample(self) -> None:
        """Only a wide terminal has room for it."""
        listed = self._current()
        if self.size.width >= WIDE_FROM:
            self.sample.show_request(self.sampled(listed) if listed is not None else None, "enter opens")

    def _current(self) -> Listed | None:
        return self.requests.find(self.table.cursor_id) if self.requests and self.table.cursor_id else None

    def paint(self, scene: Scene) -> None:
        self._show_sample()
        if self.requests is None:
            self.table.set_title(self.TITLE)
            self.table.empty = ((), cell(clean(self.trouble) or "reading", "alert" if self.trouble else "dim"))
        elif not self._shown:
            self.table.empty = ((), cell(self._words_for_none(), "dim"))

    def _words_for_none(self) -> str:
        return f"none matches /{clean(self.filter_words)}; esc shows all" if self.filter_words else "there is none"

    def _narrow(self, words: str) -> None:
        requests = self.requests
        if requests is None or self._filter is None:
            return
        self.filter_words = words
        self._shown = self._filter.narrowed(words)
        glyphs = self.dashboard.look.glyphs
        self.table.show_columns(fitted(self.chosen_columns, self._shown, requests))
        rows = LazyRows(self._shown, lambda each: row_of(requests.find(each), glyphs))
        self.table.show_rows(rows, asked_for=(words, self.order))
        total, shown = len(requests.custom_ids), len(self._shown)
        self.table.set_title(self.TITLE, f"{shown:,} of {total:,}" if words else f"{total:,}")
        narrowed_by = (Span(f"/{clean(words)}", "head"), Span("  ")) if words else ()
        self.table.note = (*narrowed_by, *(self.order_note() if self.order != OWN_ORDER else ()))
        self.repaint()

    def selection_line(self, scene: Scene) -> FactLine:
        listed = self._current()
        if listed is None:
            return FactLine()
        name = (Span(clean(listed.custom_id), bold=True),)
        if listed.issue is None:
            return FactLine(left=(name,))
        message = cell(clean(listed.issue.message), class_role(listed.issue.cls))
        return FactLine(left=((*name, *blanks(3), *message),))

    # What is chosen

    def chosen_ids(self) -> tuple[str, ...]:
        """The marked ones, or the one under the cursor."""
        return self.table.marked_ids or ((self.table.cursor_id,) if self.table.cursor_id else ())

    def subject_ids(self) -> tuple[str, ...]:
        return self.chosen_ids()

    def command_words(self) -> str:
        chosen = self.chosen_ids()
        if not chosen:
            return f"batchtui errors {self.run_name} --members"
        return shlex.join(("batchtui", "show", f"{self.run_name}/{chosen[0]}"))

    def why_off(self, action_id: str) -> str:
        has_bad = self.requests is None or bool(self.chosen_issues())
        return why_not_requests(self.scene, action_id, self.run_name, shown=len(self._shown), has_bad=has_bad)

    def own_keys(self) -> tuple[Cell, ...]:
        return (key_cell("space", "mark"),) if self._shown else ()

    def on_row_highlighted(self, message: RowHighlighted) -> None:
        """The footer and the pane tell of the one under the cursor."""
        self._show_sample()
        self.paint_frame()

    def on_marks_changed(self, message: MarksChanged) -> None:
        """What R sends is another."""
        self.paint_frame()

    def on_row_opened(self, message: RowOpened) -> None:
        """Look into it."""
        self.do_open()

    # Actions

    def do_open(self) -> None:
        """Look into the request under the cursor; the inspector walks along this list."""
        if self.requests is None or self.table.cursor_id is None:
            return
        from batchtui.tui.screens.inspector import InspectorScreen

        place = self.table.view.cursor
        self.dashboard.push_screen(InspectorScreen(self.run_name, self.requests, self._shown, place))

    def do_filter(self) -> None:
        """Show only those that match, as they are typed."""
        typing = Typing(
            prompt=cell("/", "head", bold=True), after=cell("enter keeps   esc all", "dim"), initial=self.filter_words
        )
        self.ask(typing, self._narrow, changed=self._narrow, canceled=lambda: self._narrow(""))

    def do_back(self) -> None:
        """First show all again, then leave."""
        if self.filter_words:
            self._narrow("")
        else:
            self.dashboard.go_back()

    def chosen_issues(self) -> list[Issue]:
        """What did not succeed among the marked ones, or the one under the cursor."""
        issues = self.requests.issues if self.requests is not None else {}
        return [issues[each] for each in self.chosen_ids() if each in issues]

    def do_export(self) -> None:
        """Write the results of the marked requests, or of all that are shown, with what was asked."""
        chosen = self.table.marked_ids or tuple(self._shown)
        if chosen:
            self.dashboard.open_export(wish_of_requests(self.run_name, chosen))

    def do_retry(self) -> None:
        """Plan another attempt of the marked requests, or of the one under the cursor."""
        issues = self.chosen_issues()
        policy = policy_for_members((issue.cls for issue in issues), (issue.custom_id for issue in issues))
        self.dashboard.open_retry(self.run_name, policy)

    def do_edit_retry(self) -> None:
        """Edit the marked requests, or the one under the cursor, then plan."""
        edit_and_retry(self.dashboard, self.run_name, self.chosen_issues())
