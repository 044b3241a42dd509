"""Judging what was downloaded: whose results these are, and whether all of them are there.

Commit point: the Collected record, after results and their index are renamed and synced. A crash before it leaves
whole files that the next download replaces.
"""

from pathlib import Path
from typing import NamedTuple

from batchtui.domain.billing import together
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import (
    Collected,
    Record,
    RunUnfurnished,
    SubmissionAdopted,
    SubmissionDisproved,
    SubmissionProved,
)
from batchtui.domain.settling import contested
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.submission import ChunkState, Submission
from batchtui.engine.core import Core
from batchtui.engine.jobs import Verified, VerifyTask
from batchtui.engine.ports import Jobs, Store
from batchtui.engine.transfer import work_on


class Judged(NamedTuple):
    """What a download came to; neither collected nor failed where it is not, or no longer, wanted here."""

    is_collected: bool = False
    why: str = ""
    """What keeps it from being complete; empty when nothing does."""
    is_final: bool = False
    """To fetch it again would not mend that."""


class Judge:
    """Puts complete results in place, and says of others why they are not."""

    def __init__(self, core: Core, store: Store, jobs: Jobs, prices: PriceTable) -> None:
        self._core = core
        self._store = store
        self._jobs = jobs
        self._prices = prices

    async def judge(self, batch_id: str, partial: Path) -> Judged:
        """Say whose results these are and whether they are whole; if so they are put in place and recorded.

        Whose they are may have been settled while they were downloaded.
        """
        known = self._core.state.batches[batch_id]
        claims = [submission for submission, claimed in contested(self._core.state) if claimed == batch_id]
        if claims:
            return await self._judge_claims(known, partial, claims)
        if known.run is None and not known.collect_ordered:
            return Judged()
        return await self._judge_own(known, partial)

    async def _judge_own(self, known: KnownBatch, partial: Path) -> Judged:
        """The chunk's own batch, or one from elsewhere."""
        batch_id = known.batch.id
        issues = self._store.partial_path(batch_id, known.run)
        try:
            verified = await self._verify(known, partial, issues, index=self._index_of(known))
            unfurnished = [] if verified.ids_match else self._without_its_file(known)
            if unfurnished:
                verified = await self._verify(known, partial, issues, index=None)
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
            return [*unfurnished, self._collected(batch_id, verified), *self._proof(known)]

        return Judged(is_collected=bool(self._core.transact(decide)))

    def _without_its_file(self, known: KnownBatch) -> list[Record]:
        """What somebody said to be the requests of a batch from elsewhere is not: its results are kept without it."""
        run = self._core.state.runs.get(known.run or "")
        if run is None or known.chunk is None or run.chunks[known.chunk].submissions:
            return []
        return [RunUnfurnished(at=self._core.clock.now(), run=run.name, chunk=known.chunk)]

    def _not_complete(self, known: KnownBatch, verified: Verified) -> Judged:
        submission = self._owner(known, verified)
        if submission is not None and not verified.ids_match:
            self._core.commit(
                SubmissionDisproved(at=self._core.clock.now(), submission=submission.id, batch_id=known.batch.id)
            )
            return Judged()
        return Judged(why=verified.reason, is_final=not verified.ids_match)

    def _owner(self, known: KnownBatch, verified: Verified) -> Submission | None:
        """Whose submission results of other requests speak against: also of one that an answer confirmed, where not one
        of its requests is among them, since then the answer named another's batch."""
        entries = self._core.state.submissions.values()
        owners = (entry for entry in entries if entry.batch_id == known.batch.id)
        return next((entry for entry in owners if verified.is_anothers or not entry.is_proved), None)

    async def _judge_claims(self, known: KnownBatch, partial: Path, claims: list[Submission]) -> Judged:
        """A batch that several submissions could claim: its custom_ids decide."""
        issues = self._store.partial_path(known.batch.id, None)
        judged = Judged()
        try:
            for submission in claims:
                index = str(self._store.index_path(submission.run, submission.chunk))
                verified = await self._verify(known, partial, issues, index=index)
                judged = self._decide_claim(known, submission, verified, partial, issues)
                if judged.is_collected or judged.why:
                    break
        finally:
            self._store.forget(issues)
        return judged

    def _decide_claim(
        self, known: KnownBatch, submission: Submission, verified: Verified, partial: Path, issues: Path
    ) -> Judged:
        now = self._core.clock.now()
        batch_id = known.batch.id
        if not verified.ids_match:
            self._core.commit(SubmissionDisproved(at=now, submission=submission.id, batch_id=batch_id))
            return Judged()
        if not verified.is_complete:
            return Judged(why=verified.reason)
        self._publish(submission.run, batch_id, partial, issues)
        adopted = SubmissionAdopted(at=now, submission=submission.id, batch_id=batch_id, is_proved=True)

        def decide(state: AppState) -> list[Record]:
            is_still_open = state.submissions[submission.id].state == ChunkState.UNKNOWN
            if not is_still_open or state.batches[batch_id].run is not None:
                return []
            return [adopted, self._collected(batch_id, verified)]

        return Judged(is_collected=bool(self._core.transact(decide)))

    async def _verify(self, known: KnownBatch, partial: Path, issues: Path, *, index: str | None) -> Verified:
        task = VerifyTask(
            results=str(partial),
            issues=str(issues),
            index=index,
            counts=known.batch.request_counts,
            prices=self._prices,
        )
        with work_on("verify", self._core, known) as judging:
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
