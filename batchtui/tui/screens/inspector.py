"""One request, whatever its size: what it was told, what it asked, what it got, every attempt, every byte."""

import shlex
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.failures import Failure
from batchtui.domain.words import chunk_name, several
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.errors.issue_words import class_role, class_word
from batchtui.present.errors.reasons import why_not_requests
from batchtui.present.errors.retry_choice import policy_for_members
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.lines import ListLines
from batchtui.present.request.inspected import Inspected
from batchtui.present.request.requests_list import NARROW_COLUMNS, Listed, RequestList, row_of
from batchtui.present.request.tabs import NO_RESULT, tab_cell, tab_names
from batchtui.present.request.usage import small_money
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.edit_retry import edit_and_retry
from batchtui.tui.screens.finding import FindingScreen
from batchtui.tui.screens.inspector_panel import InspectorPanel
from batchtui.tui.screens.inspector_tabs import document, show_tab
from batchtui.tui.screens.lookups import inspect_request, or_failure
from batchtui.tui.screens.outside import read_outside
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable

RESULT, REQUEST, RESPONSE, ATTEMPTS, RAW = range(1, 6)
WIDE_FROM = 120
NARROWEST = 24
"""Cells of the list beside it, at least."""


class InspectorScreen(FindingScreen):
    """Walks along a list of requests; at 120 columns the response stands beside the request."""

    PLACE = Place.INSPECTOR
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.INSPECTOR)
    CSS_PATH = "inspector.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_FROM, "-wide")]  # noqa: RUF012  # Textual's own declaration

    table = query_one("#list", VirtualTable)
    main = query_one("#main", InspectorPanel)
    response = query_one("#response", InspectorPanel)

    def __init__(self, run: str, requests: RequestList, shown: Sequence[str], place: int) -> None:
        super().__init__()
        self.run_name = run
        self.requests = requests
        self._shown = shown
        self._at = place
        self._tab = REQUEST
        self._found: Inspected | None = None
        self._trouble = ""
        self._was_wide: bool | None = None

    def compose_page(self) -> Iterator[Widget]:
        table = VirtualTable(NARROW_COLUMNS, id="list")
        table.can_focus = False
        yield Horizontal(table, InspectorPanel(id="main"), InspectorPanel(has_head=False, id="response"), id="body")
        yield AskLine()

    def on_mount(self) -> None:
        glyphs = self.dashboard.look.glyphs
        self.table.show_rows(LazyRows(self._shown, lambda each: row_of(self.requests.find(each), glyphs)))
        longest = 7 + max(map(len, self._shown[:200]), default=0)
        self.table.styles.width = min(max(NARROWEST, self.app.size.width // 5), max(NARROWEST, longest))
        self.main.is_one_of_several = self.response.is_one_of_several = True
        self.main.focus()
        self._look()

    # Looking up

    @property
    def listed(self) -> Listed:
        """The request in view."""
        return self.requests.find(self._shown[self._at])

    def _look(self) -> None:
        """Look the request up; an earlier look-up that is not done by then is dropped."""
        listed = self.listed
        self.table.move_to(listed.custom_id)
        self.run_worker(self._look_up(listed), exclusive=True, group="inspect")
        self.paint_frame()

    async def _look_up(self, listed: Listed) -> None:
        width = max(20, self.main.text_width)
        found = await self.dashboard.bridge.call(
            lambda engine: or_failure(inspect_request(engine, self.run_name, listed, width))
        )
        self._trouble = str(found) if isinstance(found, Failure) else ""
        self._found = None if isinstance(found, Failure) else found
        self._show()

    # Painting

    @property
    def is_wide(self) -> bool:
        """Whether the response has a panel of its own."""
        return self.size.width >= WIDE_FROM

    def paint(self, scene: Scene) -> None:
        """Nothing here changes with the state, but the response may have got a panel of its own, or lost it."""
        self._count()
        if self.is_wide is not self._was_wide:
            self._show(is_new=False)

    def _count(self) -> None:
        self.table.set_title("requests", note=f"{self._at + 1:,}/{len(self._shown):,}")

    def _show(self, *, is_new: bool = True) -> None:
        found, self._was_wide = self._found, self.is_wide
        numbers = (1, 2, 4, 5) if self.is_wide else (1, 2, 3, 4, 5)
        opened = REQUEST if self.is_wide and self._tab == RESPONSE else self._tab
        self.main.title = tab_cell(tab_names(found), numbers, opened)
        if found is None:
            words = clean(self._trouble) or "reading"
            self.main.show_text(ListLines([cell(f" {words}", "alert" if self._trouble else "dim")]), is_new=is_new)
        else:
            show_tab(self.main, found, opened, self.scene, is_new=is_new)
        self._show_response(found, is_new=is_new)
        self.paint_frame()

    def _show_response(self, found: Inspected | None, *, is_new: bool) -> None:
        self.response.title = (Span("3", "head", True), Span(" response", "text"))
        response = found.response if found is not None else None
        self.response.note = cell(f"{several(response.line_count, 'line')}" if response is not None else "", "dim")
        self.response.show_json(response, NO_RESULT if found else "", is_new=is_new)

    def place_line(self, scene: Scene) -> FactLine:
        listed = self.listed
        kind = class_word(listed.issue.cls, 17) if listed.issue is not None else f"chunk {chunk_name(listed.chunk)}"
        place = (
            Span("request", "head", True),
            Span(f"  {clean(self.run_name)} {scene.glyphs.lineage} ", "dim"),
            Span(kind, "text", True),
        )
        return FactLine(left=(place, cell(f"{self._at + 1:,} of {len(self._shown):,}", "dim")), gap=3)

    def selection_line(self, scene: Scene) -> FactLine:
        issue, found = self.listed.issue, self._found
        if issue is not None:
            reason = clean(found.advice.reason) if found is not None and found.advice is not None else ""
            words = f"{clean(issue.cls)}: {clean(issue.message)}"
            return FactLine(left=(cell(words, class_role(issue.cls)), cell(reason, "dim")), gap=3)
        if found is None or found.usage is None:
            return FactLine()
        usage = found.usage
        tokens = cell(f"{usage.input_tokens or 0:,} tokens in, {usage.output_tokens or 0:,} out")
        return FactLine(left=(cell("succeeded", "ok"), tokens, cell(small_money(found.cost_usd))), gap=3)

    def own_keys(self) -> tuple[Cell, ...]:
        keys = " ".join(map(self.dashboard.key_label, ("next_request", "previous_request")))
        tabs = "-".join(map(self.dashboard.key_label, ("tab_error", "tab_raw")))
        return (key_cell(keys, "next"), key_cell(tabs, "tab"))

    WORDS: ClassVar[dict[str, str]] = {"edit_retry": "edit"}

    # Actions

    def subject_ids(self) -> tuple[str, ...]:
        issue = self.listed.issue
        return (issue.request_id if issue is not None and issue.request_id else self.listed.custom_id,)

    def command_words(self) -> str:
        return shlex.join(("batchtui", "show", f"{self.run_name}/{self.listed.custom_id}"))

    def why_off(self, action_id: str) -> str:
        has_bad = self.listed.issue is not None
        why = why_not_requests(self.scene, action_id, self.run_name, shown=len(self._shown), has_bad=has_bad)
        return why or super().why_off(action_id)

    def do_next_request(self) -> None:
        """To the next request of the list."""
        self._step(1)

    def do_previous_request(self) -> None:
        """To the request before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        at = self._at + by
        if 0 <= at < len(self._shown):
            self._at = at
            self.forget_found()
            self._look()
            self._count()
        else:
            self.dashboard.say("that was the last one" if by > 0 else "that was the first one")

    def do_tab_error(self) -> None:
        """What became of it."""
        self._open_tab(RESULT)

    def do_tab_request(self) -> None:
        """What was asked."""
        self._open_tab(REQUEST)

    def do_tab_response(self) -> None:
        """What came back; it may have a panel of its own."""
        self._open_tab(RESPONSE)

    def do_tab_attempts(self) -> None:
        """Every attempt."""
        self._open_tab(ATTEMPTS)

    def do_tab_raw(self) -> None:
        """The bytes."""
        self._open_tab(RAW)

    def _open_tab(self, number: int) -> None:
        if number != self._tab:
            self.forget_found()
        if self.is_wide and number == RESPONSE:
            self.response.focus()
            return
        self._tab = number
        self.main.focus()
        self._show()

    def do_other_pane(self) -> None:
        """Between request and response; on a narrow screen to the next tab."""
        if not self.is_wide:
            self._open_tab(self._tab % 5 + 1)
        else:
            self.forget_found()
            (self.main if self.response.has_focus else self.response).focus()

    def panel_in_view(self) -> InspectorPanel:
        """The one that keys are for."""
        return self.response if self.response.has_focus else self.main

    def do_retry(self) -> None:
        """Plan another attempt of this request."""
        issue = self.listed.issue
        if issue is not None:
            self.dashboard.open_retry(self.run_name, policy_for_members((issue.cls,), (issue.custom_id,)))

    def do_edit_retry(self) -> None:
        """Edit this request, then plan another attempt of it."""
        issue = self.listed.issue
        edit_and_retry(self.dashboard, self.run_name, [issue] if issue is not None else [])

    def do_pager(self) -> None:
        """The text in view, in $PAGER."""
        read_outside(self.dashboard, document(self._found, self._tab, self.scene), "PAGER")

    def do_editor(self) -> None:
        """A copy of the text in view, in $EDITOR; nothing comes back."""
        read_outside(self.dashboard, document(self._found, self._tab, self.scene), "EDITOR")
