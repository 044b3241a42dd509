"""Polling: one list call a page, only transitions recorded, never overlapping itself.

Commit point of a poll: the one `commit` of everything that changed. A crash before it leaves the earlier state,
which the next poll brings up to date; after it there is nothing left to do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.failures import OtherAccount
from batchtui.domain.records import BatchGone, BatchSeen, ListRead, Record
from batchtui.domain.settling import Look, oldest_cursor_needed, settle
from batchtui.domain.words import several
from batchtui.engine.account import check_account
from batchtui.engine.connection import Connection
from batchtui.engine.core import Core
from batchtui.engine.ports import Service, ServiceProblem
from batchtui.engine.restored import Restored

PAGE = 1000
"""The service's largest page (API reference, list Message Batches)."""

GONE_POLLS, GONE_AFTER = 3, timedelta(minutes=2)
"""A known id that is not shown is not gone before this: fresh and running batches have flapped for up to a minute."""

ROUNDED = timedelta(seconds=2)
"""Times of creation may be given to the second or finer, so only such a distance says which of two is older."""


class Poller:
    """Reads the list and keeps state in step with it."""

    def __init__(self, core: Core, service: Service, connection: Connection, restored: Restored) -> None:
        self._core = core
        self._restored = restored
        self._service = service
        self._connection = connection
        self._has_read_all = False
        self._missing: dict[str, tuple[int, datetime]] = {}
        self._since = core.clock.now()

    async def poll(self) -> None:
        """One poll; what went wrong becomes the state of the link, never an exception.

        Raises:
            OtherAccount: the key is not this workspace's; nothing was taken over.
        """
        begun_at = self._core.clock.now()
        try:
            batches, is_complete = await self._read()
        except ServiceProblem as problem:
            self._connection.report(problem)
            return
        except OtherAccount as failure:
            self._connection.met_another_account(failure.what)
            raise
        self._connection.answered()
        self._take_in(batches, begun_at, is_complete=is_complete)
        await self._look_for_missing(batches, is_complete=is_complete)
        self._connection.went_live()

    async def _read(self) -> tuple[list[Batch], bool]:
        """Pages from the newest on, until nothing older can have changed; True when nothing that matters was left."""
        batches: dict[str, Batch] = {}
        after_id: str | None = None
        while True:
            page = await self._service.list_batches(limit=PAGE, after_id=after_id)
            check_account(self._core, page.answer)
            self._connection.measure_skew(page.answer)
            known = len(batches)
            batches.update((batch.id, batch) for batch in page.batches)
            if not page.has_more:
                self._has_read_all = True
                return list(batches.values()), True
            if page.last_id is None or len(batches) == known:
                return list(batches.values()), False  # more is there, but this service does not say where
            if self._nothing_older_matters(batches):
                return list(batches.values()), True
            after_id = page.last_id

    def _nothing_older_matters(self, batches: Mapping[str, Batch]) -> bool:
        """After one whole read, older pages matter only for open batches and cursors that were not reached yet."""
        if not self._has_read_all:
            return False
        state = self._core.state
        oldest = min(batch.created_at for batch in batches.values())
        passed = oldest + ROUNDED
        cursors = [batches.get(cursor or "") for cursor in oldest_cursor_needed(state)]
        if any(cursor is None or cursor.created_at <= oldest for cursor in cursors):
            return False  # behind a cursor there may be more of the same moment
        return all(
            known.batch.id in batches or known.batch.created_at > passed
            for known in state.batches.values()
            if known.is_open
        )

    def _take_in(self, batches: list[Batch], begun_at: datetime, *, is_complete: bool) -> None:
        now = self._core.clock.now()
        state = self._core.state
        changed: list[Record] = [
            BatchSeen(at=now, batch=batch, first_sight=not state.has_read_list)
            for batch in batches
            if self._is_transition(batch)
        ]
        if not state.has_read_list and is_complete:
            changed.append(ListRead(at=now))
        if changed or self._restored.is_to_be_looked_for:
            self._core.transact(lambda newest: [*self._restored.holds(newest, batches, now), *changed])
            self._restored.looked(now)
        if is_complete:
            self._settle(batches, begun_at, now)
        self._keep_counts(batches)
        self._core.announce(
            "polled", f"{several(len(batches), 'batch', 'batches')}, {len(changed):,} changed", requests=None
        )

    def _is_transition(self, batch: Batch) -> bool:
        known = self._core.state.batches.get(batch.id)
        if known is None or known.is_gone:
            return True
        earlier = known.batch
        if earlier.is_ended and not batch.is_ended:
            return False
        return (
            earlier.processing_status != batch.processing_status
            or earlier.archived_at != batch.archived_at
            or earlier.cancel_initiated_at != batch.cancel_initiated_at
            or (batch.is_ended and earlier.request_counts != batch.request_counts)
        )

    def _settle(self, batches: list[Batch], begun_at: datetime, now: datetime) -> None:
        """What the read proves about submissions without an answer; decided on the newest state, under the lock."""
        if not any(self._core.state.unknown_submissions()):
            return
        skew = timedelta(seconds=self._core.live.link.skew_seconds)
        look = Look(begun_at=begun_at, batches=tuple(batches), skew=skew, since=self._since)
        self._core.transact(lambda state: settle(state, look, self._core.settings.submit, now))

    def _keep_counts(self, batches: list[Batch]) -> None:
        moving: dict[str, RequestCounts] = {batch.id: batch.request_counts for batch in batches if not batch.is_ended}
        if moving != self._core.live.moving:
            self._core.change_live(moving=moving)

    async def _look_for_missing(self, batches: list[Batch], *, is_complete: bool) -> None:
        """Known open batches that the list does not show: asked for one by one once that has lasted."""
        if not is_complete:
            return
        read = {batch.id for batch in batches}
        now = self._core.clock.now()
        missing = {known.batch.id for known in self._core.state.batches.values() if known.is_open} - read
        self._missing = {
            batch_id: (self._missing.get(batch_id, (0, now))[0] + 1, self._missing.get(batch_id, (0, now))[1])
            for batch_id in missing
        }
        for batch_id, (polls, since) in self._missing.items():
            if polls >= GONE_POLLS and now - since >= GONE_AFTER:
                await self._ask_for(batch_id)

    async def _ask_for(self, batch_id: str) -> None:
        try:
            found = await self._service.retrieve(batch_id)
        except ServiceProblem as problem:
            if problem.kind == "not_found":
                self._core.commit(BatchGone(at=self._core.clock.now(), batch_id=batch_id))
            return
        if self._is_transition(found.batch):
            self._core.commit(BatchSeen(at=self._core.clock.now(), batch=found.batch))
