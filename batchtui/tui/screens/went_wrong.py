"""Looks up, once the cursor rests on a run, what went wrong in it; remembered until more of it is collected."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from batchtui.domain.failures import Failure
from batchtui.domain.issues.triage import Group
from batchtui.domain.state import AppState
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_groups import triage_rules
from batchtui.tui.screens.lookups import in_thread, lineage_of, or_failure

if TYPE_CHECKING:
    from batchtui.tui.screens.base import PageScreen

REST_SECONDS: Final = 0.35
MOST_KEPT: Final = 200


class WentWrong:
    """For a page that shows it; the page is repainted when an answer is there."""

    def __init__(self, page: "PageScreen") -> None:
        self._page = page
        self._known: dict[tuple[str, int], tuple[Group, ...]] = {}
        self._timer: Timer | None = None

    def of(self, run: str) -> Sequence[Group]:
        """What is known of a run; nothing before it was looked up."""
        return self._known.get(_key(self._page.scene.state, run), ())

    def look_soon(self, run: str | None) -> None:
        """The cursor is on a run, or on something else."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if run is not None and _key(self._page.scene.state, run) not in self._known:
            self._timer = self._page.set_timer(REST_SECONDS, lambda: self._look(run))

    def _look(self, run: str) -> None:
        key = _key(self._page.scene.state, run)
        self._page.dashboard.do(lambda engine: or_failure(_groups(engine, run)), lambda found: self._take(key, found))

    def _take(self, key: tuple[str, int], found: tuple[Group, ...] | Failure) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[key] = () if isinstance(found, Failure) else found
        self._page.repaint()


async def _groups(engine: Engine, run: str) -> tuple[Group, ...]:
    lineage, how = lineage_of(engine, run), triage_rules(engine, run)
    return await in_thread(lambda: engine.library.groups(lineage, how))


def _key(state: AppState, run: str) -> tuple[str, int]:
    """A run, and how many batches of it and of its retries are collected."""
    if run not in state.runs:
        return run, 0
    chunks = [chunk for name in state.lineage(run) for chunk in state.runs[name].live_chunks]
    return run, sum((known := state.batch_of(chunk)) is not None and known.collected is not None for chunk in chunks)
