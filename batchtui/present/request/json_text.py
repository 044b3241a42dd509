"""JSON of any size laid out for reading: indented at once by msgspec, wrapped and coloured only where looked at."""

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Final

import msgspec

from batchtui.domain.half_pairs import decode_with_halves
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.json_folds import FOLDED_ROWS, Cut, EvenlyFolded, Folded, Rows, Wrapped, even_rows
from batchtui.present.request.json_lines import Path, line_of

SURELY_SHORT: Final = 40
"""Lines of so many bytes are not looked at again for each width, but where that is narrower still."""

EVENLY: Final = 3
"""One of the ways a long line is laid out."""

_BLOCK_BYTES: Final = 256 << 10
_NICELY_LINES: Final = 4_000
"""So many long lines are broken at words; those behind them are cut evenly, which takes no time."""

_NICELY_BYTES: Final = 400_000
"""So much of what is unfolded is broken at words; the rest is cut evenly, which takes no time."""


def _indented(source: bytes) -> bytes:
    return msgspec.json.format(source, indent=2)


class JsonText:
    """A document as numbered lines; long strings fold after a few rows, base64 after one, until they are unfolded."""

    def __init__(self, source: bytes, faults: Mapping[Path, str] | None = None) -> None:
        try:
            self._text = decode_with_halves(_indented, source)
            self.is_valid = True
        except msgspec.DecodeError:
            self._text, self.is_valid = source, False
        lengths = array("q", _line_lengths(self._text))
        self._starts = array("q", accumulate((length + 1 for length in lengths[:-1]), initial=0))
        self._perhaps_long = [number for number, length in enumerate(lengths) if length > SURELY_SHORT]
        self.line_count = len(self._starts)
        self._number_width = max(3, len(str(self.line_count)))
        self._faults = self._placed(faults or {})
        self._is_unfolded = False
        self._opened: frozenset[int] = frozenset()
        self._layout: tuple[int, array[int], array[int], frozenset[int]] | None = None
        self._laid = lru_cache(256)(self._lay)
        self._evenly_from = self.line_count
        """The first line of those that are cut evenly although they are folded."""

    # Folding

    def toggle_folds(self) -> None:
        """Show all long strings in full, or fold all of them again."""
        is_any_open = self._is_unfolded or bool(self._opened)
        self._is_unfolded, self._opened, self._layout = not is_any_open, frozenset(), None

    def toggle_in_view(self, top: int, rows: int, width: int) -> bool:
        """Unfold the first string folded in view; where none is, fold those opened there. False: nothing changed."""
        room = self._room(width)
        in_view = dict.fromkeys(
            self._find_row(row, width)[0] for row in range(top, min(top + rows, self.height(width)))
        )
        folded = next((number for number in in_view if self._is_cut(number, room)), None)
        opened = self._opened - in_view.keys() if folded is None else self._opened | {folded}
        if opened == self._opened:
            return False
        self._opened, self._layout = opened, None
        return True

    # Rows

    def height(self, width: int) -> int:
        """Rows at that width, wrapped ones included."""
        _, extra, _ = self._laid_out(width)
        return self.line_count + (extra[-1] if extra else 0)

    def line(self, index: int, width: int, glyphs: Glyphs) -> Cell:
        """One row: sign, number, rule, and a part of the document."""
        number, row = self._find_row(index, width)
        reason = self._faults.get(number)
        sign = Span(glyphs.alert if reason is not None and not row else " ", "err", True)
        count = Span(f"{number + 1:>{self._number_width}}" if not row else " " * self._number_width, "dim")
        gutter = (sign, count, Span(f"  {glyphs.vertical.strip() or '|'} ", "rule"))
        return (*gutter, *self._row(number, row, width))

    def row_of_line(self, number: int, width: int) -> int:
        """The first row of a line, both counted from 0."""
        longs, extra, _ = self._laid_out(width)
        before = bisect_right(longs, number - 1)
        return number + (extra[before - 1] if before else 0)

    def row_of(self, place: int, width: int) -> int:
        """The row of a byte of the document, as `find` gives it; what was folded away there is unfolded."""
        number = self.line_of(place)
        if self._is_cut(number, self._room(width)) and not self._is_unfolded:
            self._opened, self._layout = self._opened | {number}, None
        return self.row_of_line(number, width) + self._rows_of(number, width).row_at(place - self._starts[number])

    # Finding

    def first_fault(self) -> int | None:
        """The first line with a fault."""
        return min(self._faults, default=None)

    def line_of(self, place: int) -> int:
        """The line of a byte, counted from 0."""
        return bisect_right(self._starts, place) - 1

    def find(self, words: str, after: int = -1) -> int | None:
        """The next place of words, whatever their case, around the end if need be."""
        pattern, start = _pattern(words), after + 1
        found = pattern.search(self._text, start) or pattern.search(self._text, 0, start + len(words) * 6)
        return None if found is None else found.start()

    def find_back(self, words: str, before: int) -> int | None:
        """The place of words before another, around the beginning if need be."""
        last: int | None = None
        for found in _pattern(words).finditer(self._text):
            if found.start() >= before >= 0 and last is not None:
                break
            if before < 0 or found.start() < before:
                last = found.start()
            elif last is None:
                before = -1  # none before it: the last of all
                last = found.start()
        return last

    # How it is laid out

    def _placed(self, faults: Mapping[Path, str]) -> dict[int, str]:
        placed = ((line_of(self._text, path), reason) for path, reason in faults.items())
        return {self.line_of(at): reason for at, reason in placed if at is not None}

    def _room(self, width: int) -> int:
        return max(8, width - self._number_width - 5)

    def _bytes_of(self, number: int) -> memoryview:
        """A line where it lies: one may be tens of MB, of which a few rows are looked at."""
        return memoryview(self._text)[self._starts[number] : self._end_of(number)]

    def _end_of(self, number: int) -> int:
        return self._starts[number + 1] - 1 if number + 1 < self.line_count else len(self._text)

    def _is_open(self, number: int) -> bool:
        return self._is_unfolded or number in self._opened

    def _is_cut(self, number: int, room: int) -> bool:
        """Whether something of a line is folded away."""
        length = self._end_of(number) - self._starts[number]
        if self._way(number, frozenset()) == EVENLY:
            return even_rows(length, room) > FOLDED_ROWS
        found = self._laid(number, room, 0) if length > room else None
        return isinstance(found, Folded) and found.is_cut and not self._is_open(number)

    def _longs(self, room: int) -> list[int]:
        """The lines that may not fit into a row."""
        numbers = self._perhaps_long if room >= SURELY_SHORT else range(self.line_count)
        return [number for number in numbers if self._end_of(number) - self._starts[number] > room]

    def _laid_out(self, width: int) -> "tuple[array[int], array[int], frozenset[int]]":
        """Numbers of the lines that take several rows, how many rows they add up to and with each, and which of them
        are cut evenly."""
        room = self._room(width)
        if self._layout is None or self._layout[0] != room:
            longs, extra, cut, total, nicely = array("q"), array("q"), set[int](), 0, 0
            numbers = self._longs(room)
            self._evenly_from = numbers[_NICELY_LINES] if len(numbers) > _NICELY_LINES else self.line_count
            for number in numbers:
                length = self._end_of(number) - self._starts[number]
                if self._is_open(number):
                    nicely += length
                    if nicely > _NICELY_BYTES:
                        cut.add(number)
                way = self._way(number, cut)
                rows = even_rows(length, room) if way == EVENLY else self._laid(number, room, way).rows
                if rows > 1:
                    total += rows - 1
                    longs.append(number)
                    extra.append(total)
            self._layout = (room, longs, extra, frozenset(cut))
        return self._layout[1], self._layout[2], self._layout[3]

    def _way(self, number: int, cut: "frozenset[int] | set[int]") -> int:
        if not self._is_open(number):
            return EVENLY if number >= self._evenly_from else 0
        return 2 if number in cut else 1

    def _lay(self, number: int, room: int, way: int) -> Rows:
        """A long line: folded, wrapped or cut. Kept for a while, so what decides it is among the arguments."""
        line, has_fault = self._bytes_of(number), number in self._faults
        if way == EVENLY:
            return EvenlyFolded(line, room, has_fault=has_fault, is_json=self.is_valid)
        if way == 0:
            return Folded(line, room, has_fault=has_fault, is_json=self.is_valid)
        return (
            Cut(bytes(line), room)
            if way == 2
            else Wrapped(bytes(line), room, has_fault=has_fault, is_json=self.is_valid)
        )

    def _rows_of(self, number: int, width: int) -> Rows:
        _, _, cut = self._laid_out(width)
        return self._laid(number, self._room(width), self._way(number, cut))

    def _find_row(self, index: int, width: int) -> tuple[int, int]:
        longs, extra, _ = self._laid_out(width)
        low, high = 0, len(longs)
        while low < high:  # the last long line that starts at or before the row
            middle = (low + high) // 2
            if longs[middle] + (extra[middle - 1] if middle else 0) <= index:
                low = middle + 1
            else:
                high = middle
        if not low:
            return index, 0
        number, before = longs[low - 1], extra[low - 2] if low > 1 else 0
        row = index - number - before
        rows = extra[low - 1] - before
        return (number, row) if row <= rows else (index - extra[low - 1], 0)

    def _row(self, number: int, row: int, width: int) -> Cell:
        shown = self._rows_of(number, width).row(row)
        reason = self._faults.get(number) if not row else None
        return shown if reason is None else (*shown, *cell(f"  {clean(reason)}", "err", bold=False))


def _line_lengths(text: bytes) -> Iterator[int]:
    """The length of each line, the last one included; block by block, since a document may have millions."""
    held = 0
    for at in range(0, len(text), _BLOCK_BYTES):
        end = min(at + _BLOCK_BYTES, len(text))
        if text.find(b"\n", at, end) < 0:
            held += end - at
            continue
        *lines, last = text[at:end].split(b"\n")
        for length in map(len, lines):
            yield held + length
            held = 0
        held += len(last)
    yield held


def _pattern(words: str) -> re.Pattern[bytes]:
    """The words as they are, and as JSON may write them."""
    ways = dict.fromkeys((words, json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]))
    return re.compile(b"|".join(re.escape(way.encode("utf-8", "replace")) for way in ways), re.IGNORECASE)
