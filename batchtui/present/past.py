"""What happened before the dashboard was opened, told from what is known of batches and submissions."""

import heapq
from collections.abc import Iterator
from datetime import datetime

from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import chunk_name, several, size_words
from batchtui.engine.live import Notice

MOST = 60


def past_notices(state: AppState) -> list[Notice]:
    """The newest events of the past, oldest first."""
    newest = heapq.nlargest(MOST, _events(state), key=lambda event: event[0])
    return [_told(state, at, kind, name) for at, kind, name in reversed(newest)]


def _events(state: AppState) -> Iterator[tuple[datetime, str, str]]:
    for batch_id, known in state.batches.items():
        if known.run is not None:
            yield known.batch.created_at, "chunk_sent", batch_id
        if known.batch.ended_at is not None:
            yield known.batch.ended_at, "batch_ended", batch_id
        if known.collected is not None:
            yield known.collected.at, "collected", batch_id
        if known.batch.cancel_initiated_at is not None:
            yield known.batch.cancel_initiated_at, "canceling", batch_id
    for submission in state.unknown_submissions():
        yield submission.ended_at or submission.intended_at, "chunk_unknown", submission.id


def _told(state: AppState, at: datetime, kind: str, name: str) -> Notice:
    if kind == "chunk_unknown":
        submission = state.submissions[name]
        assert submission.state is ChunkState.UNKNOWN, "only those are told"
        who = f"{submission.run} chunk {chunk_name(submission.chunk)}"
        return Notice(seq=0, at=at, event=kind, text=f"{who}: {submission.why or 'no answer'}", run=submission.run)
    known = state.batches[name]
    return Notice(seq=0, at=at, event=kind, text=_words(kind, known), run=known.run, batch_id=name)


def _words(kind: str, known: KnownBatch) -> str:
    batch = known.batch
    who = f"{known.run} chunk {chunk_name(known.chunk or '')}" if known.run else batch.id
    counts = known.counts
    match kind:
        case "chunk_sent":
            return f"{who}: {several(counts.total, 'request')}, {batch.id}"
        case "batch_ended":
            return f"{who}: {counts.succeeded:,} ok, {counts.bad:,} bad"
        case "canceling":
            return f"{who}: cancel sent"
        case _:
            assert known.collected is not None, "only collected batches have that event"
            return f"{who}: {several(known.collected.results, 'result')} verified, {size_words(known.collected.bytes)}"
