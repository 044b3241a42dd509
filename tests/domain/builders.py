"""Records for tests of the domain: a run of chunks, a submission, a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.cost import CostRange
from batchtui.domain.fold.apply import apply
from batchtui.domain.money import as_written
from batchtui.domain.records import (
    BatchSeen,
    Record,
    RunPlanned,
    SubmissionConfirmed,
    SubmissionIntended,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import AppState
from tests.fakes import NOON


def planned(
    run: str = "evals",
    *,
    chunks: int = 2,
    size: int = 10,
    at: datetime = NOON,
    priority: int = 0,
    parent: str | None = None,
    high_usd: float = 1,
) -> RunPlanned:
    plans = tuple(
        ChunkPlan(label=f"{number:04d}", requests=size, bytes=1000, sha256="0" * 64) for number in range(1, chunks + 1)
    )
    return RunPlanned(
        at=at,
        run=run,
        requests=chunks * size,
        bytes=chunks * 1000,
        models={"claude-haiku-4-5": chunks * size},
        content_sha256=run,
        chunks=plans,
        cost=CostRange(high_usd=as_written(high_usd)),
        priority=priority,
        parent=parent,
    )


def batch(number: int, total: int = 10, *, status: str = "in_progress", at: datetime = NOON, **counts: int) -> Batch:
    counted = RequestCounts(**counts) if counts else RequestCounts(processing=total)
    return Batch(
        id=f"msgbatch_{number:04d}",
        processing_status=status,
        request_counts=counted,
        created_at=at,
        expires_at=at + timedelta(hours=24),
        ended_at=at + timedelta(hours=1) if status == "ended" else None,
    )


def intended(
    chunk: str = "0001", *, run: str = "evals", submission: str = "sub_1", size: int = 10, newest: str | None = None
) -> SubmissionIntended:
    return SubmissionIntended(
        at=NOON, submission=submission, run=run, chunk=chunk, requests=size, bytes=1000, newest_batch_id=newest
    )


def sent(chunk: str, number: int, *, run: str = "evals", size: int = 10) -> list[Record]:
    """A chunk that was confirmed as batch `number`."""
    submission = f"sub_{run}_{chunk}"
    return [
        intended(chunk, run=run, submission=submission, size=size),
        SubmissionReleasing(at=NOON, submission=submission),
        SubmissionConfirmed(at=NOON, submission=submission, batch=batch(number, size)),
    ]


def lost(
    chunk: str,
    *,
    run: str = "evals",
    submission: str = "sub_1",
    size: int = 10,
    newest: str | None = None,
    may_return_alone: bool = False,
) -> list[Record]:
    """A chunk whose answer was lost."""
    return [
        intended(chunk, run=run, submission=submission, size=size, newest=newest),
        SubmissionReleasing(at=NOON, submission=submission),
        SubmissionUnknown(
            at=NOON, submission=submission, why="read timeout", ended_at=NOON, may_return_alone=may_return_alone
        ),
    ]


def ended(number: int, *, succeeded: int = 0, errored: int = 0, canceled: int = 0, expired: int = 0) -> BatchSeen:
    shown = batch(number, status="ended", succeeded=succeeded, errored=errored, canceled=canceled, expired=expired)
    return BatchSeen(at=NOON, batch=shown)


def folded(*records: Record | Sequence[Record]) -> AppState:
    flat: list[Record] = []
    for entry in records:
        flat.extend([entry] if isinstance(entry, Record) else entry)
    return apply(AppState(), flat)
