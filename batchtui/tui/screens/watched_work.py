"""Heavy work that a page waits for, as far as the engine's thread has told. Starts and stops nothing."""

import asyncio
from contextlib import suppress

from batchtui.engine.jobs import Progress
from batchtui.engine.ports import ProgressSink
from batchtui.present.work_lines import Work
from batchtui.tui.screens.base import PageScreen


class WatchedWork:
    """The newest progress, for its page to paint."""

    def __init__(self, page: PageScreen) -> None:
        self._page = page
        self._begun = 0.0
        self._number = 0
        """Which work it is: what an earlier one still tells is not about this one."""
        self.is_on = False
        self.work = Work(title="")

    def begin(self, title: str) -> None:
        """Work begins now."""
        self._number += 1
        self._begun = asyncio.get_running_loop().time()
        self.is_on, self.work = True, Work(title=title)

    def end(self) -> None:
        """It is done, or came to nothing: what is told from now on is late."""
        self.is_on = False

    def sink(self) -> ProgressSink:
        """What hears in the engine's thread of the work that has begun, and passes it on to the screen's."""
        loop, number = asyncio.get_running_loop(), self._number

        def tell(progress: Progress) -> None:
            with suppress(RuntimeError):  # the loop may be closed by now
                loop.call_soon_threadsafe(self._take, number, progress)

        return tell

    def _take(self, number: int, progress: Progress) -> None:
        if self.is_on and number == self._number and self._page.is_mounted:
            seconds = asyncio.get_running_loop().time() - self._begun
            self.work = Work(title=self.work.title, progress=progress, seconds=seconds)
            self._page.repaint()
