"""A command of the shell run beside the dashboard, and what it printed."""

import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator, Iterator, Sequence

from batchtui.domain.words import several
from batchtui.present.beside import told
from batchtui.present.cells import Cell, Span, blanks, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.scene import Scene
from batchtui.present.wrap import wrap_offsets
from batchtui.tui.screens.reading import ReadingScreen

MOST_LINES, MOST_BYTES = 5_000, 20_000
"""What is kept of an output, and of one line of it: a result that is printed may be megabytes long."""

MARGIN = 4
"""Columns of the page that are not text."""

_BLOCK = 65_536
_HANG = 2


class OutputScreen(ReadingScreen):
    """Runs `batchtui WORDS` in a process of its own, without a terminal: what would send only prints its plan."""

    TITLE_WORDS = "output"

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = tuple(words)
        self._lines: list[str] = []
        self._left_out = 0
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
            env={**os.environ, **told(self.app.size.width - MARGIN, self.app.size.height)},
        )
        assert self._process.stdout is not None, "it was asked for"
        try:
            async for line in _lines_of(self._process.stdout):
                self._take(line)
            code = await self._process.wait()
            self._end = "done" if code == 0 else f"exit {code}"
            self.repaint()
        finally:
            if self._process.returncode is None:
                self._process.terminate()

    def _take(self, line: bytes) -> None:
        if len(self._lines) == MOST_LINES:
            self._left_out += 1
            return
        cut = self.scene.glyphs.cut if len(line) > MOST_BYTES else ""
        self._lines.append(clean(line[:MOST_BYTES].decode("utf-8", "replace").rstrip()) + cut)

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        shown = [line for told in self._lines for line in _hanging(told, width)]
        if self._left_out:
            shown.append(cell(f"{several(self._left_out, 'line')} more: the command in a shell shows all", "warn"))
        return shown or [cell("nothing was printed" if self._end != "running" else "running", "dim")]

    def place_line(self, scene: Scene) -> FactLine:
        return FactLine(left=((Span(self.command_words(), "head", True),),), right=(cell(self._end, "dim"),), gap=3)

    def command_words(self) -> str:
        return shlex.join(("batchtui", *self._words))


def _hanging(told: str, width: int) -> Iterator[Cell]:
    """A line, and what is too long of it a little further in, so that lines are told apart."""
    for number, (start, end) in enumerate(wrap_offsets(told, width, max(1, width - _HANG))):
        yield (*(blanks(_HANG) if number else ()), Span(told[start:end].rstrip()))


async def _lines_of(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Lines of any length, each as far as it is shown and a byte more, so that a cut one can be told."""
    rest = b""
    while block := await stream.read(_BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line
        rest = rest[: MOST_BYTES + 1]
    if rest:
        yield rest
