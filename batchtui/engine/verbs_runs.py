"""Verbs about runs: hold, let go, halve a chunk, look at errors."""

from collections.abc import Sequence

import msgspec

from batchtui.domain.again import is_ordered
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput
from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.records import (
    GroupsSeen,
    RunHeld,
    RunReleased,
    RunTriaged,
)
from batchtui.domain.state import AppState, Chunk
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine

MOST_GROUPS_KEPT = 200
"""Of one look, so that a run with very many groups does not fill the journal."""

HELD_BY_HAND = "held by the operator"


class ReleasePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent as soon as a held run may go on."""

    run: str
    reason: str
    chunks: int
    requests: int
    cost: CostRange


def plan_release(state: AppState, run: str) -> ReleasePlan | None:
    """What letting a held run go on would send; None when nothing holds it, or nothing of it waits.

    Without a chunk where only its retry waits, which was ordered already and is planned when its time has come.
    """
    entry = state.runs[run]
    waiting = [chunk for chunk in entry.live_chunks if chunk.may_still_be_sent]
    if entry.held_reason is None or not (waiting or is_ordered(state, entry)):
        return None
    requests = sum(chunk.requests for chunk in waiting)
    return ReleasePlan(
        run=run,
        reason=entry.held_reason,
        chunks=len(waiting),
        requests=requests,
        cost=entry.cost.share(requests, entry.requests),
    )


def hold(engine: Engine, run: str, reason: str) -> None:
    """Send nothing more of a run until it is released."""
    engine.core.must_be_allowed("hold")
    engine.core.commit(RunHeld(at=engine.core.clock.now(), run=run, reason=reason))


def release(engine: Engine, run: str) -> None:
    """Let a held run be sent on."""
    engine.core.must_be_allowed("release")
    engine.core.commit(RunReleased(at=engine.core.clock.now(), run=run))


def must_be_splittable(state: AppState, run: str, label: str) -> Chunk:
    """A held chunk of several requests, whose body is here.

    Raises:
        BadInput: with the reason.
    """
    chunk = state.runs[run].chunks[label]
    if not chunk.may_still_be_sent:
        raise BadInput(f"{run}#{label} is {chunk.state}", next="only chunks that wait to be sent can be split")
    if chunk.requests < 2:
        raise BadInput(f"{run}#{label} holds one request", next="a request cannot be split")
    if state.runs[run].is_pruned:
        raise BadInput(f"the bodies of {run} were pruned")
    return chunk


async def split(engine: Engine, run: str, label: str) -> tuple[Chunk, ...]:
    """Halve a held chunk; the halves wait in its place and are sent as the limits allow."""
    engine.core.must_be_allowed("split")
    must_be_splittable(engine.state, run, label)
    await engine.sender.split(run, label)
    after = engine.state.runs[run].chunks
    if after[label].state != ChunkState.SPLIT:
        raise BadInput(f"{run}#{label} was sent meanwhile")
    return tuple(chunk for name, chunk in after.items() if name in (f"{label}a", f"{label}b"))


def triaged(engine: Engine, run: str, groups: Sequence[GroupKey] = ()) -> None:
    """Somebody looked at a run's errors; forgotten in a read-only session."""
    if not engine.core.live.is_read_only and not engine.core.live.account_note:
        now = engine.core.clock.now()
        engine.core.commit(RunTriaged(at=now, run=run), GroupsSeen(at=now, groups=tuple(groups[:MOST_GROUPS_KEPT])))
