"""The planner: the queue as it is, and what would come of a job that is only imagined. It never sends."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.forecasting.what_if import Figure, begin
from batchtui.present.cells import Span
from batchtui.present.facts import FactLine
from batchtui.present.footer import Absent
from batchtui.present.planner import what_if as words
from batchtui.present.planner.live_queue import LiveQueue
from batchtui.present.scene import Scene
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, AskLine, prompt
from batchtui.tui.screens.planner_live import LivePane
from batchtui.tui.screens.planner_what_if import WhatIfPane
from batchtui.tui.widgets.figures import FigureChanged
from batchtui.tui.widgets.messages import RowOpened
from batchtui.tui.widgets.typing_line import Typing

TALL, SHORT, WIDE = 36, 22, 80
SAID = {
    True: ("what is open at the API, what waits here, and when it would go", "what is out and what waits"),
    False: ("what would come of a job; nothing is sent from here", "imagined; nothing is sent"),
}
"""Of the live queue, and of the imagined job: where there is room, and where there is little."""


class PlannerScreen(AskingScreen):
    """`tab` changes between the two; the queue comes first while there is one."""

    PLACE = Place.PLANNER
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Place.PLANNER),
        *(Binding(digit, f"digit('{digit}')", "type", id=f"type.{digit}", show=False) for digit in "0123456789"),
    ]
    CSS_PATH = "planner.tcss"

    live = query_one("#live", LivePane)
    imagined = query_one("#whatif", WhatIfPane)

    def compose_page(self) -> Iterator[Widget]:
        yield LivePane(id="live")
        yield WhatIfPane(id="whatif")
        yield AskLine()

    def on_mount(self) -> None:
        scene = self.scene
        self.imagined.take(begin(scene.state, scene.settings, self.dashboard.bridge.engine.prices))
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
        (self.live.waiting if is_live else self.imagined.figures).focus()
        self.call_after_refresh(self.repaint)

    def paint(self, scene: Scene) -> None:
        if self.is_live:
            self.live.show(scene, is_roomy=self.has_class("-tall"), height=self.size.height)
        else:
            self.imagined.show(scene, self.dashboard.bridge.engine.prices)

    def place_line(self, scene: Scene) -> FactLine:
        said = SAID[self.is_live][self.size.width < WIDE]
        return FactLine(left=((Span("planner", "head", True), Span(f"  {said}", "dim")),))

    def selection_line(self, scene: Scene) -> FactLine:
        return FactLine(left=LiveQueue(scene).selection() if self.is_live else self.imagined.selection(), gap=3)

    # What can be done

    def command_words(self) -> str:
        of = self.imagined.what_if
        return "batchtui ls --batches" if self.is_live or of is None else words.command_words(of)

    def words(self) -> dict[str, str]:
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
        self.imagined.change(up=up)
        self.repaint()

    @on(RowOpened)
    def _opened(self, event: RowOpened) -> None:
        self.do_type()

    def action_digit(self, digit: str) -> None:
        """A figure begins to be typed."""
        if not self.is_live and self.imagined.figure not in (None, Figure.MODEL, Figure.BACKOFF):
            self._ask(digit)

    def do_type(self) -> None:
        """Type the figure under the cursor; in the queue, open the run of what waits there."""
        if not self.is_live:
            self._ask("")
        elif self.live.run is not None:
            self.dashboard.open_run(self.live.run)

    def do_down(self) -> None:
        """The table does it; here only so that the footer shows its key."""
        (self.live.waiting if self.is_live else self.imagined.figures).action_cursor_down()

    def _ask(self, initial: str) -> None:
        figure = self.imagined.figure
        if figure is None:
            return
        before, after = prompt(str(figure), f"enter: take it   esc: no   {words.limits_words(figure)}")
        self.ask(Typing(prompt=before, after=after, strip_width=22, initial=initial), self._typed)

    def _typed(self, text: str) -> None:
        figure = self.imagined.figure
        if figure is not None and not self.imagined.type(text):
            self.dashboard.say(f"{figure}: {words.limits_words(figure)}", "warn")
        self.repaint()

    def do_earlier(self) -> None:
        self._move_moment(-1)

    def do_later(self) -> None:
        self._move_moment(1)

    def _move_moment(self, step: int) -> None:
        self.imagined.move_moment(step)
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
