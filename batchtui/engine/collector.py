"""Collecting: results as bytes to a partial file, judged in the child, renamed into place, recorded.

Commit point: the Collected record, after results and their index are renamed and synced. A crash before it leaves
a partial file that is swept, or whole files that the next download replaces; the earlier state stands either way.
"""

from datetime import timedelta
from pathlib import Path

from batchtui.domain.billing import together
from batchtui.domain.failures import Failure
from batchtui.domain.link import backoff_seconds
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import (
    Collected,
    CollectFailed,
    Record,
    SubmissionAdopted,
    SubmissionDisproved,
    SubmissionProved,
)
from batchtui.domain.settling import contested
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.status import are_results_lost, gave_up_collecting
from batchtui.domain.submission import ChunkState, Submission
from batchtui.engine.core import Core
from batchtui.engine.jobs import Verified, VerifyTask
from batchtui.engine.ports import Jobs, Service, ServiceProblem, Store
from batchtui.engine.transfer import Transfer

FIRST_WAIT_SECONDS = 10.0
MOST_ATTEMPTS = 12
"""Downloads of one batch before it waits for somebody to ask again; with back-off that is about ten minutes."""


class Collector:
    """Downloads and verifies results; every batch ends in complete results or in the state before."""

    def __init__(
        self,
        core: Core,
        service: Service,
        store: Store,
        jobs: Jobs,
        prices: PriceTable,
    ) -> None:
        self._core = core
        self._service = service
        self._store = store
        self._jobs = jobs
        self._prices = prices
        self._under_way: set[str] = set()
        self._partials: dict[str, Path] = {}

    def partial_of(self, batch_id: str) -> Path | None:
        """Where results arrive that are being downloaded or judged: to be looked at, not to be believed."""
        return self._partials.get(batch_id)

    def wanted(self) -> list[str]:
        """Batches whose results should be fetched now, those that vanish first first."""
        now = self._core.clock.now()
        server_now = self._core.live.link.server_now(now)
        disputed = {batch_id for _submission, batch_id in contested(self._core.state)}
        found = [
            known
            for known in self._core.state.batches.values()
            if (known.run is not None or known.collect_ordered or known.batch.id in disputed)
            and (known.wants_download or known.batch.id in disputed)
            and known.has_results_there
            and not are_results_lost(known, server_now)
            and not gave_up_collecting(known)
            and known.batch.id not in self._under_way
            and not known.waits_to_collect(now)
        ]
        return [known.batch.id for known in sorted(found, key=lambda known: known.batch.created_at)]

    async def collect(self, batch_id: str) -> bool:
        """Fetch one batch's results; True when they are complete and on disk."""
        known = self._core.state.batches[batch_id]
        self._core.must_be_allowed("collecting")
        self._under_way.add(batch_id)
        try:
            return await self._collect(known)
        finally:
            self._under_way.discard(batch_id)

    async def _collect(self, known: KnownBatch) -> bool:
        batch_id = known.batch.id
        partial = self._partials[batch_id] = self._store.partial_path(batch_id, known.run)
        try:
            await self._download(known, partial)
            return await self._judge_as_it_stands(batch_id, partial)
        except ServiceProblem as problem:
            self._failed(known, problem.message, is_final=problem.kind == "refused", problem=problem)
            return False
        except Failure as failure:  # one chunk's damaged files must not keep all others from being collected
            self._failed(known, failure.what)
            return False
        finally:
            self._partials.pop(batch_id, None)
            self._store.forget(partial)

    async def _judge_as_it_stands(self, batch_id: str, partial: Path) -> bool:
        """Whose it is may have been settled while it was downloaded."""
        known = self._core.state.batches[batch_id]
        claims = [submission for submission, claimed in contested(self._core.state) if claimed == batch_id]
        if claims:
            return await self._judge_claims(known, partial, claims)
        if known.run is None and not known.collect_ordered:
            return False
        return await self._judge(known, partial)

    async def _download(self, known: KnownBatch, partial: Path) -> None:
        """How long it is the service does not say; how many lines it has is known."""
        done = lines = 0
        sink = self._store.open_partial(partial)
        try:
            async with self._service.results(known.batch.id) as blocks:
                with self._transfer("collect", known) as transfer:
                    async for block in blocks:
                        await self._core.give_way()
                        sink.write(block)
                        done += len(block)
                        lines += block.count(b"\n")
                        transfer.moved(done, requests=lines)
        finally:
            sink.close()

    def _transfer(self, word: str, known: KnownBatch) -> Transfer:
        return Transfer(self._core, f"{word} {known.batch.id}", of_requests=known.batch.request_counts.total)

    async def _judge(self, known: KnownBatch, partial: Path) -> bool:
        """The chunk's own batch, or one from elsewhere."""
        batch_id = known.batch.id
        issues = self._store.partial_path(batch_id, known.run)
        try:
            verified = await self._verify(known, partial, issues, index=self._index_of(known))
            if not verified.is_complete:
                return self._not_complete(known, verified)
            self._publish(known.run, batch_id, partial, issues)
        finally:
            self._store.forget(issues)

        def decide(state: AppState) -> list[Record]:
            """Proved is only what was matched: not what another chunk, or any chunk, came to own meanwhile."""
            owner = state.batches[batch_id]
            if (owner.run, owner.chunk) != (known.run, known.chunk):
                return []
            return [self._collected(batch_id, verified), *self._proof(known)]

        return bool(self._core.transact(decide))

    def _not_complete(self, known: KnownBatch, verified: Verified) -> bool:
        submission = self._unproved_submission(known)
        if submission is not None and not verified.ids_match:
            self._core.commit(
                SubmissionDisproved(at=self._core.clock.now(), submission=submission.id, batch_id=known.batch.id)
            )
            return False
        self._failed(known, verified.reason, is_final=not verified.ids_match)
        return False

    async def _judge_claims(self, known: KnownBatch, partial: Path, claims: list[Submission]) -> bool:
        """A batch that several submissions could claim: its custom_ids decide."""
        issues = self._store.partial_path(known.batch.id, None)
        is_owned = False
        try:
            for submission in claims:
                index = str(self._store.index_path(submission.run, submission.chunk))
                verified = await self._verify(known, partial, issues, index=index)
                is_owned = self._decide_claim(known, submission, verified, partial, issues) or is_owned
                if is_owned or not (verified.is_complete or not verified.ids_match):
                    break
        finally:
            self._store.forget(issues)
        return is_owned

    def _decide_claim(
        self, known: KnownBatch, submission: Submission, verified: Verified, partial: Path, issues: Path
    ) -> bool:
        now = self._core.clock.now()
        batch_id = known.batch.id
        if not verified.ids_match:
            self._core.commit(SubmissionDisproved(at=now, submission=submission.id, batch_id=batch_id))
            return False
        if not verified.is_complete:
            self._failed(known, verified.reason)
            return False
        self._publish(submission.run, batch_id, partial, issues)
        adopted = SubmissionAdopted(at=now, submission=submission.id, batch_id=batch_id, is_proved=True)

        def decide(state: AppState) -> list[Record]:
            is_still_open = state.submissions[submission.id].state == ChunkState.UNKNOWN
            if not is_still_open or state.batches[batch_id].run is not None:
                return []
            return [adopted, self._collected(batch_id, verified)]

        return bool(self._core.transact(decide))

    async def _verify(self, known: KnownBatch, partial: Path, issues: Path, *, index: str | None) -> Verified:
        task = VerifyTask(
            results=str(partial),
            issues=str(issues),
            index=index,
            counts=known.batch.request_counts,
            prices=self._prices,
        )
        with self._transfer("verify", known) as judging:
            return await self._jobs.verify(task, judging.show)

    def _index_of(self, known: KnownBatch) -> str | None:
        """The chunk's index; a batch from elsewhere has none, nor has a run that was adopted without its request file.

        Where it is gone results are not called complete: nothing else tells whose they are.
        """
        if known.run is None or known.chunk is None:
            return None
        chunk = self._core.state.runs[known.run].chunks[known.chunk]
        return str(self._store.index_path(known.run, known.chunk)) if chunk.sha256 else None

    def _publish(self, run: str | None, batch_id: str, partial: Path, issues: Path) -> None:
        self._store.publish(
            [
                (partial, self._store.results_path(batch_id, run)),
                (issues, self._store.issues_path(batch_id, run)),
            ]
        )

    def _collected(self, batch_id: str, verified: Verified) -> Collected:
        unpriced = tuple(sorted(model for model, usage in verified.usage.items() if usage.cost_usd is None))
        return Collected(
            at=self._core.clock.now(),
            batch_id=batch_id,
            results=verified.tallies.total,
            bytes=verified.bytes,
            sha256=verified.sha256,
            tallies=verified.tallies,
            issues=verified.issues,
            cost_usd=together(verified.usage.values()).cost_usd,
            usage=verified.usage,
            groups=verified.groups,
            unpriced_models=unpriced,
        )

    def _proof(self, known: KnownBatch) -> list[Record]:
        submission = self._unproved_submission(known)
        if submission is None:
            return []
        return [SubmissionProved(at=self._core.clock.now(), submission=submission.id)]

    def _unproved_submission(self, known: KnownBatch) -> Submission | None:
        entries = self._core.state.submissions.values()
        return next((entry for entry in entries if entry.batch_id == known.batch.id and not entry.is_proved), None)

    def _failed(
        self, known: KnownBatch, why: str, *, is_final: bool = False, problem: ServiceProblem | None = None
    ) -> None:
        now = self._core.clock.now()
        attempt = self._core.state.batches[known.batch.id].collect_attempts + 1
        asked = problem.retry_after_seconds if problem is not None else None
        wait = backoff_seconds(failures=attempt, interval=FIRST_WAIT_SECONDS, jitter=0.5, retry_after=asked)
        gives_up = is_final or attempt >= MOST_ATTEMPTS
        self._core.commit(
            CollectFailed(
                at=now,
                batch_id=known.batch.id,
                why=why,
                attempt=attempt,
                retry_at=None if gives_up else now + timedelta(seconds=wait),
            )
        )
