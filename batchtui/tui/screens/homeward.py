"""Back to the first page after something was sent, with the cursor on it as soon as it is there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from batchtui.domain.state import AppState, Chunk
from batchtui.domain.submission import ChunkState
from batchtui.present.selection import of_run
from batchtui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

LOOK_AGAIN_SECONDS: Final = 0.1
TRIES: Final = 30


def go_home(dashboard: "Dashboard", run: str, said: str = "", others: Sequence[str] = ()) -> None:
    """Leave every page but home, whose next picture will show the run; `said` in place of what is said of one run."""
    while len(dashboard.screen_stack) > 1:
        dashboard.pop_screen()
    accepted, waited_for = (run, *others), dashboard.scene.views.waits.link
    dashboard.say(
        said or f"{run} is accepted{when_sent(dashboard, 'its')}",
        until=lambda scene: scene.views.waits.link != waited_for or are_over(scene.state, accepted),
    )
    _put_cursor(dashboard, of_run(run).row_id, TRIES)


def are_over(state: AppState, names: Sequence[str]) -> bool:
    """Whether nothing of these runs waits, is on its way or runs any more."""
    runs = [state.runs.get(name) for name in names]
    return all(run is not None and not any(_goes_on(state, chunk) for chunk in run.live_chunks) for run in runs)


def _goes_on(state: AppState, chunk: Chunk) -> bool:
    known = state.batch_of(chunk)
    is_waiting = chunk.may_still_be_sent or chunk.state is ChunkState.SENDING
    return is_waiting or (known is not None and known.is_open)


def when_sent(dashboard: "Dashboard", whose: str) -> str:
    """The end of a sentence that says what was just accepted."""
    waits = dashboard.scene.views.waits.link
    return f", and waits for {waits}" if waits else f"; {whose} chunks are sent as the limits allow"


def _put_cursor(dashboard: "Dashboard", row_id: str, tries: int) -> None:
    if not dashboard.screen_stack:
        return  # the program is being left
    table = dashboard.screen_stack[0].query("#list").first(VirtualTable)
    if not table.move_to(row_id) and tries:
        dashboard.set_timer(LOOK_AGAIN_SECONDS, lambda: _put_cursor(dashboard, row_id, tries - 1))
