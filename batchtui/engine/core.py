"""The heart of the engine: the one place where state changes, and where watchers are woken.

`commit` takes the journal's lock, reads what others wrote, appends and syncs, folds, wakes watchers.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.failures import OtherAccount, ReadOnly, WorkspaceDamaged
from batchtui.domain.fold import compaction
from batchtui.domain.fold.apply import apply
from batchtui.domain.records import Record
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.actors import ANOTHER, ENGINE, actor_of
from batchtui.engine.live import Live, Notice, Snapshot
from batchtui.engine.notices import describe
from batchtui.engine.ports import Clock, Journal

GIVE_WAY_SECONDS = 0.005

NOTICES_KEPT = 5_000
"""A reader further behind than this is told how many it missed."""


class Core:
    """State, its journal and its watchers; knows no loop and no service."""

    def __init__(self, *, journal: Journal, clock: Clock, settings: Settings, is_read_only: bool = False) -> None:
        self.journal = journal
        self.clock = clock
        self.settings = settings
        self.state = AppState()
        self.live = Live(is_read_only=is_read_only)
        self._version = 0
        self._changed = asyncio.Event()
        self._notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self._next_seq = 1
        self._generation: int | None = None
        self._compact_from = 0
        """Lines of a journal that is worth another try, after one that came to nothing."""
        self.began_at: datetime | None = None
        """The time of the first record there was when the journal was loaded."""
        self.is_answering: Callable[[], bool] = lambda: False
        """Whether a screen in this process is answering a key just now."""

    def load(self) -> None:
        """Read the whole journal; nothing is announced, since it is the past."""
        records = self.journal.load()
        self.state = apply(AppState(), records)
        self.began_at = records[0].at if records else None
        self._generation = self.journal.generation
        self._note_damage()
        self._wake()

    def _note_damage(self) -> None:
        """A line that cannot be read may be the one that says a chunk was sent."""
        if self.journal.warnings and not self.live.damage:
            self.change_live(damage=f"the journal is damaged: {self.journal.warnings[0]}")

    def refresh(self) -> bool:
        """Fold in what other processes wrote; True when something changed."""
        records = self.journal.read_new()
        if self.journal.generation != self._generation:
            self._renew(records)
            return True
        if records:
            self._fold(records, by=ANOTHER)
        self._note_damage()
        return bool(records)

    def compact(self) -> None:
        """Shorten a journal that is mostly past. Only for who leads; a disk that can't take it keeps the long one."""
        lines = self.journal.lines
        if self.live.damage or self.live.work or lines < self._compact_from:
            return
        if not compaction.is_worthwhile(lines, self.state):
            return
        with suppress(WorkspaceDamaged):
            self.journal.compact(compaction.shorten)
        self.refresh()
        is_shorter = self.journal.lines < lines
        self._compact_from = 0 if is_shorter else int(lines * compaction.WORTH_FACTOR)

    def commit(self, *records: Record) -> None:
        """Make records durable and true."""
        self.transact(lambda _state: records)

    def transact(self, decide: Callable[[AppState], Sequence[Record]]) -> Sequence[Record]:
        """Decide on the newest state while nobody else can write; what is decided is durable on return."""
        with self.journal.transaction() as transaction:
            if self.journal.generation != self._generation:
                self._renew(transaction.tail)
            elif transaction.tail:
                self._fold(transaction.tail, by=ANOTHER)
            self._note_damage()
            records = decide(self.state)
            if records:
                transaction.append(records)
        if records:
            self._fold(records)
        return records

    def _renew(self, records: Sequence[Record]) -> None:
        """Another generation took the journal's place: what was appended on either side of that is news."""
        renewal = self.journal.renewal(records)
        self._generation = self.journal.generation
        if renewal.missed:
            self._fold(renewal.missed, by=ANOTHER)
        self.state = apply(AppState(), renewal.past)
        self.began_at = records[0].at if records else None
        if renewal.news:
            self._fold(renewal.news, by=ANOTHER)
        self.state = apply(self.state, renewal.own)
        self._note_damage()
        self._wake()

    def _fold(self, records: Sequence[Record], *, by: str = "") -> None:
        before = self.state
        self.state = apply(before, records)
        for record in records:
            notice = describe(record, before, self.state)
            if notice is not None:
                self._announce(replace(notice, actor=by or actor_of(record)))
        self._wake()

    def change_live(self, **changes: Any) -> None:
        self.live = replace(self.live, **changes)
        self._wake()

    def announce(self, event: str, text: str, **fields: Any) -> None:
        """Tell an event that is no record, such as a poll or the state of the link."""
        self._announce(Notice(seq=0, at=self.clock.now(), event=event, text=text, **{"actor": ENGINE, **fields}))
        self._wake()

    def _announce(self, notice: Notice) -> None:
        self._notices.append(replace(notice, seq=self._next_seq))
        self._next_seq += 1

    def _wake(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def has_held(self) -> bool:
        """Whether any chunk waits to be sent; asked several times a second."""
        return bool(ledger_of(self.state).waiting)

    def snapshot(self) -> Snapshot:
        return Snapshot(state=self.state, live=self.live, version=self._version, as_of=self.clock.now())

    async def give_way(self) -> None:
        """Let a key be answered first: for work that takes the interpreter and can wait for some milliseconds."""
        if self.is_answering():
            await asyncio.sleep(GIVE_WAY_SECONDS)

    async def changed(self) -> None:
        """Return when anything changed after this call."""
        await self._changed.wait()

    async def changed_within(self, seconds: float) -> None:
        """Sleep until something changes, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.changed()
        except TimeoutError:
            return

    async def states(self) -> AsyncIterator[Snapshot]:
        """The newest snapshot whenever there is a newer one; slow readers skip, nothing queues."""
        seen = -1
        while True:
            while seen == self._version:
                await self._changed.wait()
            seen = self._version
            yield self.snapshot()

    async def notices(self) -> AsyncIterator[Notice]:
        """Each event once, in order, from now on."""
        last = self._next_seq - 1
        while True:
            for notice in self.notices_since(last):
                last = notice.seq
                yield notice
            if self._next_seq - 1 == last:
                await self._changed.wait()

    def notices_since(self, seq: int) -> list[Notice]:
        """Kept events newer than `seq`, oldest first."""
        return [notice for notice in self._notices if notice.seq > seq]

    def must_be_allowed(self, verb: str) -> None:
        """Refuse what changes anything in a read-only session or under another account.

        Raises:
            ReadOnly, OtherAccount
        """
        if self.live.is_read_only:
            raise ReadOnly(verb)
        if self.live.account_note:
            raise OtherAccount(self.live.account_note, next=f"{verb} refused: nothing was sent or changed")
        if self.live.damage:
            raise WorkspaceDamaged(self.live.damage, next=f"{verb} refused: nothing was sent or changed")
