"""The journal of a workspace: the truth about everything that was sent, as records in `journal.jsonl`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from batchtui.domain.records import Record
from batchtui.engine.ports import Renewal
from batchtui.workspace import layout
from batchtui.workspace.journal import record_lines
from batchtui.workspace.journal.reader import JournalReader
from batchtui.workspace.journal.writing import append_lines, write_generation
from batchtui.workspace.lock import short_lock
from batchtui.workspace.trouble import reported


class FileTransaction:
    """The journal while its lock is held: `tail` is what others wrote since the last read."""

    def __init__(self, reader: JournalReader, tail: Sequence[Record], *, torn: Path) -> None:
        self.is_tail_taken = False
        self._tail = tail
        self._reader = reader
        self._torn = torn

    @property
    def tail(self) -> Sequence[Record]:
        self.is_tail_taken = True
        return self._tail

    def append(self, records: Sequence[Record]) -> None:
        """Append and sync, all or none; on return the records are durable."""
        if not records:
            return
        data = record_lines.encode(records)
        with reported("write", self._reader.path):
            append_lines(self._reader.path, data, end=self._reader.end, torn=self._torn)
        self._reader.count_own(data, len(records))


class FileJournal:
    """Fulfils ports.Journal for a session that may write. The folder must be there (`folder.create`).

    `generation` changes when the file was replaced or cut: what `read_new` or `tail` then holds is
    everything, to be folded from nothing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reader = JournalReader(root)
        self._lock_path = layout.journal_lock(root)
        self._torn = layout.torn(root)

    @property
    def position(self) -> int:
        return self._reader.position

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
        """All records. Only reads: a torn last line is left to whoever appends next."""
        return self._reader.load()

    def read_new(self) -> list[Record]:
        """What others appended since the last read, up to the last whole line."""
        return self._reader.read_new()

    def renewal(self, records: Sequence[Record]) -> Renewal:
        """What of a whole new generation is news, and what was missed of the one before."""
        reader = self._reader
        past = reader.past or len(records)  # not compacted but cut or rewritten: nobody can tell what is news
        return Renewal(missed=tuple(reader.rest), past=tuple(records[:past]), news=tuple(records[past:]))

    @contextmanager
    def transaction(self) -> Iterator[FileTransaction]:
        """Hold `journal.lock` for some milliseconds: read the tail, append.

        When the block raises, what it did not take is read again: the tail unless it was looked at, and own
        appends, which may have succeeded.
        """
        with short_lock(self._lock_path):
            before = self._reader.mark()
            tail = self._reader.read_new()
            after = self._reader.mark()
            transaction = FileTransaction(self._reader, tail, torn=self._torn)
            try:
                yield transaction
            except BaseException:
                self._reader.go_back(after if transaction.is_tail_taken else before)
                raise

    def compact(self, shorten: Callable[[Sequence[Record]], Sequence[Record]]) -> bool:
        """Write a new generation that says the same in fewer records; False when that is not possible.

        Commit point: the rename; a crash before it leaves the old generation. A journal with damaged lines is
        left as it is, since they would vanish. Readers, this one too, meet another `generation`.

        Args:
            shorten: from all records to those that fold to the same state.
        """
        with short_lock(self._lock_path):
            reader = JournalReader(self._root)
            records = reader.load()
            if not records or reader.warnings:
                return False
            with reported("write", reader.path):
                kept = shorten(records)
                write_generation(reader.path, kept, position=reader.position, end=reader.end, torn=self._torn)
            return True
