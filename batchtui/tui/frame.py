"""What every screen leans on: one scene for all of them, verbs on the engine, a word to the operator."""

import asyncio
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol, runtime_checkable

from textual.timer import Timer
from textual.worker import WorkerFailed

from batchtui.domain.actions.table import key_label
from batchtui.domain.failures import Failure
from batchtui.engine.engine import Engine
from batchtui.present.cells import NOTHING, Cell, Role, cell
from batchtui.present.clean import clean
from batchtui.present.ordering import Arrangement
from batchtui.present.remembered import Remembered
from batchtui.present.scene import Scene
from batchtui.tui.bridge import Bridge, Picture, Verb
from batchtui.tui.clipboard import Clipboard
from batchtui.tui.key_turns import KeyTurns
from batchtui.tui.keys import Remapped, remap
from batchtui.tui.look import Look
from batchtui.tui.scenery import make_scene
from batchtui.tui.screens.base import PageScreen
from batchtui.tui.terminal.guest import Guest
from batchtui.tui.theme import textual_theme

SAID_SECONDS: Final = 8.0
Overtaken = Callable[[Scene], bool]
"""Whether what was said is no news any more, or not true."""


@runtime_checkable
class HeedsNews(Protocol):
    """A sheet over the page that wants to know of newer facts itself."""

    def heed_news(self) -> None: ...


class DashboardFrame(KeyTurns[int]):
    """Screens call `do` for verbs and `say` for a word to the operator."""

    def __init__(
        self,
        bridge: Bridge,
        look: Look,
        *,
        workspace: str = "",
        folder_words: str = "",
        is_demo: bool = False,
        command_options: Sequence[str] = (),
        lines_of_keys: Mapping[str, int] | None = None,
        problem: str = "",
    ) -> None:
        super().__init__()
        self.bridge = bridge
        self.look = look
        self.workspace = workspace
        self.folder_words = folder_words
        self.is_demo = is_demo
        self.command_options = tuple(command_options)
        """What a command run beside the dashboard needs to be about the same workspace."""
        self.keys: Remapped = remap(bridge.engine.settings.keys, lines_of_keys)
        self.problems: tuple[str, ...] = (*((problem,) if problem else ()), *self.keys.problems)
        """What of the settings cannot be followed, told once at the start."""
        self.copies = Clipboard(bridge.engine.store.root, os.environ)
        self.guest = Guest()
        """Whatever has the terminal while this waits."""
        self.said: Cell = NOTHING
        """Shown in place of facts about the selection until the next action or for a few seconds."""
        self._is_overtaken: Overtaken | None = None
        self._hush_timer: Timer | None = None
        self._done: list[tuple[str, Verb]] = []
        """Local changes that can be taken back, newest last: what to say then, and how."""
        self.arrangements: dict[str, Arrangement] = {}
        """Order and columns chosen, by kind of page."""
        self._memory = Remembered()
        self.scene = self._make_scene(bridge.picture)
        theme = textual_theme(look.theme)
        self.register_theme(theme)
        self.theme = theme.name
        self.set_keymap(self.keys.keymap)

    def key_begun(self) -> None:
        self.bridge.key_begun()

    # What is known

    @property
    def now(self) -> datetime:
        return self.bridge.engine.core.clock.now()

    def show_picture(self, picture: Picture) -> None:
        """Paint something newer, unless this is being left already."""
        if self._closing or self._closed:
            return
        self.scene = self._make_scene(picture)
        if self._is_overtaken is not None and self._is_overtaken(self.scene):
            self.hush()
        self.repaint()

    def repaint(self) -> None:
        """Bring the page in view up to date; pages beneath it follow when they are shown again."""
        if self.page is not None:
            self.page.repaint()
        if isinstance(self.screen, HeedsNews):
            self.screen.heed_news()

    @property
    def page(self) -> PageScreen | None:
        """The uppermost page; a sheet may lie over it."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, PageScreen)), None)

    def _make_scene(self, picture: Picture) -> Scene:
        return make_scene(
            self.bridge,
            picture,
            self.look.glyphs,
            workspace=self.workspace,
            is_demo=self.is_demo,
            memory=self._memory,
        )

    # What screens call

    def do(self, verb: Verb, then: Callable[[Any], object] | None = None, *, said: str = "") -> None:
        """Run a verb on the engine; what it returns goes to `then`, a Failure is told to the operator."""
        self.run_worker(self._do(verb, then, said), exit_on_error=True)

    def tidy(self, verb: Callable[[Engine], None]) -> None:
        """Remove files that a page has no use for any more; pages may go after the engine."""
        if not self.bridge.is_over:
            self.do(verb)
            return
        with suppress(Failure):  # nobody is there to be told: the next start sweeps
            verb(self.bridge.engine)

    async def _do(self, verb: Verb, then: Callable[[Any], object] | None, said: str) -> None:
        try:
            answer = await self.bridge.call(verb)
        except Failure as failure:
            self.say(str(failure), "alert")
            return
        if said:
            self.say(said)
        if then is not None:
            await self.carry_out(partial(then, answer))

    async def carry_out(self, method: Callable[[], object]) -> None:
        """Call something that may be a coroutine function."""
        outcome = method()
        if inspect.isawaitable(outcome):
            await outcome

    def say(self, words: str, role: Role = "text", *, stays: bool = False, until: Overtaken | None = None) -> None:
        """Tell the operator something, in the first footer row.

        Args:
            until: when what is known says more than these words, or something else.
        """
        self.said, self._is_overtaken = cell(clean(words), role), until
        if self._hush_timer is not None:
            self._hush_timer.stop()
        self._hush_timer = None if stays else self.set_timer(SAID_SECONDS, self.hush)
        self._paint_frame()

    def hush(self) -> None:
        """Show facts about the selection again."""
        if self.said:
            self.said, self._is_overtaken = NOTHING, None
            self._paint_frame()

    def key_label(self, action_id: str) -> str:
        """An action's first key as it is bound now."""
        return key_label(self.keys.keys[action_id][0])

    def go_back(self) -> None:
        """Leave the uppermost screen; home stays."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def go_home(self) -> None:
        """Leave every screen but the first."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def keep_cursor_above(self, row: int) -> None:
        """Before a sheet covers the lower part of the page: what it is about stays in sight."""
        if self.page is not None:
            self.page.keep_cursor_above(row)

    def write_raw(self, sequence: str) -> None:
        """Something for the terminal that is not on the screen; nothing without a terminal."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    @property
    def is_terminal_behind(self) -> bool:
        """Whether something painted has not been written to the terminal yet."""
        return self._queued() > 0

    # Defects

    def _handle_exception(self, error: Exception) -> None:
        """Leave, and tell the defect once the terminal is given back."""
        self.bridge.fail(error.error if isinstance(error, WorkerFailed) else error)
        super()._handle_exception(error)

    def heed_loop(self) -> None:
        """Errors in callbacks of the loop are defects as well, and not printed by it, messages and all."""
        asyncio.get_running_loop().set_exception_handler(self._callback_failed)

    def _callback_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and not self._closing:
            self._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave without Textual's trace: it prints the values of variables, prompts among them."""
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """The same for errors that would draw themselves."""
        self._close_messages_no_wait()

    def _paint_frame(self) -> None:
        page = self.page
        if page is not None and page.is_there:
            page.paint_frame()
