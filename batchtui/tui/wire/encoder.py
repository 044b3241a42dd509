"""What the terminal shows, as far as was written to it, and the bytes that bring it up to date."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.color import ColorSystem

from batchtui.tui.wire.cells import UNKNOWN, Cell, Painted, cells_of, in_ascii, is_risky
from batchtui.tui.wire.pens import Pen, change

Fragment = tuple[int, int, Painted]
"""Line, column, and what is to be there."""

LONGEST_GAP: Final = 12


class Encoder:
    """A model of the screen; encode() updates it and returns what to send."""

    def __init__(self, *, is_ascii: bool = False) -> None:
        self._is_ascii = is_ascii
        self._size = (0, 0)
        self._lines: list[list[Cell]] = []
        self._pen: Pen | None = None

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
        writer = _Writer(self._pen)
        for y, x, strip in fragments:
            if 0 <= y < size[1]:
                cells = cells_of(strip, colors)
                self._paint(writer, y, x, in_ascii(cells) if self._is_ascii else cells)
        self._pen = writer.pen
        return "".join(writer.out)

    def _paint(self, writer: "_Writer", y: int, x: int, cells: list[Cell]) -> None:
        if x < 0:
            cells, x = cells[-x:], 0
        line = self._lines[y]
        del cells[max(0, len(line) - x) :]
        old = line[x : x + len(cells)]
        if old == cells:
            return
        line[x : x + len(cells)] = cells
        for start, end in _runs(old, cells):
            writer.put(y, x + start, cells[start:end], before=cells[:start], before_x=x)


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


class _Writer:
    """Puts runs together with the shortest moves and changes of pen."""

    def __init__(self, pen: Pen | None) -> None:
        self.out: list[str] = []
        self.pen = pen
        """What holds in the terminal; it stays for the next frame, which saves most of a small one."""
        self._at: tuple[int, int] | None = None

    def put(self, y: int, x: int, cells: Sequence[Cell], *, before: Sequence[Cell], before_x: int) -> None:
        """Write cells at a place; before are those left of it, which may be cheaper to repeat than to skip."""
        self._go(y, x, before, before_x)
        for index, (text, pen) in enumerate(cells):
            self._write(text, pen)
            if is_risky(text):
                self._at = None
                behind = index + (2 if index + 1 < len(cells) and cells[index + 1][0] == "" else 1)
                if behind < len(cells):
                    self._go(y, x + behind, (), 0)
        if self._at is not None:
            self._at = (y, x + len(cells))

    def _write(self, text: str, pen: Pen) -> None:
        if text:
            sequence, self.pen = change(self.pen, pen)
            self.out.append(sequence + text if sequence else text)

    def _go(self, y: int, x: int, before: Sequence[Cell], before_x: int) -> None:
        at = self._at
        if at is None or at[0] != y or at[1] > x:
            self.out.append(f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H")
        elif at[1] < x:
            gap = x - at[1]
            skip = "\x1b[C" if gap == 1 else f"\x1b[{gap}C"
            repeated = self._repeated(before[at[1] - before_x :]) if gap <= LONGEST_GAP and at[1] >= before_x else None
            if repeated is not None and len(repeated[0].encode()) <= len(skip):
                self.out.append(repeated[0])
                self.pen = repeated[1]
            else:
                self.out.append(skip)
        self._at = (y, x)

    def _repeated(self, cells: Sequence[Cell]) -> tuple[str, Pen | None] | None:
        """What it takes to write unchanged cells again, unless that could move the cursor wrongly."""
        pen, out = self.pen, []
        for text, wanted in cells:
            if is_risky(text):
                return None
            if text:
                sequence, pen = change(pen, wanted)
                out.append(sequence + text)
        return "".join(out), pen
