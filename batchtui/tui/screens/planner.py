"""The planner: the queue as it is, and what would come of a job that is only imagined. It never sends."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions import Place
from batchtui.domain.departures import arrivals
from batchtui.domain.forecast import Forecast
from batchtui.domain.pace import pace_of
from batchtui.domain.what_if import Figure, WhatIf, begin, changed, outcome, typed
from batchtui.present import queue_picture
from batchtui.present import what_if as words
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.footer import Absent
from batchtui.present.forecast_words import basis_words
from batchtui.present.hours_ahead import hours_ahead, unknown_words
from batchtui.present.lines import BuiltLines
from batchtui.present.live_queue import LiveQueue
from batchtui.present.queue_picture import QueuePicture
from batchtui.present.scene import Scene
from batchtui.present.waiting_rows import WAITING, waiting_rows
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, AskLine, prompt
from batchtui.tui.widgets.figures import FigureChanged, FigureTable
from batchtui.tui.widgets.messages import RowOpened
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.timeline_table import TimelineTable
from batchtui.tui.widgets.typing_line import Typing

TALL, SHORT = 36, 22
QUEUE_ROWS, MOST_HOURS_ROWS = 13, 14
SAID = {
    True: ("what is open at the API, what waits here, and when it would go", "what is out and what waits"),
    False: ("what would come of a job; nothing is sent from here", "imagined; nothing is sent from here"),
}


class PlannerScreen(AskingScreen):
    """`tab` changes between the two; the queue comes first while there is one."""

    PLACE = Place.PLANNER
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Place.PLANNER),
        *(Binding(digit, f"digit('{digit}')", "type", id=f"type.{digit}", show=False) for digit in "0123456789"),
    ]
    CSS_PATH = "planner.tcss"

    queue = query_one("#queue", TextPanel)
    waiting = query_one("#waiting", VirtualTable)
    hours = query_one("#hours", TextPanel)
    figures = query_one("#figures", FigureTable)
    result = query_one("#outcome", TextPanel)
    sizes = query_one("#sizes", VirtualTable)
    picture = query_one("#picture", TimelineTable)

    def __init__(self) -> None:
        super().__init__()
        self.what_if: WhatIf | None = None
        self._made: tuple[Forecast, list[Forecast]] | None = None
        self._moment: float | None = None

    def compose_page(self) -> Iterator[Widget]:
        with Container(id="live"):
            yield TextPanel(id="queue")
            yield VirtualTable(WAITING, id="waiting")
            yield TextPanel(id="hours")
        with Container(id="whatif"):
            with Container(id="upper"):
                yield FigureTable(words.FIGURES, has_heads=False, id="figures")
                yield TextPanel(id="outcome")
            yield VirtualTable(words.SIZES, id="sizes")
            yield TimelineTable(queue_picture.COLUMNS, id="picture")
        yield AskLine()

    def on_mount(self) -> None:
        scene = self.scene
        self.what_if = begin(scene.state, scene.settings, self.dashboard.bridge.engine.prices)
        self.sizes.has_cursor = self.picture.has_cursor = False
        self.figures.is_one_of_several = self.waiting.is_one_of_several = True
        self._show_live(LiveQueue(scene).is_busy)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height >= TALL, "-tall")
        self.set_class(event.size.height < SHORT, "-short")

    # Painting

    @property
    def is_live(self) -> bool:
        """Whether the queue is shown, not the imagined job."""
        return self.has_class("-live")

    def _show_live(self, is_live: bool) -> None:
        self.set_class(is_live, "-live")
        self.set_class(not is_live, "-what-if")
        (self.waiting if is_live else self.figures).focus()
        self.call_after_refresh(self.repaint)

    def paint(self, scene: Scene) -> None:
        if self.is_live:
            self._paint_live(scene)
        else:
            self._paint_what_if(scene)

    def _paint_live(self, scene: Scene) -> None:
        queue = LiveQueue(scene)
        is_roomy = self.has_class("-tall")
        self.queue.set_title("queue", note="limits from [submit] and [budget]")
        self.queue.show_lines(BuiltLines(lambda width: queue.lines(width, is_roomy=is_roomy)))
        self.waiting.set_title("waiting here", str(len(queue.waiting)), note="in the order they go")
        self.waiting.empty = (cell("nothing waits here: all that was planned is with the API or has ended", "dim"),)
        self.waiting.show_rows(ListRows(waiting_rows(scene, queue.waiting)))
        out = arrivals(scene.state, scene.views.history, scene.server_now)
        self.hours.set_title("at the API, by the hour", note=unknown_words(out, queue.waiting))
        height = self._share_out_room(len(queue.waiting))
        self.hours.show_lines(BuiltLines(lambda width: hours_ahead(scene, out, queue.waiting, width, height)))

    def _share_out_room(self, rows: int) -> int:
        """What waits takes what it needs, the chart up to a third; returns the chart's lines."""
        room = self.size.height - 4 - QUEUE_ROWS
        hours = max(9, min(MOST_HOURS_ROWS, room - rows - 3))
        self.hours.styles.height = hours if self.has_class("-tall") else None
        return hours - 2

    def _paint_what_if(self, scene: Scene) -> None:
        of = self.what_if
        if of is None:
            return
        if self._made is None:
            pace = pace_of(scene.state, of.model)
            self._made = outcome(of, pace, self.dashboard.bridge.engine.prices)
        made, sizes = self._made
        if self._moment is None:
            self._moment = queue_picture.telling_moment(made)
        self.figures.set_title("what if", note="- + change")
        self.figures.show_rows(ListRows(words.figure_rows(of)))
        self.result.set_title("then", note="an estimate")
        self.result.show_lines(BuiltLines(lambda width: words.outcome_lines(made, width)))
        self.sizes.set_title("batch sizes", note="ONE LOSES: what a batch past 24 h can lose")
        self.sizes.show_rows(ListRows(words.size_rows(sizes, made, scene.glyphs)))
        self._paint_picture(made, self._moment)

    def _paint_picture(self, made: Forecast, moment: float) -> None:
        picture = QueuePicture(made, moment)
        self.picture.set_title("queue", f"{len(made.trips):,}")
        self.picture.note = picture.note()
        self.picture.show_head(picture.head)
        self.picture.show_rows(ListRows(picture.rows()))
        row = queue_picture.first_running(made, moment)
        if row is not None:
            self.picture.move_to(row)

    def place_line(self, scene: Scene) -> FactLine:
        is_wide = self.size.width >= 80
        if self.is_live:
            said = (
                "what is open at the API, what waits here, and when it would go" if is_wide else "what is out and waits"
            )
        else:
            said = "what would come of a job; nothing is sent from here" if is_wide else "imagined; nothing is sent"
        return FactLine(left=((Span("planner", "head", True), Span(f"  {said}", "dim")),))

    def selection_line(self, scene: Scene) -> FactLine:
        if self.is_live:
            return FactLine(left=LiveQueue(scene).selection(), gap=3)
        figure = self.figure
        of = () if figure is None else (cell(f"{figure}: {words.limits_words(figure)}", "dim"),)
        made = self._made
        basis: tuple[Cell, ...] = (cell(f"times: {basis_words(made[0].pace)}", "dim"),) if made else ()
        return FactLine(left=(*of, *basis), gap=3)

    # What is selected

    @property
    def figure(self) -> Figure | None:
        """The one under the cursor."""
        return Figure(self.figures.cursor_id) if self.figures.cursor_id else None

    def command_words(self) -> str:
        if self.is_live or self.what_if is None:
            return "batchtui ls --batches"
        return words.command_words(self.what_if)

    @property
    def WORDS(self) -> dict[str, str]:  # type: ignore[override]
        """`tab` leads to the other one."""
        return {
            "other_pane": "what if" if self.is_live else "live queue",
            "down": "choose",
            "type": "open run" if self.is_live else "type",
            "picture": "picture" if self.has_class("-sizes") else "sizes",
        }

    def footer_ids(self) -> tuple[str, ...]:
        if self.is_live:
            return ("down", "type", "other_pane", "pause", "refresh", "back")
        return super().footer_ids()

    def why_off(self, action_id: str) -> str:
        if self.is_live and action_id in ("more", "less", "earlier", "later", "picture"):
            return Absent("this is the queue as it is; tab leads to the planner")
        if action_id == "picture" and self.has_class("-tall"):
            return Absent("both are shown")
        return ""

    # Actions

    def do_planner(self) -> None:
        """The key that opened it closes it."""
        self.dashboard.go_back()

    def do_other_pane(self) -> None:
        self._show_live(not self.is_live)

    def do_more(self) -> None:
        self._change(up=True)

    def do_less(self) -> None:
        self._change(up=False)

    @on(FigureChanged)
    def _figure_changed(self, event: FigureChanged) -> None:
        self._change(up=event.up)

    def _change(self, *, up: bool) -> None:
        if self.what_if is not None and self.figure is not None:
            self._take(changed(self.what_if, self.figure, up=up))

    def _take(self, of: WhatIf) -> None:
        self.what_if, self._made, self._moment = of, None, None
        self.repaint()

    @on(RowOpened)
    def _opened(self, event: RowOpened) -> None:
        self.do_type()

    def action_digit(self, digit: str) -> None:
        """A figure begins to be typed."""
        if not self.is_live and self.figure not in (None, Figure.MODEL, Figure.BACKOFF):
            self._ask(digit)

    def do_type(self) -> None:
        """Type the figure under the cursor; in the queue, open the run of what waits there."""
        if not self.is_live:
            self._ask("")
        elif self.waiting.cursor_id:
            self.dashboard.open_run(self.waiting.cursor_id.split("#")[0])

    def do_down(self) -> None:
        """The table does it; here only so that the footer shows its key."""
        (self.waiting if self.is_live else self.figures).action_cursor_down()

    def _ask(self, initial: str) -> None:
        figure = self.figure
        if figure is None:
            return
        before, after = prompt(str(figure), f"enter: take it   esc: no   {words.limits_words(figure)}")
        self.ask(Typing(prompt=before, after=after, strip_width=22, initial=initial), self._typed)

    def _typed(self, text: str) -> None:
        figure = self.figure
        if figure is None or self.what_if is None:
            return
        new = typed(self.what_if, figure, text)
        if new is None:
            self.dashboard.say(f"{figure}: {words.limits_words(figure)}", "warn")
        else:
            self._take(new)

    def do_earlier(self) -> None:
        self._move_moment(-1)

    def do_later(self) -> None:
        self._move_moment(1)

    def _move_moment(self, step: int) -> None:
        """To the change before or after; the picture scrolls to what is out then."""
        if self._made is None or self._moment is None:
            return
        times = queue_picture.moments(self._made[0])
        past = [time for time in times if (time < self._moment if step < 0 else time > self._moment)]
        if past:
            self._moment = past[-1] if step < 0 else past[0]
            self.repaint()

    def do_picture(self) -> None:
        """Sizes, or the picture; on a short terminal first of all away from the figures."""
        if self.has_class("-short"):
            is_lower, is_sizes = self.has_class("-lower"), self.has_class("-sizes")
            self.set_class(not (is_lower and is_sizes), "-lower")
            self.set_class(is_lower and not is_sizes, "-sizes")
        else:
            self.toggle_class("-sizes")
        self.call_after_refresh(self.repaint)
