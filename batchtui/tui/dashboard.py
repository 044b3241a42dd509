"""The app: from the first paint of what is on disk to the last word of an engine that winds down."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.filter import LineFilter
from textual.screen import Screen

from batchtui.present.bell import Bell
from batchtui.tui.bridge import Picture
from batchtui.tui.everywhere import Everywhere
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.terminal.osc import SAVE_TITLE, title_sequence
from batchtui.tui.terminal.size import heed_size

CLOCK_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 1.2


class Dashboard(Everywhere, inherit_bindings=False):
    """`Ways` has the ways to other screens, `Everywhere` what keys do on all of them.

    Textual's own keys are not inherited: ctrl+q lets stopped output go on, and would leave without a word.
    """

    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"pages": HomeScreen}
    DEFAULT_MODE = "pages"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", "suspend", id="suspend", show=False)]

    def get_line_filters(self) -> tuple[LineFilter, ...]:
        """Everything is painted in its final colours."""
        return ()

    def on_ready(self) -> None:
        """What was on disk is on the screen: now the engine may start."""
        self.heed_loop()
        self._bell = Bell(self.scene.alerts)
        self.write_raw(SAVE_TITLE + title_sequence(f"batchtui {self.workspace}"))
        self.set_interval(CLOCK_SECONDS, self.step_clock)
        self.call_after_refresh(self._start_engine)
        for problem in self.problems:
            self.say(problem, "warn")

    def _start_engine(self) -> None:
        self.bridge.start(self.show_picture, self._engine_ended)

    def _engine_ended(self) -> None:
        self.exit(1 if self.bridge.failure else 0, return_code=1 if self.bridge.failure else 0)

    def show_picture(self, picture: Picture) -> None:
        """Paint something newer, and ring for a new alert if that is wanted."""
        super().show_picture(picture)
        scene = self.scene
        if scene.settings.alerts.bell and self._bell.rings(scene.alerts, scene.now):
            self.bell()

    def step_clock(self) -> None:
        """Nothing happened but time."""
        self.show_picture(self.bridge.picture)

    def action_leave(self) -> None:
        """The key that leaves, where no page is in view."""
        self.do_quit()

    def do_quit(self) -> None:
        """Stop the engine, then leave; a POST that waits for its answer is waited for, a second time it is not."""
        if not self.bridge.is_running:
            self.exit(0)
        elif self.bridge.is_stopping:
            self.bridge.abandon()
        else:
            if self.bridge.is_waiting_for_an_answer:
                self.say("a chunk was sent and waits for its answer; q again leaves it unsure", "alert", stays=True)
            self.bridge.stop()
            self.set_interval(PATIENCE_SECONDS, self._leave_anyway)

    def _leave_anyway(self) -> None:
        """The engine should be gone by now; only an answer that is due is worth waiting for."""
        if not self.bridge.is_waiting_for_an_answer:
            self.exit(0)

    def on_resize(self, event: Resize) -> None:
        """Below 60x16 one line says so."""
        heed_size(self, event.size)

    async def _on_key(self, event: Key) -> None:
        """No widget wanted this key; Textual's own handler would carry its binding out a second time."""
        event.prevent_default()
        if not await self._check_bindings(event.key):
            self.say_why_not(event.key)
