"""The journal of a session that must not change the workspace: it follows the file, its own records stay in memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from batchtui.domain.records import Record
from batchtui.engine.ports import Renewal
from batchtui.workspace.journal.reader import JournalReader


class MemoryTransaction:
    """What others wrote since the last read, and appends that end with the process."""

    def __init__(self, tail: Sequence[Record], own: list[Record]) -> None:
        self.tail = tail
        self._own = own

    def append(self, records: Sequence[Record]) -> None:
        self._own.extend(records)


class ReadOnlyJournal:
    """Fulfils ports.Journal for `--read-only`, `--offline` and another account: no write, no lock, no folder needed."""

    def __init__(self, root: Path) -> None:
        self._reader = JournalReader(root)
        self._own: list[Record] = []

    @property
    def position(self) -> int:
        return self._reader.position + len(self._own)

    @property
    def generation(self) -> int:
        return self._reader.generation

    @property
    def warnings(self) -> Sequence[str]:
        return tuple(self._reader.warnings)

    @property
    def lines(self) -> int:
        return self._reader.lines

    def load(self) -> list[Record]:
        """All records of the file, then this session's own."""
        return [*self._reader.load(), *self._own]

    def read_new(self) -> list[Record]:
        """What was appended to the file; with this session's own records too when that is all of it."""
        records = self._reader.read_new()
        return [*records, *self._own] if self._reader.is_whole else records

    def renewal(self, records: Sequence[Record]) -> Renewal:
        """As for any journal; this session's own records, which come last, are no news."""
        reader = self._reader
        of_file = len(records) - len(self._own)
        past = reader.past or of_file
        return Renewal(
            missed=tuple(reader.rest),
            past=tuple(records[:past]),
            news=tuple(records[past:of_file]),
            own=tuple(self._own),
        )

    def compact(self, shorten: Callable[[Sequence[Record]], Sequence[Record]]) -> bool:
        """Never: the file is somebody else's to write."""
        return False

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        yield MemoryTransaction(self.read_new(), self._own)
