"""Beneath a plan, or the files one could be made of, where there is room: the first request that would be sent."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from batchtui.domain.failures import Failure
from batchtui.engine.plans import Plan
from batchtui.engine.ports import FoundRequest
from batchtui.present.cells import cell
from batchtui.present.clean import clean
from batchtui.present.errors.sample import first_lines
from batchtui.present.lines import BuiltLines, ListLines
from batchtui.present.request.summary import RequestSummary, summarise
from batchtui.tui.look import look_of
from batchtui.tui.screens.lookups import first_of, or_failure
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.text import TextPanel
from batchtui.workspace.requests.inputs import first_bytes

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

LEAST_ROWS: Final = 10
ROWS_OF_A_FILE: Final = 13
"""Beneath a list that gets longer and shorter with every key the panel stays where it is."""
AIR: Final = 1
"""A row that stays blank above it."""
MOST_BYTES: Final = 1 << 16
"""Of a file's first line; a longer one is not shown before it is checked."""


class FirstPanel(TextPanel, can_focus=False):
    """Takes rows that nothing else needs."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._of: Plan | str | None = None
        """What the request is the first of: a plan, or a file as it was typed."""
        self._request: RequestSummary | None = None

    def look(self, plan: Plan) -> None:
        """Look up the first request of another plan, as it was built for it."""
        self._forget_for(plan)
        self._dashboard.do(lambda engine: or_failure(first_of(engine, plan)), partial(self._take_found, plan))

    def look_into(self, file: str | None) -> None:
        """Look at the first line of another file."""
        if file != self._of:
            self._forget_for(file)
            if file is not None:
                self.run_worker(self._read(file), exclusive=True, group="first")

    def show_in(self, rows: int) -> None:
        """Show it in so many rows, its border among them, if that is enough."""
        height = rows - AIR if isinstance(self._of, Plan) else min(rows - AIR, ROWS_OF_A_FILE)
        self.styles.display = "block" if self._request is not None and height >= LEAST_ROWS else "none"
        self.styles.height = height
        self._show_request(lambda: height - self.BORDER_ROWS)

    def hide(self) -> None:
        """Leave all room to what stands above it."""
        self.styles.display = "none"

    def show_beside(self) -> None:
        """Show it in the room that the page's styles give it, a request or none."""
        had_own = [self.styles.clear_rule(rule) for rule in ("display", "height")]
        if any(had_own):
            self.refresh(layout=True)
        self._show_request(lambda: self.page)

    def _show_request(self, height: Callable[[], int]) -> None:
        note = f"1 of {self._of.requests:,}" if isinstance(self._of, Plan) else clean(self._of or "")
        self.set_title("first request", note=note)
        request, glyphs = self._request, look_of(self).glyphs
        if request is None:
            self.show_lines(ListLines([cell("none to show", "dim")]), top=0)
        else:
            self.show_lines(BuiltLines(lambda width: first_lines(request, width, height(), glyphs), height), top=0)

    @property
    def _dashboard(self) -> "Dashboard":
        return cast("Dashboard", self.app)

    def _forget_for(self, of: Plan | str | None) -> None:
        self._of, self._request = of, None

    def _take_found(self, plan: Plan, found: FoundRequest | Failure | None) -> None:
        self._take(plan, found.line if isinstance(found, FoundRequest) else b"")

    async def _read(self, file: str) -> None:
        start = await asyncio.to_thread(first_bytes, str(typed_path(file)), MOST_BYTES)
        self._take(file, start.partition(b"\n")[0])

    def _take(self, of: Plan | str, line: bytes) -> None:
        """What is no request, as a compressed file's begin, is not shown."""
        found = summarise(line)
        if self._of is of and found != RequestSummary():
            self._request = found
            self._dashboard.repaint()
