"""JSON of any size laid out for reading: indented at once by msgspec, wrapped and coloured only where looked at."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from batchtui.present.cells import Cell, Span, blanks, cell
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs
from batchtui.present.json_lines import Path, colored, line_of
from batchtui.present.wrap import slice_cell, without_last_blanks, wrap_offsets

FOLDED_ROWS = 4


class JsonText:
    """A document as numbered lines; long strings fold after a few rows until unfold is set."""

    def __init__(self, source: bytes, faults: Mapping[Path, str] | None = None) -> None:
        try:
            self._text = msgspec.json.format(source, indent=2)
            self.is_valid = True
        except msgspec.DecodeError:
            self._text, self.is_valid = source, False
        self._starts = array("q", [0, *(found.end() for found in re.finditer(b"\n", self._text))])
        self.line_count = len(self._starts)
        self._number_width = max(3, len(str(self.line_count)))
        self._faults = self._placed(faults or {})
        self._is_unfolded = False
        self._layout: tuple[int, array[int], array[int]] | None = None
        self._wrapped = lru_cache(256)(self._wrap)

    @property
    def is_unfolded(self) -> bool:
        """Whether long strings show in full."""
        return self._is_unfolded

    def toggle_folds(self) -> None:
        """Show long strings in full, or fold them again."""
        self._is_unfolded, self._layout = not self._is_unfolded, None

    def height(self, width: int) -> int:
        """Rows at that width, wrapped ones included."""
        _, extra = self._laid_out(width)
        return self.line_count + (extra[-1] if extra else 0)

    def line(self, index: int, width: int, glyphs: Glyphs) -> Cell:
        """One row: sign, number, rule, and a part of the document."""
        number, row = self._find_row(index, width)
        reason = self._faults.get(number)
        sign = Span(glyphs.alert if reason is not None and not row else " ", "err", True)
        count = Span(f"{number + 1:>{self._number_width}}" if not row else " " * self._number_width, "dim")
        gutter = (sign, count, Span(f"  {glyphs.vertical.strip() or '|'} ", "rule"))
        return (*gutter, *self._row(number, row, self._room(width)))

    def row_of_line(self, number: int, width: int) -> int:
        """The first row of a line, both counted from 0."""
        longs, extra = self._laid_out(width)
        before = bisect_right(longs, number - 1)
        return number + (extra[before - 1] if before else 0)

    def first_fault(self) -> int | None:
        """The first line with a fault."""
        return min(self._faults, default=None)

    def find(self, words: str, after: int = -1) -> int | None:
        """The next line that holds words, whatever their case, around the end if need be."""
        pattern = re.compile(re.escape(words.encode()), re.IGNORECASE)
        start = self._starts[after + 1] if after + 1 < self.line_count else 0
        found = pattern.search(self._text, start) or pattern.search(self._text, 0, start)
        return None if found is None else bisect_right(self._starts, found.start()) - 1

    def _placed(self, faults: Mapping[Path, str]) -> dict[int, str]:
        placed = ((line_of(self._text, path), reason) for path, reason in faults.items())
        return {bisect_right(self._starts, at) - 1: reason for at, reason in placed if at is not None}

    def _room(self, width: int) -> int:
        return max(8, width - self._number_width - 5)

    def _bytes_of(self, number: int) -> bytes:
        end = self._starts[number + 1] - 1 if number + 1 < self.line_count else len(self._text)
        return self._text[self._starts[number] : end]

    def _laid_out(self, width: int) -> tuple["array[int]", "array[int]"]:
        """Numbers of the lines that take several rows, and how many rows they add up to and with each."""
        room = self._room(width)
        if self._layout is None or self._layout[0] != room:
            longs, extra, total = array("q"), array("q"), 0
            for found in re.finditer(rb"[^\n]{%d,}" % (room + 1), self._text):
                number = bisect_right(self._starts, found.start()) - 1
                rows = self._wrapped(number, room, self._is_unfolded).rows
                if rows > 1:
                    total += rows - 1
                    longs.append(number)
                    extra.append(total)
            self._layout = (room, longs, extra)
        return self._layout[1], self._layout[2]

    def _find_row(self, index: int, width: int) -> tuple[int, int]:
        longs, extra = self._laid_out(width)
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

    def _row(self, number: int, row: int, room: int) -> Cell:
        wrapped = self._wrapped(number, room, self._is_unfolded)
        if row >= len(wrapped.offsets):
            return (*wrapped.hang, *cell(f"{wrapped.hidden:,} characters more, z unfolds", "dim"))
        shown = without_last_blanks(slice_cell(wrapped.spans, *wrapped.offsets[row]))
        if row:
            return (*wrapped.hang, *shown)
        reason = self._faults.get(number)
        return shown if reason is None else (*shown, *cell(f"  {clean(reason)}", "err", bold=False))

    def _wrap(self, number: int, room: int, is_unfolded: bool) -> "_Wrapped":
        text = clean(self._bytes_of(number).decode("utf-8", "replace"))
        hang = len(text) - len(text.lstrip(" ")) + 2
        offsets = wrap_offsets(text, room, max(4, room - hang), most=None if is_unfolded else FOLDED_ROWS)
        shown = text[: offsets[-1][1]]  # what is folded away can be megabytes
        spans = colored(shown, has_fault=number in self._faults) if self.is_valid else cell(shown)
        return _Wrapped(spans, offsets, blanks(hang), len(text) - len(shown))


class _Wrapped(NamedTuple):
    """One line of the document over its rows."""

    spans: Cell
    offsets: list[tuple[int, int]]
    hang: Cell
    hidden: int

    @property
    def rows(self) -> int:
        return len(self.offsets) + (1 if self.hidden else 0)
