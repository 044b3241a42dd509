"""The verb `cancel`: what it stops, drops and cannot reach yet. It commits intentions and awaits their outcomes, so
that it works the same whether this process leads or another one does.

Commit point: RunCanceled and CancelIntended in one append. A crash after it leaves intentions for the next leader.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from batchtui.domain.again import is_ordered, may_come
from batchtui.domain.failures import BadInput, Incomplete
from batchtui.domain.lookup import ChunkRef, RunRef, resolve
from batchtui.domain.records import CancelIntended, Record, RetryDeclined, RunCanceled
from batchtui.domain.settings import RetrySettings
from batchtui.domain.state import AppState, Chunk, KnownBatch
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_batches import OUTCOME_SECONDS, batches_of


class CancelPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a cancel stops, what it drops, what it leaves alone."""

    ids: tuple[str, ...]
    """As they were given."""
    runs: tuple[str, ...]
    batches: tuple[KnownBatch, ...]
    """Open ones, which the service is asked to cancel."""
    held_chunks: int = 0
    held_requests: int = 0
    ended_chunks: int = 0
    ended_requests: int = 0
    unknown_chunks: int = 0
    """On the wire or without an answer: they are not sent again, but a batch that they became goes on."""
    unknown_requests: int = 0
    dropped_chunks: int = 0
    """Those of them that an earlier cancel has dropped already."""
    alone: tuple[str, ...] = ()
    """Chunks named by themselves that wait or have no answer: only their whole run can be kept from being sent."""
    retries: tuple[str, ...] = ()
    """First runs of families that are sent again by themselves, ordered or not yet: they are not any more."""

    later: tuple[str, ...] = ()
    """Attempts made from these runs that are not named and go on: they are canceled by their own names."""

    @property
    def requests(self) -> int:
        return sum(known.batch.request_counts.total for known in self.batches)

    @property
    def is_empty(self) -> bool:
        """Nothing of it would change by canceling."""
        return not self.batches and not self.drops and not self.retries

    @property
    def drops(self) -> bool:
        """Something of its runs would be kept from being sent, or from being sent again."""
        return self.held_chunks > 0 or self.unknown_chunks > self.dropped_chunks

    @property
    def elsewhere(self) -> tuple[KnownBatch, ...]:
        """Batches that no run here has: somebody else may wait for their results."""
        return tuple(known for known in self.batches if known.run is None)

    @property
    def unproved(self) -> tuple[KnownBatch, ...]:
        """Batches taken for a chunk's own that their custom_ids have not proved to be it."""
        return tuple(known for known in self.batches if known.run is not None and not known.is_proved)

    @property
    def needs_ids(self) -> tuple[KnownBatch, ...]:
        """Batches from elsewhere and unproved ones: the last four of their ids are wanted."""
        return tuple(known for known in self.batches if known.run is None or not known.is_proved)


NOT_AUTOMATIC = RetrySettings()


def stopped_of(
    state: AppState, ids: Sequence[str], retry: RetrySettings = NOT_AUTOMATIC, now: datetime | None = None
) -> tuple[str, ...]:
    """Those of some ids that have something to cancel, each for itself."""
    return tuple(each for each in ids if not plan_cancel(state, (each,), retry, now).is_empty)


def plan_cancel(
    state: AppState, ids: Sequence[str], retry: RetrySettings = NOT_AUTOMATIC, now: datetime | None = None
) -> CancelPlan:
    """What canceling these would do; changes nothing.

    Args:
        retry: with `automatic`, a run that would be sent again by itself has something to cancel until `now`.

    Raises:
        NotFound
    """
    refs = [resolve(state, text) for text in ids]
    batch_ids = dict.fromkeys(batch_id for ref in refs for batch_id in batches_of(state, ref))
    runs = tuple(dict.fromkeys(ref.run for ref in refs if isinstance(ref, RunRef)))
    chunks = [chunk for run in runs for chunk in state.runs[run].live_chunks]
    held = [chunk for chunk in chunks if chunk.may_still_be_sent]
    unknown = [chunk for chunk in chunks if _has_no_answer(chunk)]
    ended = [chunk for chunk in chunks if (known := state.batch_of(chunk)) is not None and not known.is_open]
    is_open = [state.batches[batch_id] for batch_id in batch_ids if state.batches[batch_id].is_open]
    return CancelPlan(
        ids=tuple(ids),
        runs=runs,
        batches=tuple(known for known in is_open if not known.batch.is_canceling),
        held_chunks=len(held),
        held_requests=sum(chunk.requests for chunk in held),
        ended_chunks=len(ended),
        ended_requests=sum(chunk.requests for chunk in ended),
        unknown_chunks=len(unknown),
        unknown_requests=sum(chunk.requests for chunk in unknown),
        dropped_chunks=sum(chunk.is_dropped for chunk in unknown),
        alone=tuple(
            f"{ref.run}#{ref.chunk}"
            for ref in refs
            if isinstance(ref, ChunkRef) and ref.run not in runs and _is_unsettled(state, ref)
        ),
        retries=tuple(
            root for root in dict.fromkeys(map(state.root_of, runs)) if _comes_again(state, root, retry, now)
        ),
        later=_going_on(state, runs),
    )


def _going_on(state: AppState, runs: Sequence[str]) -> tuple[str, ...]:
    """Later attempts of which something waits, is on the wire or is with the service."""
    made = dict.fromkeys(name for run in runs for name in state.made_from(run) if name not in runs)
    return tuple(name for name in made if any(_goes_on(state, chunk) for chunk in state.runs[name].live_chunks))


def _goes_on(state: AppState, chunk: Chunk) -> bool:
    known = state.batch_of(chunk)
    if known is not None:
        return known.is_open and not known.batch.is_canceling
    return chunk.may_still_be_sent or (_has_no_answer(chunk) and not chunk.is_dropped)


def _comes_again(state: AppState, root: str, retry: RetrySettings, now: datetime | None) -> bool:
    return is_ordered(state, state.runs[root]) if now is None else may_come(state, retry, root, now)


def _has_no_answer(chunk: Chunk) -> bool:
    return chunk.state in (ChunkState.UNKNOWN, ChunkState.SENDING)


def _is_unsettled(state: AppState, ref: ChunkRef) -> bool:
    chunk = state.runs[ref.run].chunks[ref.chunk]
    return chunk.may_still_be_sent or _has_no_answer(chunk)


def has_unanswered(state: AppState, runs: Sequence[str]) -> bool:
    """Whether a batch of these runs may be there without being known here, so that it cannot be stopped yet."""
    return any(_has_no_answer(chunk) for run in runs for chunk in state.runs[run].live_chunks)


async def cancel(engine: Engine, plan: CancelPlan) -> tuple[KnownBatch, ...]:
    """Stop what was named, as it stands now, and wait until the service has answered for each batch.

    What was held when it was planned may be with the service by now: it is canceled there instead.

    Raises:
        BadInput: a batch that may be another's was taken for one of these meanwhile.
        Incomplete: nobody carried it out yet.
    """
    engine.core.must_be_allowed("cancel")
    now = engine.core.clock.now()
    ids = {known.batch.id for known in plan.batches}

    def decide(state: AppState) -> list[Record]:
        current = plan_cancel(state, plan.ids, engine.settings.retry, now)
        _must_be_ours(current, agreed=frozenset(ids))
        ids.update(known.batch.id for known in current.batches)
        return _orders(state, current, now)

    engine.core.transact(decide)

    def answered(state: AppState) -> tuple[KnownBatch, ...] | None:
        current = [state.batches[batch_id] for batch_id in sorted(ids)]
        return None if any(known.wants_cancel for known in current) else tuple(current)

    found = await engine.until(answered, within=OUTCOME_SECONDS)
    if found is None:
        raise Incomplete("the cancel was written down but nobody carried it out yet", next="`batchtui watch` does")
    return found


def _orders(state: AppState, plan: CancelPlan, now: datetime) -> list[Record]:
    records: list[Record] = [RunCanceled(at=now, run=run) for run in plan.runs if not plan.is_empty]
    records.extend(CancelIntended(at=now, batch_id=known.batch.id) for known in plan.batches)
    for root in (each for each in plan.retries if is_ordered(state, state.runs[each])):
        attempts = len(state.lineage(root))
        records.append(RetryDeclined(at=now, run=root, attempts=attempts, why="canceled", is_quiet=True))
    return records


def _must_be_ours(plan: CancelPlan, *, agreed: frozenset[str]) -> None:
    """A batch whose id's end somebody would have to type was not part of what was shown."""
    new = [known.batch.id for known in plan.needs_ids if known.batch.id not in agreed]
    if new:
        raise BadInput(f"{new[0]} turned up meanwhile and is not proved to be the chunk's own", next="cancel again")
