"""One long line of a document over its rows: folded to its beginning, wrapped at words, or cut into even pieces.

What is folded away, or out of view, can be megabytes: nothing here touches more than a few rows of it.
"""

import re
from codecs import getincrementaldecoder
from functools import cached_property
from typing import Final, Protocol

from batchtui.present.cells import Cell, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import size
from batchtui.present.request.json_lines import colored
from batchtui.present.wrap import slice_cell, without_last_blanks, wrap_offsets

FOLDED_ROWS: Final = 4
WHOLE_ROWS: Final = 6
"""So many rows are not worth folding: what is hidden would save one of them."""

_BYTES_A_CELL: Final = 4
"""No character that takes a cell has more bytes in UTF-8."""

_BASE64: Final = re.compile(rb'"[A-Za-z0-9+/_-]{200,}')
_SNIFFED_BYTES: Final = 1024
_BLOCK_BYTES: Final = 64 << 10


class Rows(Protocol):
    """A line of the document, laid out for a width."""

    rows: int

    def row(self, index: int) -> Cell:
        """One of its rows."""

    def row_at(self, byte: int) -> int:
        """The row that a byte of the line is in."""


class Folded:
    """The beginning of a line, and how much of it is not shown; all of it where that is little."""

    def __init__(self, line: memoryview, room: int, *, has_fault: bool, is_json: bool) -> None:
        self._line = line
        self._room = room
        self._has_fault = has_fault
        self._is_json = is_json
        self._limit = (WHOLE_ROWS + 1) * room * _BYTES_A_CELL
        self._is_base64 = bool(_BASE64.search(line[:_SNIFFED_BYTES]))
        self._most = 1 if self._is_base64 else FOLDED_ROWS
        self.is_cut = len(line) > self._limit or self._wrapped[-1][1] < len(self._text)
        self.rows = self._most + 1 if self.is_cut else len(self._offsets)

    @cached_property
    def _text(self) -> str:
        is_whole = len(self._line) <= self._limit
        return clean(str(self._line[: self._limit], "utf-8", "replace" if is_whole else "ignore"))

    @cached_property
    def _wrapped(self) -> list[tuple[int, int]]:
        """Its rows, as many as are shown whole at most."""
        rest = max(4, self._room - cell_width(_hang(self._text)))
        return wrap_offsets(self._text, self._room, rest, most=1 if self._is_base64 else WHOLE_ROWS)

    @cached_property
    def _offsets(self) -> list[tuple[int, int]]:
        return self._wrapped[: self._most] if self.is_cut else self._wrapped

    @cached_property
    def _spans(self) -> Cell:
        return _colored(self._text[: self._offsets[-1][1]], has_fault=self._has_fault, is_json=self._is_json)

    def row(self, index: int) -> Cell:
        """One of its rows; the last says what is folded away."""
        if self.is_cut and index >= self._most:
            return (*_hang(self._text), *cell(f"{self._hidden}, z unfolds", "dim"))
        shown = without_last_blanks(slice_cell(self._spans, *self._offsets[index]))
        return (*_hang(self._text), *shown) if index else shown

    def row_at(self, byte: int) -> int:
        """The row of a byte; the last one for those that are folded away."""
        before = len(str(self._line[:byte], "utf-8", "ignore"))
        return next((row for row, (_, end) in enumerate(self._offsets) if before < end), self.rows - 1)

    @cached_property
    def _hidden(self) -> str:
        if self._is_base64:
            return f"base64, {size(len(self._line))} in all"
        shown = len(self._text[: self._offsets[-1][1]].encode())
        return f"{_characters(self._line[shown:]):,} characters more"


class Wrapped:
    """A whole line, broken at words."""

    def __init__(self, line: bytes, room: int, *, has_fault: bool, is_json: bool) -> None:
        self._line = line
        text = clean(line.decode("utf-8", "replace"))
        self._hang = _hang(text)
        self._offsets = wrap_offsets(text, room, max(4, room - cell_width(self._hang)))
        self._spans = _colored(text, has_fault=has_fault, is_json=is_json)
        self.rows = len(self._offsets)

    def row(self, index: int) -> Cell:
        """One of its rows."""
        shown = without_last_blanks(slice_cell(self._spans, *self._offsets[index]))
        return (*self._hang, *shown) if index else shown

    def row_at(self, byte: int) -> int:
        """The row of a byte."""
        before = len(self._line[:byte].decode("utf-8", "replace"))
        return next((row for row, (_, end) in enumerate(self._offsets) if before < end), self.rows - 1)


class Cut:
    """A whole line in pieces of even length: any row of any number of megabytes at once."""

    def __init__(self, line: bytes, room: int) -> None:
        self._text = line.decode("utf-8", "replace")
        self._step = room if self._text.isascii() else max(4, room // 2)  # all of them may be wide
        self._line = line
        self.rows = max(1, -(-len(self._text) // self._step))

    def row(self, index: int) -> Cell:
        """One of its rows."""
        return (Span(clean(self._text[index * self._step : (index + 1) * self._step]), "text", False),)

    def row_at(self, byte: int) -> int:
        """The row of a byte."""
        before = byte if self._text.isascii() else len(self._line[:byte].decode("utf-8", "replace"))
        return min(self.rows - 1, before // self._step)


def even_rows(size_bytes: int, room: int) -> int:
    """How many rows a line takes that is folded and cut evenly; by its bytes, so that nothing has to be read."""
    return min(-(-size_bytes // room), FOLDED_ROWS + 1)


class EvenlyFolded:
    """The beginning of a line in pieces of even length: for documents with too many long lines to break each well."""

    def __init__(self, line: memoryview, room: int, *, has_fault: bool, is_json: bool) -> None:
        self._line = line
        self.rows = even_rows(len(line), room)
        self._is_cut = len(line) > FOLDED_ROWS * room
        # No more is decoded than fits; what takes two cells has three bytes, or four.
        self._text = clean(str(line[: (FOLDED_ROWS + 1) * room], "utf-8", "ignore"))
        self._step = room if self._text.isascii() else max(4, room // 2)
        self._spans = _colored(self._text, has_fault=has_fault, is_json=is_json)

    def row(self, index: int) -> Cell:
        """One of its rows; the last says that there is more."""
        if self._is_cut and index >= FOLDED_ROWS:
            return (*_hang(self._text), *cell(f"{size(len(self._line))} in all, z unfolds", "dim"))
        return slice_cell(self._spans, index * self._step, (index + 1) * self._step)

    def row_at(self, byte: int) -> int:
        """The row of a byte; the last one for those that are folded away."""
        return min(self.rows - 1, len(str(self._line[:byte], "utf-8", "ignore")) // self._step)


def _characters(line: memoryview) -> int:
    """How many there are, without making a text of them all."""
    decoder = getincrementaldecoder("utf-8")("replace")
    blocks = (line[at : at + _BLOCK_BYTES] for at in range(0, len(line), _BLOCK_BYTES))
    return sum(len(decoder.decode(block)) for block in blocks) + len(decoder.decode(b"", True))


def _colored(text: str, *, has_fault: bool, is_json: bool) -> Cell:
    return colored(text, has_fault=has_fault) if is_json else cell(text)


def _hang(text: str) -> Cell:
    """What stands before the second row and those after it."""
    return blanks(len(text) - len(text.lstrip(" ")) + 2)
