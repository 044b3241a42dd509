"""Polling: one list call a page, only transitions recorded, never overlapping itself.

Commit point of a poll: the one `commit` of everything that changed. A crash before it leaves the earlier state,
which the next poll brings up to date; after it there is nothing left to do.
"""

import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec.structs import replace

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.failures import OtherAccount, WorkspaceDamaged
from batchtui.domain.link import LinkState, backoff_seconds
from batchtui.domain.records import BatchGone, BatchSeen, ListRead, Record
from batchtui.domain.settling import Look, oldest_cursor_needed, settle
from batchtui.domain.submission import Submission
from batchtui.domain.words import several
from batchtui.engine.core import Core
from batchtui.engine.ports import BatchPage, Service, ServiceProblem, Store

PAGE = 1000
"""The service's largest page (API reference, list Message Batches)."""

GONE_POLLS, GONE_AFTER = 3, timedelta(minutes=2)
"""A known id that is not shown is not gone before this: fresh and running batches have flapped for up to a minute."""

ROUNDED = timedelta(seconds=2)
"""Times of creation may be given to the second or finer, so only such a distance says which of two is older."""

FRESH_SECONDS = 60.0
"""So long after an action the quick interval holds."""

LINK_OF_KIND = {"limited": LinkState.LIMITED, "not_authorized": LinkState.NOT_AUTHORIZED}


class Poller:
    """Reads the list and keeps state in step with it."""

    def __init__(self, core: Core, service: Service, store: Store) -> None:
        self._core = core
        self._service = service
        self._store = store
        self._failures = 0
        self._has_read_all = False
        self._missing: dict[str, tuple[int, datetime]] = {}
        self._acted_at: float | None = None
        self._since = core.clock.now()

    def acted(self) -> None:
        """Something was sent or stopped: look again soon."""
        self._acted_at = self._core.clock.monotonic()

    async def poll(self) -> None:
        """One poll; what went wrong becomes the state of the link, never an exception.

        Raises:
            OtherAccount: the key is not this workspace's; nothing was taken over.
        """
        begun_at = self._core.clock.now()
        try:
            batches, is_complete = await self._read()
        except ServiceProblem as problem:
            self.report(problem)
            return
        except OtherAccount as failure:
            self._set_link(LinkState.OTHER_ACCOUNT, why=failure.what)
            self._share_trouble()
            raise
        self._failures = 0
        self._take_in(batches, begun_at, is_complete=is_complete)
        await self._look_for_missing(batches, is_complete=is_complete)
        self._set_link(LinkState.LIVE, is_good=True)
        self._share()

    async def _read(self) -> tuple[list[Batch], bool]:
        """Pages from the newest on, until nothing older can have changed; True when nothing that matters was left."""
        batches: dict[str, Batch] = {}
        after_id: str | None = None
        while True:
            page = await self._service.list_batches(limit=PAGE, after_id=after_id)
            self._core.check_account(page.answer)
            self._measure_skew(page)
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
        passed = min(batch.created_at for batch in batches.values()) + ROUNDED
        if any(cursor not in batches for cursor in oldest_cursor_needed(state)):
            return False
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
        if changed:
            self._core.commit(*changed)
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

    def _share(self) -> None:
        """Tell those who follow what is known here, and how it stands with the service.

        Raises:
            WorkspaceDamaged: the disk is full, or the folder is gone.
        """
        live = self._core.live
        if live.is_leader:
            self._store.write_counts(dict(live.moving), live.link)

    def _share_trouble(self) -> None:
        """The same where the call's own trouble is what is told: who follows sees how old its picture is."""
        with suppress(WorkspaceDamaged):
            self._share()

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

    def _measure_skew(self, page: BatchPage) -> None:
        if page.answer.server_time is None:
            return
        skew = (page.answer.server_time - self._core.clock.now()).total_seconds()
        if abs(skew - self._core.live.link.skew_seconds) >= 1.5:
            self._core.change_live(link=replace(self._core.live.link, skew_seconds=round(skew)))

    def paused(self) -> None:
        """Somebody stopped the polling."""
        self._set_link(LinkState.PAUSED)
        self._share_trouble()

    def report(self, problem: ServiceProblem) -> None:
        """A call failed, this poll's or another's: the link says so and the next try waits longer."""
        self._failures += 1
        words = problem.message if problem.status is None else f"{problem.status}: {problem.message}"
        state = LINK_OF_KIND.get(problem.kind, LinkState.OFFLINE)
        self._set_link(state, why=words, retry_after=problem.retry_after_seconds)
        self._share_trouble()

    def _set_link(
        self, state: LinkState, *, why: str = "", is_good: bool = False, retry_after: float | None = None
    ) -> None:
        """While polling is paused no call that ends makes the link look as if somebody went on asking."""
        now = self._core.clock.now()
        link = self._core.live.link
        is_paused = self._core.live.is_polling_paused and state is not LinkState.OTHER_ACCOUNT
        state = LinkState.PAUSED if is_paused else state
        is_new = link.state != state
        wait = self.interval(retry_after=retry_after)
        self._core.change_live(
            link=replace(
                link,
                state=state,
                since=now if is_new else link.since,
                as_of=now if is_good else link.as_of,
                next_at=None if state is LinkState.PAUSED else now + timedelta(seconds=wait),
                why=why,
                said_at=now,
            )
        )
        if is_new:
            self._core.announce("connection", f"{state}{': ' + why if why else ''}", details={"state": str(state)})

    def interval(self, *, retry_after: float | None = None) -> float:
        """Seconds until the next poll, counted from the end of this one."""
        regular = self._regular_interval()
        if self._failures:
            jitter = random.random()
            return backoff_seconds(failures=self._failures, interval=regular, jitter=jitter, retry_after=retry_after)
        return regular

    def _regular_interval(self) -> float:
        settings = self._core.settings.poll
        state = self._core.state
        has_just_acted = self._acted_at is not None and self._core.clock.monotonic() - self._acted_at < FRESH_SECONDS
        if has_just_acted or any(_moves(entry) for entry in state.unknown_submissions()):
            return min(settings.after_action, settings.running)
        if self._core.has_held or any(known.is_open for known in state.batches.values()):
            return settings.running
        return settings.idle


def _moves(submission: Submission) -> bool:
    """A next read may settle it soon; otherwise it waits for a batch to end, or for a person."""
    return not submission.candidates and not submission.is_not_found
