"""What screens look up in files, off the screen's thread and off the engine's: all take their time on large runs.

Each is a verb for the bridge: state is read in the engine's thread, files in a thread of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from batchtui.domain.failures import Failure, NotFound, WorkspaceDamaged
from batchtui.domain.issues.triage import TriageRules
from batchtui.domain.state import AppState
from batchtui.domain.words import chunk_name
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.engine.lineage import attempts, earlier_attempts, of_batch
from batchtui.engine.plans import Plan
from batchtui.engine.ports import FoundRequest, Library
from batchtui.engine.verbs_groups import triage_rules
from batchtui.present.errors.gathered import Gathered, gather
from batchtui.present.request.inspected import FoundAttempt, Inspected, inspect
from batchtui.present.request.requests_list import Listed, RequestList
from batchtui.workspace.bodies.index import custom_ids
from batchtui.workspace.results.standing import was_sent

T = TypeVar("T")


class Gathering(Struct, frozen=True, kw_only=True):
    """The groups of a run, and the requests of it that a live later attempt has, by that attempt's run."""

    groups: tuple[Gathered, ...]
    live_ids: Mapping[str, frozenset[str]]
    under_way: Mapping[str, tuple[str, int]]
    """Group id -> the newest of those attempts that has members of it, and how many."""


def lineage_of(engine: Engine, name: str) -> tuple[AttemptRun, ...]:
    """The attempts of a run, or of a batch from elsewhere.

    Raises:
        NotFound
    """
    state = engine.state
    if name in state.runs:
        return attempts(state, engine.store, name, engine.core.live.link.server_now(engine.core.clock.now()))
    if name in state.batches:
        return (of_batch(engine.store, state.batches[name]),)
    raise NotFound(f"no run or batch {name}")


def earlier_of(engine: Engine, name: str) -> tuple[AttemptRun, ...]:
    """Attempts of the same requests before a run: they count, and are listed with each request."""
    if name not in engine.state.runs:
        return ()
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    return earlier_attempts(engine.state, engine.store, name, server_now)


async def gather_issues(engine: Engine, name: str) -> Gathering:
    """What did not succeed up to the latest attempt, grouped, everyone named."""
    lineage = lineage_of(engine, name)
    earlier = earlier_of(engine, name)
    how = triage_rules(engine, name)
    return await in_thread(lambda: _gather(engine.library, lineage, earlier, how))


async def list_chunk(engine: Engine, run: str, label: str) -> RequestList:
    """All requests of a chunk, or of a batch from elsewhere all that did not succeed: it has no list of its own."""
    attempt = lineage_of(engine, run)[0]
    chunk = next((entry for entry in attempt.chunks if entry.label == label), None)
    if chunk is None:
        raise NotFound(f"{run} has no chunk {chunk_name(label)}")
    return await in_thread(lambda: _list_chunk(engine.library, chunk))


async def inspect_request(engine: Engine, name: str, listed: Listed, width: int) -> Inspected:
    """Every attempt of a request, oldest first, and its JSON laid out for a width."""
    lineage = lineage_of(engine, name)
    before = earlier_of(engine, name)
    ended = ended_times(engine.state)
    rules = triage_rules(engine).verdicts

    def look() -> Inspected:
        earlier = _find_attempts(engine.library, before, listed.custom_id, ended)
        attempts = _find_attempts(engine.library, lineage, listed.custom_id, ended)
        return inspect(listed, attempts, engine.prices, width, rules, earlier=earlier)

    return await in_thread(look)


async def find_request(engine: Engine, run: str, custom_id: str) -> FoundRequest | None:
    """A request as that run sent it; None where the body is not here."""
    attempt = lineage_of(engine, run)[0]
    return await in_thread(lambda: engine.library.find_request(attempt, custom_id))


async def first_of(engine: Engine, plan: Plan) -> FoundRequest | None:
    """The first request that a plan would send, as it was built; None where nothing was."""
    if not plan.stagings or not plan.chunks:
        return None
    folder, label = plan.stagings[0], plan.chunks[0].label
    return await in_thread(lambda: engine.library.first_request(folder, label))


async def in_thread(look: Callable[[], T]) -> T:
    """Look something up; a file that is not there any more is damage that can be told."""
    try:
        return await asyncio.to_thread(look)
    except FileNotFoundError as error:
        raise WorkspaceDamaged(
            f"{error.filename} is gone", next="a pruned run cannot be looked into any further"
        ) from error


async def or_failure(verb: Awaitable[T]) -> T | Failure:
    """What a verb returns, or the Failure it raises, for pages that show it where the answer would be."""
    try:
        return await verb
    except Failure as failure:
        return failure


def ended_times(state: AppState) -> dict[str, datetime]:
    """Batch id -> when it ended, for those that have."""
    return {
        batch_id: known.batch.ended_at for batch_id, known in state.batches.items() if known.batch.ended_at is not None
    }


def _gather(
    library: Library, lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun], how: TriageRules
) -> Gathering:
    groups = gather(library.effective_issues(lineage, earlier), how)
    live = {run.run: _live_ids(run) for run in lineage[1:] if any(chunk.is_live for chunk in run.chunks)}
    under_way = {entry.id: found for entry in groups if (found := _under_way(entry, live)) is not None}
    return Gathering(groups=groups, live_ids=live, under_way=under_way)


def _under_way(entry: Gathered, live: Mapping[str, frozenset[str]]) -> tuple[str, int] | None:
    for run in reversed(list(live)):
        number = sum(member.custom_id in live[run] for member in entry.members)
        if number:
            return run, number
    return None


def _list_chunk(library: Library, chunk: AttemptChunk) -> RequestList:
    found = library.issues(Path(chunk.issues)) if chunk.issues is not None else []
    issues = {issue.custom_id: issue for issue in found}
    ids = list(custom_ids(Path(chunk.index))) if chunk.index else list(issues)
    return RequestList(custom_ids=ids, issues=issues, chunk=chunk.label, is_collected=chunk.issues is not None)


def _live_ids(run: AttemptRun) -> frozenset[str]:
    paths = [Path(chunk.index) for chunk in run.chunks if chunk.is_live]
    return frozenset(custom_id for path in paths if path.exists() for custom_id in custom_ids(path))


def _find_attempts(
    library: Library, lineage: Sequence[AttemptRun], custom_id: str, ended: Mapping[str, datetime]
) -> tuple[FoundAttempt, ...]:
    found = (_find_attempt(library, run, custom_id, ended) for run in lineage)
    return tuple(attempt for attempt in found if attempt is not None)


def _find_attempt(
    library: Library, run: AttemptRun, custom_id: str, ended: Mapping[str, datetime]
) -> FoundAttempt | None:
    request = library.find_request(run, custom_id)
    chunks = [chunk for chunk in run.chunks if request is None or chunk.label == request.label]
    for chunk in chunks:
        result = library.find_result(Path(chunk.results), custom_id) if chunk.results is not None else None
        if request is not None or result is not None:
            return FoundAttempt(
                run=run.run,
                chunk=chunk.label,
                batch_id=chunk.batch_id,
                request=request,
                result=result,
                is_collected=chunk.results is not None,
                is_live=chunk.is_live,
                is_sent=was_sent(chunk),
                ended_at=ended.get(chunk.batch_id or ""),
            )
    return None
