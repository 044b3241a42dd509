"""Sending: one POST at a time, written down before, at the last block, and after.

Commit points: SubmissionIntended before the first byte, SubmissionReleasing before the last block, the outcome
after. A crash before Releasing proves the body was never complete (not accepted); after it the outcome is unknown
until the list or a person settles it. See docs/crash-safety.md.
"""

import asyncio
import os

from batchtui.domain import submission as rules
from batchtui.domain.failures import Failure, WorkspaceDamaged
from batchtui.domain.limits import Turn, next_turn
from batchtui.domain.records import (
    ChunkSplit,
    Record,
    RunHeld,
    SubmissionIntended,
    SubmissionReleasing,
)
from batchtui.domain.settling import batches_of_run
from batchtui.domain.state import AppState, Chunk
from batchtui.domain.submission import (
    Broken,
    ChunkState,
    Conclusion,
    Seen,
)
from batchtui.engine.account import check_account, mismatch
from batchtui.engine.checked_body import CheckedBody, NotReleased, unreadable
from batchtui.engine.consequences import with_consequences
from batchtui.engine.core import Core
from batchtui.engine.jobs import SplitTask
from batchtui.engine.outcomes import outcome_record
from batchtui.engine.ports import Answer, BatchPage, Jobs, Leadership, Service, Store
from batchtui.engine.recovery import left_behind
from batchtui.engine.restored import Restored
from batchtui.engine.transfer import Transfer


class Sender:
    """Sends held chunks in their order, never two at a time."""

    def __init__(
        self, core: Core, service: Service, store: Store, jobs: Jobs, leadership: Leadership, restored: Restored
    ) -> None:
        self._core = core
        self._restored = restored
        self._service = service
        self._store = store
        self._jobs = jobs
        self._leadership = leadership
        self._is_posting = False
        self._released: str | None = None
        self._unwritten: Record | None = None
        """What the last submission came to, until the disk has taken it: nobody else knows."""

    @property
    def is_waiting_for_an_answer(self) -> bool:
        """The last block of a POST is out and its answer is not in."""
        return self._released is not None

    async def send_next(self) -> bool:
        """Send the chunk whose turn it is, if any may go; True when one was dealt with.

        Raises:
            ServiceProblem: the list could not be read just before, so nothing was sent.
            OtherAccount: likewise.
        """
        self.write_outcome()
        self._core.must_be_allowed("sending")
        if not self._leadership.is_held():
            raise WorkspaceDamaged("engine.lock was taken away", next="start again: another process may be sending")
        self._conclude_orphans()
        if not self._core.has_held or self._restored.is_to_be_looked_for:
            return False
        turn = next_turn(self._core.state, self._core.settings, self._core.clock.now())
        if turn is None:
            return False
        if self._was_sent_before(turn.run):
            return True
        page = await self._service.list_batches(limit=1)
        check_account(self._core, page.answer)
        submission = self._intend(turn, page)
        if submission is not None:
            self._restored.sending(submission.submission)
            self._is_posting = True
            try:
                await self._send(submission)
            finally:
                self._is_posting = False
        return True

    def _conclude_orphans(self) -> None:
        """An intention that a disk took, although it said that it did not: nobody sends it, and all others wait."""
        now = self._core.clock.now()
        if not self._is_posting and left_behind(self._core.state, now, "the disk failed"):
            self._core.transact(lambda state: left_behind(state, now, "the disk failed"))

    def _was_sent_before(self, name: str) -> bool:
        """Hold a run that has results the journal does not know: it may come from a backup older than they are."""
        run = self._core.state.runs[name]
        if run.released_at is not None:  # a person has looked
            return False
        unknown = sorted(self._store.results_of(name) - batches_of_run(self._core.state, run))
        if not unknown:
            return False
        why = f"results of {unknown[0]} are here, which the journal does not know: is it from a backup?"
        reason = f"{why} What waits may have been sent"
        self._core.commit(RunHeld(at=self._core.clock.now(), run=name, reason=reason))
        return True

    def _intend(self, turn: Turn, page: BatchPage) -> SubmissionIntended | None:
        """Write the intention down, unless something changed since the turn was found."""
        now = self._core.clock.now()

        def decide(state: AppState) -> list[SubmissionIntended]:
            if self._core.live.damage or next_turn(state, self._core.settings, now) != turn:
                return []
            chunk = state.runs[turn.run].chunks[turn.chunk]
            return [
                SubmissionIntended(
                    at=now,
                    submission=f"sub_{os.urandom(8).hex()}",
                    run=turn.run,
                    chunk=turn.chunk,
                    requests=chunk.requests,
                    bytes=chunk.bytes,
                    newest_batch_id=page.batches[0].id if page.batches else None,
                    listed_at=page.answer.server_time,
                )
            ]

        records = self._core.transact(decide)
        return records[0] if records and isinstance(records[0], SubmissionIntended) else None

    async def _send(self, intended: SubmissionIntended) -> None:
        chunk = self._core.state.runs[intended.run].chunks[intended.chunk]
        try:
            seen, answer = await self._post(intended, chunk)
        except asyncio.CancelledError:
            self._conclude(intended, Broken("stopped before an answer"))
            raise
        except Exception as problem:  # an adapter that breaks must not leave a submission without an outcome
            self._conclude(intended, Broken(f"{type(problem).__name__} while sending"))
            raise
        self._conclude(intended, seen, answer)
        if answer is not None:
            check_account(self._core, answer)
        if rules.conclude(seen, released=True) is Conclusion.TOO_LARGE and chunk.requests > 1:
            await self.split(intended.run, intended.chunk)

    async def _post(self, intended: SubmissionIntended, chunk: Chunk) -> tuple[Seen, Answer | None]:
        try:
            body = CheckedBody(self._store.body(intended.run, intended.chunk), expected_sha256=chunk.sha256)
        except (Failure, OSError) as problem:
            return unreadable(problem), None
        try:
            with Transfer(self._core, f"send {intended.run}/{intended.chunk}", total=body.size_bytes) as transfer:
                seen, answer = await self._service.submit(
                    body,
                    release=lambda: self._release(intended.submission, body),
                    sent=transfer.moved,
                )
        except Exception:
            if body.trouble is None:
                raise
            seen, answer = body.trouble, None
        return body.trouble or seen, answer

    async def _release(self, submission: str, body: CheckedBody) -> None:
        """The last moment at which nothing can have been accepted."""
        await body.must_be_intact()
        if not self._leadership.is_held():
            raise NotReleased("engine.lock was taken away")
        self._core.transact(lambda state: self._releasing(state, submission))
        self._restored.releasing(submission)
        self._released = submission

    def _releasing(self, state: AppState, submission: str) -> list[Record]:
        """Decided under the journal's lock: whoever took over says first what became of this submission."""
        entry = state.submissions[submission]
        if entry.state != ChunkState.SENDING:
            raise NotReleased(f"another process has called it {entry.state}")
        run = state.runs[entry.run]
        if run.chunks[entry.chunk].is_dropped:
            raise NotReleased("its run was canceled")
        if run.held_reason is not None:
            raise NotReleased(f"its run is held: {run.held_reason}")
        return [SubmissionReleasing(at=self._core.clock.now(), submission=submission)]

    def _conclude(self, intended: SubmissionIntended, seen: Seen, answer: Answer | None = None) -> None:
        is_released = self._released == intended.submission
        self._released = None
        chunk = self._core.state.runs[intended.run].chunks[intended.chunk]
        foreign = mismatch(self._core.state.binding, answer.account) if answer is not None else ""
        self._unwritten = outcome_record(
            intended.submission, seen, chunk, self._core.clock.now(), is_released, foreign=foreign
        )
        self.write_outcome()

    def write_outcome(self) -> None:
        """Write down what the last submission came to, if a full disk kept that from being done.

        Raises:
            WorkspaceDamaged: it still cannot be written; nothing is sent before it is.
        """
        outcome = self._unwritten
        if outcome is not None:
            self._core.transact(lambda state: with_consequences(state, outcome))
            self._unwritten = None

    async def split(self, run: str, label: str) -> None:
        """Halve a chunk that is too large to be sent; the halves are files before a record names them."""
        task = SplitTask(
            body=str(self._store.body_path(run, label)),
            index=str(self._store.index_path(run, label)),
            label=label,
            folder=str(self._store.body_path(run, label).parent),
        )
        halves = await self._jobs.split(task)
        split = ChunkSplit(at=self._core.clock.now(), run=run, chunk=label, into=halves)
        self._core.transact(lambda state: [split] if state.runs[run].chunks[label].may_still_be_sent else [])
