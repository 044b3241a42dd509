"""What speaks against an answer to a create: a batch that cannot be, or does not look like, what was just sent.

An answer is evidence, not truth: a proxy may replay an older one, a service may be confused. Two chunks that share one
batch would be requests that nobody sent and that are shown as sent.
"""

from datetime import UTC, timedelta

import msgspec

from batchtui.domain.batch import Batch
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name, several

ROUNDED = timedelta(seconds=2)
"""Times of creation may be given to the second or finer."""

OLDER_AT_LEAST = timedelta(minutes=10)
"""A batch is made while it is sent. The time of an answer may be a proxy's, whose clock need not be right."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Why an answer is not taken for a confirmation."""

    why: str
    is_impossible: bool = False
    """The batch is another's for certain; otherwise it stays a candidate until its custom_ids tell."""


def doubt(state: AppState, submission: Submission, batch: Batch) -> Doubt | None:
    """What speaks against this batch being what the submission became; None when nothing does."""
    if owner := _owner(state, submission, batch.id):
        return Doubt(why=f"the answer names {batch.id}, which is {owner}'s", is_impossible=True)
    if _was_there_before(state, submission, batch.id):
        why = f"the answer names {batch.id}, which was there before it was sent"
        return Doubt(why=why, is_impossible=True)
    total = batch.request_counts.total
    if total != submission.requests:
        counted = several(total, "request")
        return Doubt(why=f"the answer names {batch.id} with {counted}, not {submission.requests:,}")
    if _is_older(state, submission, batch):
        made = f"{batch.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
        return Doubt(why=f"the answer names {batch.id}, made before it was sent, on {made}")
    return None


def _is_older(state: AppState, submission: Submission, batch: Batch) -> bool:
    """Than the newest batch listed just before, by the clock of both; or by far than that list itself."""
    newest = state.batches.get(submission.newest_batch_id or "")
    if newest is not None and newest.batch.created_at - batch.created_at > ROUNDED:
        return True
    return submission.listed_at is not None and submission.listed_at - batch.created_at > OLDER_AT_LEAST


def _was_there_before(state: AppState, submission: Submission, batch_id: str) -> bool:
    """Seen before the POST was intended, or the newest on the list just then: an order that no clock can upset."""
    known = state.batches.get(batch_id)
    is_seen = known is not None and known.seen_after <= submission.number
    return is_seen or batch_id == submission.newest_batch_id


def _owner(state: AppState, submission: Submission, batch_id: str) -> str:
    """Whose the batch is, in words, unless that was told by no more than its number of requests."""
    known = state.batches.get(batch_id)
    if known is None or known.run is None or known.chunk is None:
        return ""
    run = state.runs.get(known.run)
    chunk = run.chunks.get(known.chunk) if run is not None else None
    owners = [state.submissions[name] for name in (chunk.submissions if chunk is not None else ())]
    owners = [entry for entry in owners if entry.batch_id == batch_id]
    if any(entry.id == submission.id for entry in owners):
        return ""
    if any(entry.state is ChunkState.ADOPTED and not entry.is_proved for entry in owners):
        return ""
    return f"{known.run} chunk {chunk_name(known.chunk)}"
