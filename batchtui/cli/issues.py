"""What did not succeed: each request of a run with its latest issue, and whether it was sent again since."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from batchtui.domain.issues import triage
from batchtui.domain.issues.group_state import GroupFacts, GroupState, state_of
from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.triage import Group
from batchtui.domain.lookup import BatchRef, ChunkRef, Ref, RequestRef, RunRef
from batchtui.domain.results import Issue
from batchtui.domain.state import AppState
from batchtui.engine import lineage
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.engine.verbs_groups import triage_rules
from batchtui.workspace.bodies.attempts import has_order
from batchtui.workspace.results.standing import standings


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One request that did not simply succeed."""

    issue: Issue
    run: str
    chunk: AttemptChunk
    retried_by: str | None
    """The later run that sent it again, where that is under way or has succeeded."""
    is_fixed: bool = False
    """That run brought a good result."""
    attempt: int = 1
    """Which attempt of the request this is of."""


class CountedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of issues with what became of its members since."""

    group: Group
    facts: GroupFacts

    @property
    def already_retried(self) -> int:
        """Sent again since, and under way or succeeded."""
        return self.facts.fixed + self.facts.under_way


def attempts_of(engine: Engine, ref: Ref) -> tuple[AttemptRun, ...]:
    """The attempts whose issues something has: the lineage of a run, a chunk of it with what came later, a batch."""
    state, store = engine.state, engine.store
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    match ref:
        case RequestRef(run=batch_id) if batch_id in state.batches:  # from elsewhere, where there is no run
            return (lineage.of_batch(store, state.batches[batch_id]),)
        case RunRef(run=run) | RequestRef(run=run):
            return lineage.attempts(state, store, run, server_now)
        case ChunkRef(run=run, chunk=chunk):
            return _only_chunk(engine, run, chunk, server_now)
        case BatchRef(batch_id=batch_id):
            known = state.batches[batch_id]
            if known.run is None or known.chunk is None:
                return (lineage.of_batch(store, known),)
            return _only_chunk(engine, known.run, known.chunk, server_now)


def _only_chunk(engine: Engine, run: str, label: str, server_now: datetime) -> tuple[AttemptRun, ...]:
    first, *later = lineage.attempts(engine.state, engine.store, run, server_now)
    chunks = tuple(chunk for chunk in first.chunks if chunk.label == label)
    return (msgspec.structs.replace(first, chunks=chunks), *later)


def members(engine: Engine, attempts: Sequence[AttemptRun]) -> Iterator[Member]:
    """Every request of the first attempt that did not simply succeed, in the order of the input."""
    if len(attempts) == 1 and not has_order(attempts[0]):
        for issue, run, chunk, _ in engine.library.effective_issues(attempts):
            yield Member(issue=issue, run=run.run, chunk=chunk, retried_by=None)
        return
    for standing in standings(attempts, _earlier(engine, attempts[0].run)):
        yield Member(
            issue=standing.issue,
            run=standing.attempt.run.run,
            chunk=standing.attempt.chunk,
            retried_by=standing.succeeded_in or standing.live_in,
            is_fixed=standing.succeeded_in is not None,
            attempt=standing.number,
        )


def grouped(engine: Engine, found: Iterable[Member], run: str | None = None) -> tuple[CountedGroup, ...]:
    """Groups of a run as triage makes them, each with what has become of its members since."""
    how = triage_rules(engine, run or "")
    counts: Counter[GroupKey] = Counter()
    samples: dict[GroupKey, Issue] = {}
    tallies: dict[GroupKey, _Tally] = {}
    keys: dict[tuple[str, str], GroupKey] = {}
    unsent = _unsent_runs(engine.state)
    for member in found:
        said = member.issue.cls, member.issue.message
        key = keys.get(said)
        if key is None:
            key = keys[said] = how.key(member.issue)
        counts[key] += 1
        if key not in samples or member.issue.custom_id < samples[key].custom_id:
            samples[key] = member.issue
        tallies.setdefault(key, _Tally()).add(member, unsent)
    lone = triage.ungrouped(counts)
    for key in lone:
        tallies.setdefault((key[0], triage.UNGROUPED), _Tally()).join(tallies[key])
    groups = triage.groups_of(counts, samples, how)
    found_groups = (_counted(engine.state, group, tallies[group.cls, group.template]) for group in groups)
    now = engine.core.clock.now()
    return tuple(sorted(found_groups, key=lambda each: _rank(state_of(each.facts, now))))


def _rank(state: GroupState) -> int:
    """What failed again first, what was put aside last."""
    match state:
        case GroupState.FAILED_AGAIN:
            return 0
        case GroupState.MUTED:
            return 2
        case GroupState.NEW | GroupState.SEEN | GroupState.PLANNED | GroupState.RETRIED | GroupState.FIXED:
            return 1


class _Tally:
    """Counts of the members of one group."""

    def __init__(self) -> None:
        self.fixed = self.under_way = self.planned = self.failed_again = 0

    def add(self, member: Member, unsent: frozenset[str]) -> None:
        """One more."""
        self.fixed += member.is_fixed
        is_live = member.retried_by is not None and not member.is_fixed
        self.under_way += is_live
        self.planned += is_live and member.retried_by in unsent
        self.failed_again += member.attempt > 1 and member.retried_by is None

    def join(self, other: "_Tally") -> None:
        """All of another."""
        self.fixed += other.fixed
        self.under_way += other.under_way
        self.planned += other.planned
        self.failed_again += other.failed_again


def _counted(state: AppState, group: Group, tally: _Tally) -> CountedGroup:
    key = (group.cls, group.template)
    facts = GroupFacts(
        requests=group.requests,
        fixed=tally.fixed,
        under_way=tally.under_way,
        planned=tally.planned,
        failed_again=tally.failed_again,
        muted_until=state.muted.get(key),
        muted_below=state.muted_below.get(key),
        seen_at=state.seen_groups.get(key),
    )
    return CountedGroup(group=group, facts=facts)


def _unsent_runs(state: AppState) -> frozenset[str]:
    """Runs of which nothing was sent yet."""
    return frozenset(
        run.name for run in state.runs.values() if all(chunk.may_still_be_sent for chunk in run.live_chunks)
    )


def _earlier(engine: Engine, run: str) -> tuple[AttemptRun, ...]:
    if run not in engine.state.runs:
        return ()
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    return lineage.earlier_attempts(engine.state, engine.store, run, server_now)
