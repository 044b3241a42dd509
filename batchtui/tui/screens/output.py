"""A command of the shell run beside the dashboard, and what it printed."""

import asyncio
import shlex
import sys
from collections.abc import Sequence

from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.scene import Scene
from batchtui.present.wrap import wrap
from batchtui.tui.screens.reading import ReadingScreen

MOST_LINES = 5_000


class OutputScreen(ReadingScreen):
    """Runs `batchtui WORDS` in a process of its own, without a terminal: what would send only prints its plan."""

    TITLE_WORDS = "output"

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = tuple(words)
        self._lines: list[str] = []
        self._end = "running"
        self._process: asyncio.subprocess.Process | None = None

    def on_mount(self) -> None:
        self.run_worker(self._run(), exit_on_error=True)

    async def _run(self) -> None:
        command = [sys.executable, "-m", "batchtui", *self._words, *self.dashboard.command_options]
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None, "it was asked for"
        try:
            while line := await self._process.stdout.readline():
                if len(self._lines) < MOST_LINES:
                    self._lines.append(clean(line.decode("utf-8", "replace").rstrip()))
            code = await self._process.wait()
            self._end = "done" if code == 0 else f"exit {code}"
            self.repaint()
        finally:
            if self._process.returncode is None:
                self._process.terminate()

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        shown = [cell(part) for line in self._lines for part in wrap(line, width)]
        return shown or [cell("nothing was printed" if self._end != "running" else "running", "dim")]

    def place_line(self, scene: Scene) -> FactLine:
        return FactLine(left=((Span(self.command_words(), "head", True),), cell(self._end, "dim")), gap=3)

    def command_words(self) -> str:
        return shlex.join(("batchtui", *self._words))
