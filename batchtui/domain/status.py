"""One word for a batch or a run, and the counts behind it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.money import Usd, total
from batchtui.domain.pilot import asks
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.submission import ChunkState


class Status(StrEnum):
    """Status of a run, a chunk or a batch, as JSON has it."""

    PLANNED = "planned"
    SENDING = "sending"
    IN_PROGRESS = "in_progress"
    CANCELING = "canceling"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    ERRORED = "errored"
    CANCELED = "canceled"
    EXPIRED = "expired"
    ARCHIVED = "archived"

    @property
    def is_over(self) -> bool:
        return self in _OVER


_OVER = frozenset({Status.SUCCEEDED, Status.PARTIAL, Status.ERRORED, Status.CANCELED, Status.EXPIRED, Status.ARCHIVED})

FEW = 0.5
"""Below this share of successes an ended run is called by what went wrong most, above it `partial`."""


class RunCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of a run by where they are; they add up to its total. No double counting of retries."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0
    unsent: int = 0
    unknown: int = 0
    """In a submission without an answer, given up or not: neither sent nor unsent is known."""
    untold: int = 0
    """Results of a type that is not known: no success."""

    @property
    def bad(self) -> int:
        return self.errored + self.canceled + self.expired + self.untold

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.bad + self.unsent + self.unknown


def all_sent(counts: RequestCounts) -> RunCounts:
    """The counts of a batch as those of a run: all of it is with the service."""
    return RunCounts(
        succeeded=counts.succeeded,
        errored=counts.errored,
        untold=counts.untold,
        expired=counts.expired,
        canceled=counts.canceled,
        processing=counts.processing,
    )


def outcome(*, succeeded: int, errored: int, canceled: int, expired: int, untold: int = 0) -> Status:
    """The word for something that has ended; `untold` are requests that nobody said anything about: no success."""
    bad = {Status.ERRORED: errored + untold, Status.EXPIRED: expired, Status.CANCELED: canceled}
    total = succeeded + sum(bad.values())
    if succeeded == total:
        return Status.SUCCEEDED
    if succeeded >= total * FEW:
        return Status.PARTIAL
    return max(bad, key=lambda kind: bad[kind])


def batch_status(known: KnownBatch, now: datetime) -> Status:
    """Status of one batch; `now` in the server's clock."""
    batch = known.batch
    if not batch.is_ended and not known.is_gone and not known.is_deleted:
        is_stopping = batch.is_canceling or known.cancel_intended_at is not None
        return Status.CANCELING if is_stopping else Status.IN_PROGRESS
    if known.collected is None and are_results_lost(known, now):
        return Status.ARCHIVED
    counts = known.counts
    if counts.processing and _may_still_tell(known):
        return Status.IN_PROGRESS
    return outcome(
        succeeded=counts.succeeded,
        errored=counts.errored,
        canceled=counts.canceled,
        expired=counts.expired,
        untold=counts.processing + counts.untold,
    )


def _may_still_tell(known: KnownBatch) -> bool:
    """It is called ended while its counts say otherwise: the next reads of the list or its results may tell."""
    return known.collected is None and known.has_results_there and not known.gave_up_collecting


def are_results_lost(known: KnownBatch, now: datetime) -> bool:
    """Results the service no longer has."""
    return known.batch.archived_at is not None or known.is_gone or known.is_deleted or now >= known.results_until


def is_unknown_there(state: AppState, run: Run) -> bool:
    """The service let go of a batch of it by itself, whatever it was to keep, and its results are not here."""
    batches = (state.batch_of(chunk) for chunk in run.live_chunks)
    return any(known is not None and known.is_gone and known.collected is None for known in batches)


def can_come_again(known: KnownBatch, now: datetime) -> bool:
    """Pruned here, while the service still keeps them."""
    return known.are_results_pruned and known.has_results_there and not are_results_lost(known, now)


def chunk_status(state: AppState, chunk: Chunk, now: datetime) -> Status:
    """Status of a chunk: its batch's, or where its submission stands."""
    known = state.batch_of(chunk)
    if known is not None:
        return batch_status(known, now)
    match chunk.state:
        case ChunkState.UNKNOWN:
            return Status.UNKNOWN
        case ChunkState.SENDING:
            return Status.SENDING
        case ChunkState.REFUSED:
            return Status.ERRORED
        case ChunkState.ABANDONED:
            return Status.ERRORED if state.may_have_arrived(chunk) else Status.CANCELED
        case ChunkState.PLANNED | ChunkState.HELD | ChunkState.NOT_ACCEPTED | ChunkState.SPLIT:
            return Status.PLANNED
        case ChunkState.CONFIRMED | ChunkState.ADOPTED:  # they have a batch, unless its record was lost
            return Status.PLANNED


def run_counts(state: AppState, run: Run, moving: dict[str, RequestCounts] | None = None) -> RunCounts:
    """Counts over all chunks of a run; `moving` are newer counts of open batches by id."""
    processing = succeeded = errored = canceled = expired = unsent = unknown = untold = 0
    for chunk in run.live_chunks:
        known = state.batch_of(chunk)
        if known is not None:
            counts = _newest_counts(known, moving)
            processing += counts.processing
            succeeded += counts.succeeded
            errored += counts.errored
            canceled += counts.canceled
            expired += counts.expired
            untold += counts.untold
        elif chunk.state in (ChunkState.UNKNOWN, ChunkState.SENDING) or state.may_have_arrived(chunk):
            unknown += chunk.requests
        else:
            unsent += chunk.requests
    return RunCounts(
        processing=processing,
        succeeded=succeeded,
        errored=errored,
        canceled=canceled,
        expired=expired,
        unsent=unsent,
        unknown=unknown,
        untold=untold,
    )


def _newest_counts(known: KnownBatch, moving: dict[str, RequestCounts] | None) -> RequestCounts:
    counts = known.counts
    return counts if not moving or known.batch.is_ended else moving.get(known.batch.id, counts)


def run_status(state: AppState, run: Run, now: datetime) -> Status:
    """The first that applies of unknown, canceling, sending, in_progress; then the outcome over all its requests."""
    live = run.live_chunks
    words = {chunk_status(state, chunk, now) for chunk in live}
    for word in (Status.UNKNOWN, Status.CANCELING, Status.SENDING, Status.IN_PROGRESS):
        if word in words:
            return word
    if any(chunk.may_still_be_sent for chunk in live):
        waits_for_a_person = run.held_reason is not None or asks(state, run)
        is_moving = words != {Status.PLANNED} and not waits_for_a_person
        return Status.SENDING if is_moving else Status.PLANNED
    if Status.ARCHIVED in words:
        return Status.ARCHIVED
    counts = run_counts(state, run)
    given_up = [chunk for chunk in live if chunk.state is ChunkState.ABANDONED]
    dropped = sum(chunk.requests for chunk in given_up if not state.may_have_arrived(chunk))
    return outcome(
        succeeded=counts.succeeded,
        errored=counts.errored + counts.unsent - dropped,
        untold=counts.processing + counts.unknown + counts.untold,
        canceled=counts.canceled + dropped,
        expired=counts.expired,
    )


def is_run_settled(state: AppState, run: Run, now: datetime) -> bool:
    """Nothing of the run is under way, waiting or uncollected any more."""
    if not run_status(state, run, now).is_over:
        return False
    return all(not wants_collecting(state, chunk, now) for chunk in run.live_chunks)


def wants_collecting(state: AppState, chunk: Chunk, now: datetime) -> bool:
    """Its batch has ended and its results are still there, but not on disk."""
    known = state.batch_of(chunk)
    return (
        known is not None
        and known.collected is None
        and known.has_results_there
        and not are_results_lost(known, now)
        and not known.gave_up_collecting
    )


def is_collected(state: AppState, run: Run) -> bool:
    """Every batch of the run has its results on disk."""
    batches = [state.batch_of(chunk) for chunk in run.live_chunks]
    return bool(batches) and all(known is not None and known.collected is not None for known in batches)


def measured_cost(state: AppState, run: Run) -> Usd | None:
    """USD of all collected chunks; None while any collected part has an unknown price or nothing is collected."""
    known = [entry for chunk in run.live_chunks if (entry := state.batch_of(chunk)) is not None]
    costs = [entry.collected.cost_usd for entry in known if entry.collected is not None]
    if not costs or any(cost is None for cost in costs):
        return None
    return total(cost for cost in costs if cost is not None)
