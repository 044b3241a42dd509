"""The queue as it is: what is open at the API, what waits here for what, and when results come."""

from collections.abc import Iterator

from textual.containers import Container
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.forecasting.departures import arrivals
from batchtui.present.cells import cell
from batchtui.present.lines import BuiltLines
from batchtui.present.open_rows import OPEN, open_rows
from batchtui.present.planner.hours_ahead import hours_ahead, unknown_words
from batchtui.present.planner.live_queue import LiveQueue
from batchtui.present.planner.waiting_rows import WAITING, waiting_rows
from batchtui.present.scene import Scene
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel

FRAME_ROWS, QUEUE_ROWS, LOW_QUEUE_ROWS = 4, 13, 10
EMPTY_ROWS, LEAST_HOURS_ROWS, MOST_HOURS_ROWS = 4, 6, 14
ROOMY_HOURS_ROWS, LEAST_OPEN_ROWS = 9, 6
LIST_FRAME = 3
"""Rows of a list that are none of its own: border and heads."""


class LivePane(Container):
    """One half of the planner."""

    queue = query_one("#queue", TextPanel)
    waiting = query_one("#waiting", VirtualTable)
    out = query_one("#out", VirtualTable)
    hours = query_one("#hours", TextPanel)

    def compose(self) -> Iterator[Widget]:
        yield TextPanel(id="queue")
        yield VirtualTable(WAITING, id="waiting")
        yield VirtualTable(OPEN, id="out")
        yield TextPanel(id="hours")

    def on_mount(self) -> None:
        self.waiting.is_one_of_several = True
        self.out.has_cursor = self.out.can_focus = False

    def show(self, scene: Scene, *, is_roomy: bool, height: int) -> None:
        """All of it; a roomy page, `height` rows high, or an idle one has the hours ahead as well."""
        queue = LiveQueue(scene)
        self.queue.set_title("queue", note="limits from [submit] and [budget]")
        self.queue.show_lines(BuiltLines(lambda width: queue.lines(width, is_roomy=is_roomy)))
        self.waiting.set_title("waiting here", str(len(queue.waiting)), note="in the order they go")
        self.waiting.empty = (cell("nothing waits here: all that was planned is with the API or has ended", "dim"),)
        self.waiting.show_rows(ListRows(waiting_rows(scene, queue.waiting)))
        out = arrivals(scene.state, scene.views.history, scene.server_now)
        self.hours.set_title("at the API, by the hour", note=unknown_words(out, queue.waiting))
        rows = open_rows(scene) if is_roomy else []
        self.out.set_title("at the API", str(len(rows)), note="in the order they may end")
        self.out.show_rows(ListRows(rows))
        lines = self._share_out_room(len(queue.waiting), len(rows), is_roomy=is_roomy, height=height)
        self.hours.show_lines(BuiltLines(lambda width: hours_ahead(scene, out, queue.waiting, width, lines)))

    def _share_out_room(self, rows: int, out: int, *, is_roomy: bool, height: int) -> int:
        """What waits takes what it needs, then what is out, the chart up to a third, or what nothing waits for.

        Returns:
            The lines of the chart.
        """
        room = height - FRAME_ROWS - (QUEUE_ROWS if is_roomy else LOW_QUEUE_ROWS)
        free = room - max(1, rows) - LIST_FRAME
        has_out = is_roomy and out > 0 and free - ROOMY_HOURS_ROWS >= LEAST_OPEN_ROWS
        self.set_class(has_out, "-out")
        self.waiting.styles.height = max(1, rows) + LIST_FRAME if has_out else None
        wanted = free - out - LIST_FRAME if has_out else free
        hours = max(ROOMY_HOURS_ROWS, min(MOST_HOURS_ROWS, wanted)) if is_roomy else room - EMPTY_ROWS
        self.set_class(not is_roomy and not rows and hours >= LEAST_HOURS_ROWS, "-idle")
        self.hours.styles.height = max(LEAST_HOURS_ROWS, hours)
        return max(LEAST_HOURS_ROWS, hours) - 2

    @property
    def run(self) -> str | None:
        """The run of what waits under the cursor."""
        return self.waiting.cursor_id.split("#")[0] if self.waiting.cursor_id else None
