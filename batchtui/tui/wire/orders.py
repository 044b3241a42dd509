"""In which order changed cells are written: line by line, or all of one pen first, whichever is shorter."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from batchtui.tui.wire.cells import UNKNOWN, Cell, is_risky
from batchtui.tui.wire.pens import SEEN_ON_BLANKS, Pen, change

LONGEST_GAP: Final = 12
BAND_LINES: Final = 4
"""Lines that are written together: a frame that a slow link shows in the making still grows from the top."""
SMALL: Final = 768
"""Characters of a frame that is there at once: all of it may be written together."""


class Run(NamedTuple):
    """Cells of a line, from `start` to before `end`, that are not what they were."""

    y: int
    start: int
    end: int
    line: Sequence[Cell]
    """All of it, as it is to be."""


def shortest(changed: Sequence[Sequence[Run]], pen: Pen | None) -> tuple[str, Pen | None]:
    """What brings the changed lines up to date, and the pen that then holds.

    A change of pen in true colour takes some nineteen bytes, a move some seven: the rows of a table, which change
    pens at the same columns, are shorter when each pen writes its column of several rows at once.
    """
    if len(changed) <= BAND_LINES:
        return _band(changed, pen)
    by_bands = _bands(changed, pen)
    if len(by_bands[0]) > SMALL:
        return by_bands
    return min(by_bands, _band(changed, pen), key=lambda written: len(written[0].encode()))


def _bands(changed: Sequence[Sequence[Run]], pen: Pen | None) -> tuple[str, Pen | None]:
    out = []
    for first in range(0, len(changed), BAND_LINES):
        text, pen = _band(changed[first : first + BAND_LINES], pen)
        out.append(text)
    return "".join(out), pen


def _band(changed: Sequence[Sequence[Run]], pen: Pen | None) -> tuple[str, Pen | None]:
    runs = list(chain.from_iterable(changed))
    in_order, by_pen = _Writer(pen), _Writer(pen)
    for run in runs:
        in_order.put(run)
    for piece in _by_pen(runs, pen):
        by_pen.put(piece)
    best = min(in_order, by_pen, key=lambda writer: writer.size)
    return "".join(best.out), best.pen


def _by_pen(runs: Sequence[Run], held: Pen | None) -> Iterator[Run]:
    """Runs cut where their pen changes, those of one pen behind each other, each pen behind one that is near it."""
    groups: dict[Pen, list[Run]] = {} if held is None else {held: []}
    blanks = []
    for run in runs:
        for pen, piece in _pieces(run):
            if pen.fg:
                groups.setdefault(pen, []).append(piece)
            else:
                blanks.append((pen, piece))
    for pen, piece in blanks:  # any pen will do that has their background
        fitting = next((known for known in groups if _writes_blanks(known, pen)), pen)
        groups.setdefault(fitting, []).append(piece)
    for pen in _nearest_first(groups, held):
        yield from sorted(groups[pen], key=lambda piece: piece[:2])


def _nearest_first(pens: Iterable[Pen], held: Pen | None) -> Iterator[Pen]:
    """From the held pen always on to the one that the shortest change leads to, such as of the background alone."""
    left = list(pens)
    while left:
        held = min(left, key=lambda pen: len(change(held, pen)[0]))
        left.remove(held)
        yield held


def _pieces(run: Run) -> Iterator[tuple[Pen, Run]]:
    """Stretches of one pen; blanks go with what is before them, or with what follows where nothing is."""
    start, pen = run.start, run.line[run.start][1]
    for place in range(run.start + 1, run.end):
        want = run.line[place][1]
        if want == pen or _writes_blanks(pen, want):
            continue
        if not _writes_blanks(want, pen):
            yield pen, run._replace(start=start, end=place)
            start = place
        pen = want
    yield pen, run._replace(start=start)


def _writes_blanks(pen: Pen, blank: Pen) -> bool:
    """Whether blanks may be written with a pen as it is."""
    return not blank.fg and pen.bg == blank.bg and not pen.attributes & SEEN_ON_BLANKS


class _Writer:
    """Puts runs together with the shortest moves and changes of pen."""

    def __init__(self, pen: Pen | None) -> None:
        self.out: list[str] = []
        self.pen = pen
        """What holds in the terminal; it stays for the next frame, which saves most of a small one."""
        self._at: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Bytes so far."""
        return sum(len(part.encode()) for part in self.out)

    def put(self, run: Run) -> None:
        """Write cells at their place; those left of them may be cheaper to repeat than to skip."""
        y, x, end, line = run
        self._go(y, x, line)
        for place in range(x, end):
            text, pen = line[place]
            self._write(text, pen)
            if is_risky(text):
                self._at = None
                behind = place + (2 if place + 1 < end and line[place + 1][0] == "" else 1)
                if behind < end:
                    self._go(y, behind, ())
        if self._at is not None:
            self._at = (y, end)

    def _write(self, text: str, pen: Pen) -> None:
        if text:
            sequence, self.pen = change(self.pen, pen)
            self.out.append(sequence + text if sequence else text)

    def _go(self, y: int, x: int, line: Sequence[Cell]) -> None:
        at = self._at
        if at is not None and at[0] == y and at[1] > x:
            self.out.append("\r" if x == 0 else f"\x1b[{x + 1}G")
        elif at is None or at[0] != y:
            self.out.append(f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H")
        elif at[1] < x:
            gap = x - at[1]
            skip = "\x1b[C" if gap == 1 else f"\x1b[{gap}C"
            repeated = self._repeated(line[at[1] : x]) if gap <= LONGEST_GAP and line else None
            if repeated is not None and len(repeated[0].encode()) <= len(skip):
                self.out.append(repeated[0])
                self.pen = repeated[1]
            else:
                self.out.append(skip)
        self._at = (y, x)

    def _repeated(self, cells: Sequence[Cell]) -> tuple[str, Pen | None] | None:
        """What it takes to write known cells again, unless that could move the cursor wrongly."""
        pen, out = self.pen, []
        for text, wanted in cells:
            if text == UNKNOWN[0] or is_risky(text):
                return None
            if text:
                sequence, pen = change(pen, wanted)
                out.append(sequence + text)
        return "".join(out), pen
