"""What did not succeed: each request of a run with its latest issue, and whether it was sent again since."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from batchtui.domain import triage
from batchtui.domain.lookup import BatchRef, ChunkRef, Ref, RequestRef, RunRef
from batchtui.domain.results import Issue
from batchtui.domain.triage import Group
from batchtui.engine import lineage
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.workspace.attempts import has_order
from batchtui.workspace.standing import standings


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One request that did not simply succeed."""

    issue: Issue
    run: str
    chunk: AttemptChunk
    retried_by: str | None
    """The later run that sent it again, where that is under way or has succeeded."""
    attempt: int = 1
    """Which attempt of the request this is of."""


class CountedGroup(msgspec.Struct, frozen=True, kw_only=True):
    group: Group
    already_retried: int


def attempts_of(engine: Engine, ref: Ref) -> tuple[AttemptRun, ...]:
    """The attempts whose issues something has: the lineage of a run, a chunk of it with what came later, a batch."""
    state, store = engine.state, engine.store
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    match ref:
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
            attempt=standing.number,
        )


def grouped(found: Iterable[Member]) -> tuple[CountedGroup, ...]:
    """Groups as triage makes them, each with how many of it were sent again since."""
    retried: Counter[tuple[str, str]] = Counter()

    def issues() -> Iterator[Issue]:
        for member in found:
            if member.retried_by is not None:
                retried[member.issue.cls, member.issue.message] += 1
            yield member.issue

    groups = triage.group(issues())
    by_template: Counter[tuple[str, str]] = Counter()
    for (cls, message), number in retried.items():
        by_template[cls, triage.template(message)] += number
    return tuple(CountedGroup(group=group, already_retried=by_template[group.cls, group.template]) for group in groups)


def _earlier(engine: Engine, run: str) -> tuple[AttemptRun, ...]:
    if run not in engine.state.runs:
        return ()
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    return lineage.earlier_attempts(engine.state, engine.store, run, server_now)
