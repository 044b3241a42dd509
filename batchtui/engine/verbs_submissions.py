"""Verbs about submissions whose outcome nobody knows: say which batch one became, give it up, return what was lost."""

from datetime import datetime

import msgspec

from batchtui.domain.budget import Returned, returning
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput, NotFound
from batchtui.domain.kinship import made_beside
from batchtui.domain.records import (
    Record,
    SubmissionAbandoned,
    SubmissionAdopted,
)
from batchtui.domain.settings import BudgetSettings
from batchtui.domain.settling import may_be_ours, may_have_become, unanswered
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState, Submission
from batchtui.engine.acceptance import must_come_again
from batchtui.engine.engine import Engine


def unsettled(state: AppState) -> list[Submission]:
    """Submissions without an outcome, and adopted ones not yet proved; oldest first."""
    found = [entry for entry in state.submissions.values() if entry.state == ChunkState.UNKNOWN or not entry.is_proved]
    return sorted(found, key=lambda entry: entry.intended_at)


def adopt_for(engine: Engine, submission_id: str, batch_id: str) -> None:
    """A person says which batch a submission became; it stays unproved until its custom_ids prove it."""
    engine.core.must_be_allowed("adopt")
    now = engine.core.clock.now()
    server_now = engine.core.live.link.server_now(now)

    def decide(state: AppState) -> list[Record]:
        _must_match(state, _unknown(state, submission_id), batch_id)
        must_come_again(state.batches[batch_id], server_now)
        return [SubmissionAdopted(at=now, submission=submission_id, batch_id=batch_id)]

    engine.core.transact(decide)


def _must_match(state: AppState, submission: Submission, batch_id: str) -> None:
    known = state.batches.get(batch_id)
    if known is None:
        raise NotFound(f"no batch {batch_id}")
    if known.run is not None:
        raise BadInput(f"{batch_id} belongs to {known.run}")
    if batch_id in submission.disproved:
        raise BadInput(f"{batch_id} has other custom_ids than the chunk")
    total = known.batch.request_counts.total
    if total != submission.requests:
        raise BadInput(f"{batch_id} has {total:,} requests, the submission {submission.requests:,}")
    on_the_wire = [entry for entry in unanswered(state) if entry.state == ChunkState.SENDING]
    if may_be_ours(known, on_the_wire):
        raise BadInput(f"{batch_id} may be that of a chunk on its way", next="wait for the answer")


def abandon(engine: Engine, submission_id: str) -> None:
    """Give a submission up: its chunk is not sent again by itself."""
    engine.core.must_be_allowed("abandon")
    now = engine.core.clock.now()

    def decide(state: AppState) -> list[Record]:
        _unknown(state, submission_id)
        return [SubmissionAbandoned(at=now, submission=submission_id, why="given up by the operator")]

    engine.core.transact(decide)


def _unknown(state: AppState, submission_id: str) -> Submission:
    submission = state.submissions.get(submission_id)
    if submission is None:
        raise NotFound(f"no submission {submission_id!r}", next="`batchtui reconcile` lists them")
    if submission.state != ChunkState.UNKNOWN:
        raise BadInput(f"{submission_id} is settled: {submission.state}")
    return submission


class LostPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Chunks that may be sent a second time because nothing shows that they arrived."""

    run: str
    submissions: tuple[Submission, ...]
    blocked: tuple[Submission, ...]
    """Unknown ones that are not *not found* yet, so they stay."""
    doubted: tuple[tuple[Submission, tuple[str, ...]], ...] = ()
    """Given up, yet there are batches that they may have become. They stay too."""
    overtaken: tuple[Submission, ...] = ()
    """Refused or given up, and their requests may have been sent by one of these since. They stay too."""
    overtaken_by: tuple[str, ...] = ()
    root: str
    """The first run of the family, of which what is left can be retried."""
    cost: CostRange
    """What sending them once more may cost."""

    def budget(self, state: AppState, limits: BudgetSettings, now: datetime) -> Returned:
        """What is left of the budget when they are sent once more; over it they wait, held."""
        run = state.runs[self.run]
        return returning(state, run, [run.chunks[entry.chunk] for entry in self.submissions], limits, now)

    @property
    def requests(self) -> int:
        return sum(entry.requests for entry in self.submissions)

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.submissions)


def plan_lost(state: AppState, run: str) -> LostPlan:
    """What `retry --lost` would return to held, in the same run."""
    if state.runs[run].is_pruned:
        raise BadInput(f"the bodies of {run} were pruned", next="submit its request file again under another name")
    newest = [
        state.submissions[chunk.submissions[-1]]
        for chunk in state.runs[run].live_chunks
        if chunk.submissions and chunk.submissions[-1] in state.submissions
        if chunk.state in (ChunkState.UNKNOWN, ChunkState.ABANDONED, ChunkState.REFUSED)
    ]
    doubted = tuple((entry, found) for entry in newest if (found := may_have_become(state, entry)))
    given_up = {entry.id for entry, _ in doubted}
    blocked = tuple(entry for entry in newest if entry.state == ChunkState.UNKNOWN and not entry.is_not_found)
    beside = made_beside(state, run)
    is_over = [entry for entry in newest if entry.state != ChunkState.UNKNOWN and entry.id not in given_up]
    overtaken = tuple(is_over if beside else ())
    stay = given_up | {entry.id for entry in (*blocked, *overtaken)}
    returnable = tuple(entry for entry in newest if entry.id not in stay)
    entire = state.runs[run]
    cost = entire.cost.share(sum(entry.requests for entry in returnable), entire.requests)
    return LostPlan(
        run=run,
        submissions=returnable,
        blocked=blocked,
        doubted=doubted,
        overtaken=overtaken,
        overtaken_by=beside,
        root=state.root_of(run),
        cost=cost,
    )


def return_lost(engine: Engine, plan: LostPlan) -> None:
    """Do what the plan said, if each submission still is what it was."""
    engine.core.must_be_allowed("retry --lost")
    now = engine.core.clock.now()

    def decide(state: AppState) -> list[Record]:
        current = {entry.id for entry in plan_lost(state, plan.run).submissions}
        changed = [entry.id for entry in plan.submissions if entry.id not in current]
        if changed:
            raise BadInput(f"{changed[0]} was settled meanwhile", next="plan again")
        return [
            SubmissionAbandoned(at=now, submission=entry.id, returns=True, why="returned by retry --lost")
            for entry in plan.submissions
        ]

    engine.core.transact(decide)
