"""Canceling and deleting on the server: an intention in the journal, one call, its outcome in the journal.

Commit points: CancelIntended (DeleteIntended) before the call, the outcome after. A crash in between leaves the
intention, which the next leader carries out; both calls change nothing when made twice. What may pass by itself (no
network, an overloaded service, a 404 flap) leaves the intention too, and is tried again for some minutes.
"""

from collections.abc import Sequence
from contextlib import suppress

from batchtui.domain.batch import Batch
from batchtui.domain.failures import BadInput
from batchtui.domain.link import backoff_seconds
from batchtui.domain.records import (
    BatchDeleted,
    BatchSeen,
    CancelConfirmed,
    CancelFailed,
    DeleteFailed,
    Record,
)
from batchtui.domain.state import KnownBatch
from batchtui.engine.account import check_account, meet_account
from batchtui.engine.core import Core
from batchtui.engine.deletable import must_be_unchanged
from batchtui.engine.poller import GONE_AFTER, PAGE
from batchtui.engine.ports import Service, ServiceProblem, Store

PASSING = frozenset({"offline", "limited", "broken", "garbage", "not_found", "conflict"})
"""Kinds of problems that say nothing about the order itself; a conflict is another call that is changing the batch."""

LOST = "the service does not list it either, so there is nothing to cancel as far as it says"

FIRST_WAIT_SECONDS = 2.0
MOST_ATTEMPTS = 12
"""Calls for one order before it is called failed; with back-off that is about ten minutes."""


UNKNOWN_TIMES, UNKNOWN_SECONDS = 3, 120.0
"""A batch that a delete finds gone may flap; this often and this long, it is deleted (or its answer was lost)."""


class Stopper:
    """Carries out intentions to cancel and to delete."""

    def __init__(self, core: Core, service: Service, store: Store) -> None:
        self._core = core
        self._service = service
        self._store = store
        self._attempts: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._unknown_since: dict[str, tuple[int, float]] = {}
        """Batch -> how often in a row the service did not know it, and since when."""

    def wanted_cancels(self) -> Sequence[str]:
        """Batches to cancel now; one that was tried in vain waits a while."""
        return [
            known.batch.id for known in self._core.state.batches.values() if known.wants_cancel and self._is_due(known)
        ]

    def wanted_deletes(self) -> Sequence[str]:
        return [
            known.batch.id
            for known in self._core.state.batches.values()
            if known.delete_intended_at is not None and not known.is_deleted and self._is_due(known)
        ]

    def _is_due(self, known: KnownBatch) -> bool:
        return self._not_before.get(known.batch.id, 0.0) <= self._core.clock.monotonic()

    async def step(self) -> bool:
        """Carry out what is intended, once it is known whose batches these are; True when a call was made.

        Raises:
            OtherAccount, ServiceProblem
        """
        if not (self.wanted_cancels() or self.wanted_deletes()):
            return False
        await meet_account(self._core, self._service)
        return await self.carry_out() > 0

    async def carry_out(self) -> int:
        """Do everything that is intended; how many calls were made."""
        cancels, deletes = self.wanted_cancels(), self.wanted_deletes()
        for batch_id in cancels:
            await self._cancel(batch_id)
        for batch_id in deletes:
            await self._delete(batch_id)
        return len(cancels) + len(deletes)

    async def _cancel(self, batch_id: str) -> None:
        self._core.must_be_allowed("cancel")
        try:
            answer = await self._service.cancel(batch_id)
        except ServiceProblem as problem:
            await self._cancel_refused(batch_id, problem)
            return
        self._attempts.pop(batch_id, None)
        self._core.commit(CancelConfirmed(at=self._core.clock.now(), batch_id=batch_id, batch=answer.batch))

    async def _cancel_refused(self, batch_id: str, problem: ServiceProblem) -> None:
        """A batch that ended meanwhile is no failure: there is nothing left to cancel."""
        current = await self._look(batch_id)
        is_lost = current is None and problem.kind == "not_found" and await self._is_lost(batch_id)
        now = self._core.clock.now()
        record: Record
        is_stopped = current is not None and (current.is_ended or current.is_canceling)
        if not is_stopped and not is_lost and self._tries_again(batch_id, problem):
            return
        if current is not None and is_stopped:
            record = CancelConfirmed(at=now, batch_id=batch_id, batch=current)
        else:
            self._attempts.pop(batch_id, None)
            why = f"{problem.status or 404}: {problem.message}; {LOST}" if is_lost else problem.message
            record = CancelFailed(at=now, batch_id=batch_id, why=why)
        records: list[Record] = [record]
        if current is not None and current.is_ended:
            records.append(BatchSeen(at=now, batch=current))
        self._core.commit(*records)

    def _tries_again(self, batch_id: str, problem: ServiceProblem) -> bool:
        """Leave the order as it is, for later; False when it has failed for good."""
        attempts = self._attempts.get(batch_id, 0) + 1
        if problem.kind not in PASSING or attempts >= MOST_ATTEMPTS:
            self._attempts.pop(batch_id, None)
            return False
        wait = backoff_seconds(
            failures=attempts, interval=FIRST_WAIT_SECONDS, jitter=0.5, retry_after=problem.retry_after_seconds
        )
        self._attempts[batch_id] = attempts
        self._not_before[batch_id] = self._core.clock.monotonic() + wait
        self._core.announce("alert", f"{batch_id}: {problem.message}; tried again in {wait:.0f} s", batch_id=batch_id)
        return True

    async def _look(self, batch_id: str) -> Batch | None:
        try:
            return (await self._service.retrieve(batch_id)).batch
        except ServiceProblem:
            return None

    async def _is_lost(self, batch_id: str) -> bool:
        """Neither by its id nor on its list: a batch that is new, or that the list has, answers 404 for a moment only.

        Whatever cannot be asked just now proves nothing.
        """
        created_at = self._core.state.batches[batch_id].batch.created_at
        if self._core.live.link.server_now(self._core.clock.now()) - created_at < GONE_AFTER:
            return False
        with suppress(ServiceProblem):
            page = await self._service.list_batches(limit=PAGE)
            check_account(self._core, page.answer)
            return all(batch.id != batch_id for batch in page.batches)
        return False

    async def _is_safe_here(self, batch_id: str) -> bool:
        """Between the order and its call the copy on this disk may have gone: then the service has the last one."""
        try:
            await must_be_unchanged(self._core.state, self._store, batch_id)
        except BadInput as refusal:
            self._core.commit(DeleteFailed(at=self._core.clock.now(), batch_id=batch_id, why=str(refusal)))
            return False
        return True

    async def _delete(self, batch_id: str) -> None:
        self._core.must_be_allowed("delete")
        if not await self._is_safe_here(batch_id):
            return
        try:
            await self._service.delete(batch_id)
        except ServiceProblem as problem:
            if problem.kind == "not_found" and self._is_unknown_for_good(batch_id):
                self._deleted(batch_id)
            elif not self._tries_again(batch_id, problem):
                self._core.commit(DeleteFailed(at=self._core.clock.now(), batch_id=batch_id, why=problem.message))
            return
        self._deleted(batch_id)

    def _deleted(self, batch_id: str) -> None:
        self._attempts.pop(batch_id, None)
        self._unknown_since.pop(batch_id, None)
        self._core.commit(BatchDeleted(at=self._core.clock.now(), batch_id=batch_id))

    def _is_unknown_for_good(self, batch_id: str) -> bool:
        now = self._core.clock.monotonic()
        times, since = self._unknown_since.get(batch_id, (0, now))
        self._unknown_since[batch_id] = times + 1, since
        return times + 1 >= UNKNOWN_TIMES and now - since >= UNKNOWN_SECONDS
