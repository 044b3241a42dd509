"""The reading half of a journal: records since last time, what could not be read, and which generation it is."""

from pathlib import Path

import msgspec

from batchtui.domain.records import Record
from batchtui.workspace import layout
from batchtui.workspace.journal import record_lines
from batchtui.workspace.journal.follower import Follower, Fresh, Place
from batchtui.workspace.trouble import reported


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A point to go back to."""

    place: Place
    position: int
    generation: int


class JournalReader:
    """Follows `journal.jsonl`. Used by one thread at a time."""

    def __init__(self, root: Path) -> None:
        self.path = layout.journal(root)
        self.position = 0
        self.generation = 1
        self.warnings: list[str] = []
        self.is_whole = False
        """Whether the last read was of the whole file."""
        self.rest: list[Record] = []
        """What the generation before this one still held unread when it was replaced."""
        self.past = 0
        """How many records of this generation stand for the ones before it."""
        self._follower = Follower(self.path)

    @property
    def end(self) -> int:
        """The length of the file up to its last whole line, as read."""
        return self._follower.place.offset

    @property
    def lines(self) -> int:
        """How many lines of the file were read."""
        return self._follower.place.lines

    def load(self) -> list[Record]:
        """All records, from the top."""
        self._forget()
        return self.read_new()

    def read_new(self) -> list[Record]:
        """Records appended since; all of the file, and another `generation`, when it was replaced."""
        with reported("read", self.path):
            fresh = self._follower.read()
        self.is_whole = fresh.is_replaced or (fresh.first_line == 1 and bool(fresh.data))
        if fresh.is_replaced:
            self.generation += 1
            self.position = 0
            self.warnings.clear()
            self.rest = record_lines.decode(fresh.rest, first_line=1).records
            self.past = 0
        return self._decode(fresh)

    def count_own(self, data: bytes, records: int) -> None:
        """Lines this process appended itself at the end: they are not read again."""
        self._follower.skip(data)
        self.position += records

    def mark(self) -> Mark:
        return Mark(place=self._follower.place, position=self.position, generation=self.generation)

    def go_back(self, mark: Mark) -> None:
        """Read again what came after the mark; the whole file if it is another one since."""
        if mark.generation != self.generation:
            self._forget()
            return
        self._follower.place = mark.place
        self.position = mark.position

    def _forget(self) -> None:
        self._follower.restart()
        self.position = 0
        self.warnings.clear()

    def _decode(self, fresh: Fresh) -> list[Record]:
        if not fresh.data:
            return []
        reading = record_lines.decode(fresh.data, first_line=fresh.first_line)
        for warning in reading.warnings:
            if warning not in self.warnings:
                self.warnings.append(warning)
        if reading.header is not None:
            self.position += reading.header.position - reading.header.records
            self.past = reading.header.records
        self.position += len(reading.records)
        return reading.records
