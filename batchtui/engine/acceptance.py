"""From an accepted plan to a run.

Commit point: the RunPlanned record. The folder is renamed into `runs/` just before it, under the journal's lock; a
crash in between leaves a folder no record knows, which the next leader sets aside.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from batchtui.domain.failures import AlreadyMade, BadInput, NotConfirmed, WorkspaceDamaged
from batchtui.domain.records import Record, RunPlanned
from batchtui.domain.run import Manifest, Retried
from batchtui.domain.settling import may_be_ours, unanswered
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import are_results_lost
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name
from batchtui.engine.core import Core
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Store
from batchtui.engine.retry_basis import changes_since


def _never(_state: AppState) -> str:
    """For plans that nothing but their own basis can overtake."""
    return ""


class Acceptance:
    """Turns plans that somebody agreed to into runs, and removes what was built for the others."""

    def __init__(self, core: Core, store: Store) -> None:
        self._core = core
        self._store = store

    def accept(
        self,
        plan: Plan,
        *,
        over_budget: bool = False,
        allows_twin: bool = False,
        adopts: dict[str, str] | None = None,
        unless: Callable[[AppState], str] = _never,
    ) -> str:
        """Make an agreed plan a run; its chunks may be sent from then on. Returns the run's name.

        Args:
            allows_twin: the operator knows that a run with the same content exists (`--again`).
            adopts: chunk label -> batch id that already carries it, so that nothing of it is ever sent.
            unless: why the plan is not wanted any more; asked while nobody else can write.

        Raises:
            AlreadyMade: this very run was made meanwhile.
            BadInput: the name was taken meanwhile, or the same requests were retried meanwhile.
            NotConfirmed: the content was submitted meanwhile under another name.
        """
        self._core.must_be_allowed("submit")
        if plan.staging is None:
            raise BadInput("there is nothing to send in this plan")
        staging = plan.staging
        is_renamed = False

        def decide(state: AppState) -> list[RunPlanned]:
            nonlocal is_renamed
            if why := unless(state):
                raise BadInput(why, next="plan again")
            self._must_still_hold(state, plan, allows_twin=allows_twin, adopts=adopts or {})
            record = self._record(plan, over_budget=over_budget, adopts=adopts or {})
            self._store.accept(staging, self._manifest(plan))
            is_renamed = True
            return [record]

        try:
            self._core.transact(decide)
        except BaseException:
            self.discard_staging(staging)
            if is_renamed:
                self._take_back(plan.run)
            raise
        return plan.run

    def _take_back(self, run: str) -> None:
        """Remove a run whose record could not be written, unless it was all the same; else the next leader does."""

        def decide(state: AppState) -> list[Record]:
            if run not in state.runs:
                self._store.remove_unrecorded(run)
            return []

        with suppress(WorkspaceDamaged):
            self._core.transact(decide)

    def discard(self, plan: Plan) -> None:
        """The answer was No: remove what was built."""
        for staging in plan.stagings:
            self.discard_staging(staging)

    def _must_still_hold(self, state: AppState, plan: Plan, *, allows_twin: bool, adopts: dict[str, str]) -> None:
        """What was true when the plan was shown must be true now, decided while nobody else can write."""
        for batch_id in adopts.values():
            must_be_adoptable(state, batch_id)
        if plan.run in state.runs:
            is_same = plan.parent is None and is_twin(state.runs[plan.run], plan.report.content_sha256)
            failure = AlreadyMade if is_same else BadInput
            raise failure(f"a run named {plan.run} was made meanwhile", next="plan again")
        if plan.parent is not None:
            later = [name for name in state.lineage(plan.parent) if name not in plan.lineage]
            if later:
                raise BadInput(
                    f"{plan.parent} was retried meanwhile by {later[0]}", next="plan again to see what is left"
                )
            changed = changes_since(plan.basis, state, plan.lineage)
            if changed:
                raise BadInput(f"{changed} since this was planned", next="plan again to see what is left")
            return
        twin = next((run.name for run in state.runs.values() if is_twin(run, plan.report.content_sha256)), None)
        if twin is not None and not allows_twin:
            raise NotConfirmed(f"the same content was submitted as {twin}", next="--again sends it once more")

    def _record(self, plan: Plan, *, over_budget: bool, adopts: dict[str, str]) -> RunPlanned:
        return RunPlanned(
            at=self._core.clock.now(),
            run=plan.run,
            requests=plan.report.requests,
            bytes=sum(chunk.bytes for chunk in plan.chunks),
            models=plan.report.models,
            content_sha256=plan.report.content_sha256,
            chunks=plan.chunks,
            cost=plan.cost,
            inputs=tuple(entry.path for entry in plan.inputs),
            parent=plan.parent,
            priority=plan.priority,
            classes=plan.classes,
            over_budget=over_budget,
            adopts=adopts,
            forecast=plan.forecast,
            pilot=plan.pilot,
        )

    def _manifest(self, plan: Plan) -> Manifest:
        settings = self._core.settings.submit
        skipped = {entry.reason: entry.requests for entry in plan.skipped}
        retry = None
        if plan.parent is not None:
            retry = Retried(parent=plan.parent, classes=plan.classes, edits=plan.edits, skipped=skipped)
        return Manifest(
            run=plan.run,
            # Not when it was planned, which may be before the journal began: a folder that no record names is told by
            # this time from one whose journal was lost.
            created_at=self._core.clock.now(),
            requests=plan.report.requests,
            bytes=sum(chunk.bytes for chunk in plan.chunks),
            models=plan.report.models,
            content_sha256=plan.report.content_sha256,
            inputs=plan.inputs,
            chunks=plan.chunks,
            cost=plan.cost,
            priority=plan.priority,
            chunk_requests=settings.chunk_requests,
            chunk_bytes=settings.chunk_bytes,
            retry=retry,
        )

    def discard_staging(self, staging: Path | None) -> None:
        """Remove what was built, if anything was."""
        if staging is not None:
            self._store.discard(staging)


def must_be_adoptable(state: AppState, batch_id: str) -> None:
    """Refuse to take what belongs to a run, or may turn out to be what a submission without an answer became.

    Raises:
        BadInput
    """
    known = state.batches.get(batch_id)
    if known is None:
        return
    if known.run is not None:
        raise BadInput(f"{batch_id} already belongs to {known.run}")
    claim = next((entry for entry in unanswered(state) if _may_claim(entry, known)), None)
    if claim is None:
        return
    is_lost = claim.state == ChunkState.UNKNOWN
    settles = f"`batchtui reconcile --adopt {claim.id}={batch_id}` says so; else wait until it has ended"
    raise BadInput(
        f"{batch_id} may be {claim.run} chunk {chunk_name(claim.chunk)}, which has no answer yet",
        next=settles if is_lost else "wait for the answer",
    )


def _may_claim(entry: Submission, known: KnownBatch) -> bool:
    """A read of the list has named it, or will: it came after a submission of its size that has no answer."""
    return known.batch.id in entry.candidates or may_be_ours(known, (entry,))


def must_come_again(known: KnownBatch, server_now: datetime) -> None:
    """Results are fetched again once it has an owner, to be matched with what was sent: refuse where they cannot be.

    Raises:
        BadInput
    """
    batch_id = known.batch.id
    if known.collected is not None and are_results_lost(known, server_now):
        raise BadInput(f"the service no longer has the results of {batch_id}", next="what was collected of it stays")


def is_twin(run: Run, content_sha256: str) -> bool:
    """Whether a run was made of this very content."""
    return bool(content_sha256) and run.content_sha256 == content_sha256
