"""Lines out of blocks of bytes, for files of any size and lines of any length."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

BOM = b"\xef\xbb\xbf"

_LONG_LINE_BYTES = 500
"""On average; see `_cut_long`."""


class Lines(NamedTuple):
    """Consecutive lines without their line ends; `first` is the number of the first, counted from 1."""

    first: int
    lines: list[bytes]


class Oversized(NamedTuple):
    """A line longer than the limit: its number and how long it is; its bytes were not kept."""

    number: int
    size_bytes: int


def split(blocks: Iterable[bytes], *, limit: int) -> Iterator[Lines | Oversized]:
    """Lines of a stream, a block's worth at a time.

    Args:
        limit: a line with more bytes is given up: only its length is told, and reading goes on after it.
    """
    number = 1
    held = _Held(limit)
    cut = _cut_short
    for block in blocks:
        pieces = cut(block)
        cut = _cut_long if len(block) > _LONG_LINE_BYTES * len(pieces) else _cut_short
        held.add(pieces[0])
        if len(pieces) == 1:
            continue
        yield held.take(number)
        if len(pieces) > 2:
            whole = Lines(number + 1, pieces[1:-1])
            yield from (whole,) if len(block) <= limit else _within(whole, limit)
        number += len(pieces) - 1
        held.add(pieces[-1])
    if held.size_bytes:
        yield held.take(number)


def _cut_short(block: bytes) -> list[bytes]:
    """At its line feeds; looks at every byte of it."""
    return block.split(b"\n")


def _cut_long(block: bytes) -> list[bytes]:
    """The same in half the time where lines are long: each line feed is looked for in words, not in bytes."""
    pieces = []
    start = 0
    while (end := block.find(b"\n", start)) >= 0:
        pieces.append(block[start:end])
        start = end + 1
    pieces.append(block[start:])
    return pieces


class _Held:
    """The begin of a line whose end has not been read yet; never more than the limit is kept."""

    def __init__(self, limit: int) -> None:
        self.size_bytes = 0
        self._limit = limit
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self.size_bytes += len(part)
        if self.size_bytes > self._limit:
            self._parts.clear()
        else:
            self._parts.append(part)

    def take(self, number: int) -> Lines | Oversized:
        size, parts = self.size_bytes, self._parts
        self.size_bytes, self._parts = 0, []
        return Oversized(number, size) if size > self._limit else Lines(number, [b"".join(parts)])


def _within(found: Lines, limit: int) -> Iterator[Lines | Oversized]:
    """Set over-long lines apart; only a block longer than the limit can hold one whole."""
    start = 0
    for at, line in enumerate(found.lines):
        if len(line) > limit:
            if at > start:
                yield Lines(found.first + start, found.lines[start:at])
            yield Oversized(found.first + at, len(line))
            start = at + 1
    yield Lines(found.first + start, found.lines[start:])


def without_mark(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same blocks without the byte order mark that some editors put at the start of a file."""
    start: bytes | None = b""
    for block in blocks:
        if start is None:
            yield block
            continue
        start += block
        if len(start) >= len(BOM):
            yield start.removeprefix(BOM)
            start = None
    if start:
        yield start.removeprefix(BOM)
