"""Verbs about batches: collect, delete, hide, adopt. Each commits an intention and awaits its outcome record,
so that it works the same whether this process leads or another one does."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from batchtui.domain.failures import BadInput, Incomplete, NotFound
from batchtui.domain.link import LinkState
from batchtui.domain.lookup import BatchRef, ChunkRef, RequestRef, RunRef
from batchtui.domain.records import BatchHidden, CollectOrdered, DeleteIntended, Record
from batchtui.domain.settings import MAX_BODY_BYTES, MAX_CHUNK_REQUESTS
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.status import are_results_lost, batch_status
from batchtui.engine import furnishing
from batchtui.engine.acceptance import must_come_again
from batchtui.engine.deletable import must_be_deletable, must_be_unchanged
from batchtui.engine.engine import Engine
from batchtui.engine.matching import SENT_BEFORE, must_match
from batchtui.engine.plans import Plan
from batchtui.engine.silence import Silence
from batchtui.engine.submit_options import SubmitOptions

COLLECT_SECONDS = 90.0
"""How long a plan waits for results that can be brought here."""

OUTCOME_SECONDS = 120.0
"""How long a verb waits for the process that leads."""

DELETE_SECONDS = 300.0
"""The same for a delete, which may have to make sure that a batch which is not found is no flap."""


def batches_of(state: AppState, ref: RunRef | ChunkRef | BatchRef | RequestRef) -> tuple[str, ...]:
    """The batches that something names: one, or all of a run."""
    match ref:
        case BatchRef(batch_id=batch_id):
            return (batch_id,)
        case RunRef(run=run):
            return tuple(chunk.batch_id for chunk in state.runs[run].live_chunks if chunk.batch_id)
        case ChunkRef(run=run, chunk=label):
            carrier = state.runs[run].chunks[label].batch_id
            return (carrier,) if carrier else ()
        case RequestRef():
            raise BadInput("a single request cannot be named here", next="name its run or batch")


async def collect(engine: Engine, batch_ids: Sequence[str], *, again: bool = False) -> tuple[KnownBatch, ...]:
    """Fetch and verify results of ended batches; returns what became of each.

    Args:
        again: also those that were pruned here, which nothing fetches unless somebody asks for just that.

    Raises:
        Incomplete: another process leads, and has given no sign of life for too long.
    """
    now = engine.core.clock.now()
    server_now = engine.core.live.link.server_now(now)
    wanted = [
        batch_id
        for batch_id in dict.fromkeys(batch_ids)
        if _can_collect(engine.state.batches[batch_id], again=again)
        and not are_results_lost(engine.state.batches[batch_id], server_now)
    ]
    if wanted:
        engine.core.must_be_allowed("collecting")
        engine.core.commit(*(CollectOrdered(at=now, batch_id=batch_id) for batch_id in wanted))
        silence = Silence(engine)
        done = await engine.until(
            lambda state: _collected_or_failed(state, wanted, again=again) or (False if silence.is_too_long() else None)
        )
        if not done:
            who = engine.leader() or "the process that leads"
            raise Incomplete(
                f"the order to collect was written down, but {who} does not answer",
                next="end it, and start again: whoever leads then carries the order out",
            )
    return tuple(engine.state.batches[batch_id] for batch_id in dict.fromkeys(batch_ids))


async def collect_ended(engine: Engine, runs: Iterable[str]) -> None:
    """Bring the results of these runs' ended batches here, where that can be done now; what cannot be is left."""
    names = {later for run in runs if run in engine.state.runs for later in engine.state.lineage(run)}
    batches = [
        chunk.batch_id
        for name in names
        for chunk in engine.state.runs[name].live_chunks
        if (known := engine.state.batch_of(chunk)) is not None and chunk.batch_id and known.batch.is_ended
    ]
    is_reachable = engine.core.live.link.state in (LinkState.LIVE, LinkState.LIMITED)
    if engine.is_offline or engine.core.live.is_read_only or not is_reachable:
        return
    with suppress(Incomplete, TimeoutError):  # a plan tells what is not here, and goes without it
        async with asyncio.timeout(COLLECT_SECONDS):
            await collect(engine, batches)


def _can_collect(known: KnownBatch, *, again: bool) -> bool:
    is_missing = not known.are_results_here if again else known.collected is None
    return is_missing and known.has_results_there


def _collected_or_failed(state: AppState, ids: Sequence[str], *, again: bool) -> bool | None:
    """True when each is on disk, is gone, or its first download under this order has failed; None while any is under
    way."""
    waiting = [known for batch_id in ids if _can_collect(known := state.batches[batch_id], again=again)]
    return None if any(not known.collect_attempts and not known.gave_up_collecting for known in waiting) else True


async def must_be_safe_here(engine: Engine, batch_id: str) -> None:
    """Refuse to delete what is not on this disk exactly as it was verified.

    Raises:
        BadInput: with the reason.
    """
    await must_be_unchanged(engine.state, engine.store, batch_id)


async def delete(engine: Engine, batch_id: str) -> KnownBatch:
    """Delete a batch on the server; its results must be on disk, as they were verified."""
    engine.core.must_be_allowed("delete")
    await must_be_safe_here(engine, batch_id)
    now = engine.core.clock.now()

    def decide(state: AppState) -> list[Record]:
        """Another process may have pruned them meanwhile."""
        known = state.batches[batch_id]
        must_be_deletable(state, known)
        return [] if known.is_deleted else [DeleteIntended(at=now, batch_id=batch_id)]

    engine.core.transact(decide)

    def answered(state: AppState) -> KnownBatch | None:
        current = state.batches[batch_id]
        return None if current.delete_intended_at is not None else current

    found = await engine.until(answered, within=DELETE_SECONDS)
    if found is None:
        raise Incomplete("the delete was written down but nobody carried it out yet", next="`batchtui watch` does")
    return found


def must_be_elsewhere(engine: Engine, batch_id: str) -> None:
    """Raises BadInput for a batch of a run, which is never out of sight."""
    run = engine.state.batches[batch_id].run
    if run is not None:
        raise BadInput(f"{batch_id} belongs to {run}", next="only batches from elsewhere can be hidden")


def hide(engine: Engine, batch_id: str, *, hidden: bool = True) -> None:
    """Take a batch from elsewhere out of sight, or back."""
    engine.core.must_be_allowed("hide")
    must_be_elsewhere(engine, batch_id)
    engine.core.commit(BatchHidden(at=engine.core.clock.now(), batch_id=batch_id, hidden=hidden))


async def adopt(engine: Engine, batch_id: str, file: Path | None, *, name: str | None) -> str:
    """Take a batch from elsewhere into a run of its own, with its request file if there is one; returns the run.

    The file's requests must be the batch's: their custom_ids where its results are here, else their number; they are
    proved against the results once those are collected, and until then the batch is unproved.

    Raises:
        OtherRequests, BadInput
    """
    engine.core.must_be_allowed("adopt")
    known = engine.state.batches.get(batch_id)
    if known is None:
        raise NotFound(f"no batch {batch_id}")
    must_come_again(known, engine.core.live.link.server_now(engine.core.clock.now()))
    if file is None:
        return engine.planner.adopt_bare(known, name=name)
    plan = await _matched(engine, known, file, name=name)
    return engine.planner.accept(plan, allows_twin=True, adopts={plan.chunks[0].label: batch_id})


async def furnish(engine: Engine, batch_id: str, file: Path) -> str:
    """Give a run that was made without a request file the one its batch was made from; returns the run.

    Raises:
        OtherRequests, BadInput
    """
    engine.core.must_be_allowed("adopt")
    known = engine.state.batches[batch_id]
    furnishing.must_be_bare(engine.state, known)
    plan = await _matched(engine, known, file, name=None)
    return furnishing.furnish(engine.core, engine.store, plan, batch_id)


async def _matched(engine: Engine, known: KnownBatch, file: Path, *, name: str | None) -> Plan:
    """The file as a plan of one chunk, proved to be the batch's as far as that can be told yet."""
    options = SubmitOptions(name=name, chunk_requests=MAX_CHUNK_REQUESTS, chunk_bytes=MAX_BODY_BYTES, rules=SENT_BEFORE)
    plan = await engine.planner.plan_submit([file], options, builds=True)
    try:
        await must_match(known, plan, str(file), engine.store, engine.library)
    except BaseException:
        engine.planner.discard(plan)
        raise
    return plan


def statuses(engine: Engine, batches: Sequence[KnownBatch]) -> dict[str, str]:
    """The status of each batch by its id, as of now."""
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    return {known.batch.id: str(batch_status(known, server_now)) for known in batches}
