"""What the terminal shows, as far as was written to it, and the bytes that bring it up to date."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from rich.color import ColorSystem

from batchtui.tui.terminal.preflight import is_utf8
from batchtui.tui.wire.cells import UNKNOWN, Cell, Painted, cells_of, in_ascii
from batchtui.tui.wire.orders import Run, shortest
from batchtui.tui.wire.pens import Pen
from batchtui.tui.wire.shifts import Lines, find_shifts, moves_lines

Fragment = tuple[int, int, Painted]
"""Line, column, and what is to be there."""


class Encoder:
    """A model of the screen; encode() updates it and returns what to send."""

    def __init__(self, *, is_ascii: bool = False, moves_lines: bool = False) -> None:
        self._is_ascii = is_ascii
        self._moves_lines = moves_lines
        self._size = (0, 0)
        self._lines: list[list[Cell]] = []
        self._pen: Pen | None = None

    @classmethod
    def for_terminal(cls, environ: Mapping[str, str]) -> Self:
        """One that sends what the terminal of these variables understands."""
        return cls(is_ascii=not is_utf8(environ), moves_lines=moves_lines(environ))

    @property
    def size(self) -> tuple[int, int]:
        """Of the screen as it was last painted; nothing when it is forgotten."""
        return self._size

    def forget(self) -> None:
        """Trust nothing that was painted: everything is sent the next time."""
        self._size = (0, 0)
        self._pen = None

    def encode(self, fragments: Iterable[Fragment], size: tuple[int, int], colors: ColorSystem | None) -> str:
        """Bring the model to the fragments, on a screen of that size."""
        if size != self._size:
            self._size = size
            self._lines = [[UNKNOWN] * size[0] for _ in range(size[1])]
        sent: list[str] = []
        before: dict[int, _Before] = {}
        for y, x, strip in fragments:
            if not 0 <= y < size[1]:
                continue
            cells = cells_of(strip, colors)
            del cells[: max(0, -x)], cells[max(0, size[0] - max(0, x)) :]
            here = range(max(0, x), max(0, x) + len(cells))
            if y in before and before[y].is_painted(here):
                sent.append(self._bring(before))  # on top of what this frame painted: in that order
                before = {}
            self._paint(before, y, here, in_ascii(cells) if self._is_ascii else cells)
        return "".join((*sent, self._bring(before)))

    def _paint(self, before: "dict[int, _Before]", y: int, here: range, cells: list[Cell]) -> None:
        """Put cells into the model; what a line was at first is kept in `before` if it changes."""
        line = self._lines[y]
        if line[here.start : here.stop] == cells:
            return
        before.setdefault(y, _Before(line.copy(), [])).painted.append(here)
        line[here.start : here.stop] = cells

    def _bring(self, before: "dict[int, _Before]") -> str:
        """What brings the terminal from what it was to the model."""
        old: Lines = [before[y].line if y in before else line for y, line in enumerate(self._lines)]
        best = self._written(old, sorted(before))
        for shift in find_shifts(old, self._lines, sorted(before)) if self._moves_lines else ():
            moved = sorted({*before, *range(shift.top, shift.bottom + 1)})
            text, pen = self._written(shift.applied(old), moved)
            best = min(best, (shift.sequence + text, pen), key=lambda written: len(written[0].encode()))
        text, self._pen = best
        return text

    def _written(self, old: Lines, ys: Sequence[int]) -> tuple[str, Pen | None]:
        """What writes the cells of some lines that differ from the model's, and the pen that then holds."""
        new = self._lines
        return shortest([[Run(y, start, end, new[y]) for start, end in _runs(old[y], new[y])] for y in ys], self._pen)


class _Before(NamedTuple):
    """A line as the terminal shows it, and where a frame has painted it anew."""

    line: list[Cell]
    painted: list[range]

    def is_painted(self, here: range) -> bool:
        return any(there.start < here.stop and here.start < there.stop for there in self.painted)


def _runs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterable[tuple[int, int]]:
    """Stretches of cells that differ, never from or to the middle of a wide character."""
    place, length = 0, len(new)
    while place < length:
        if old[place] == new[place]:
            place += 1
            continue
        start = place
        while start > 0 and new[start][0] == "":
            start -= 1
        while place < length and (old[place] != new[place] or new[place][0] == ""):
            place += 1
        yield start, place
