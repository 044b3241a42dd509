"""Workspaces with a long past, made of records as the engine writes them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.cost import CostRange
from batchtui.domain.fold.apply import apply
from batchtui.domain.fold.compaction import WORTH_FACTOR, is_worthwhile, shorten
from batchtui.domain.records import (
    BatchSeen,
    Collected,
    ListRead,
    Record,
    RunPlanned,
    SubmissionConfirmed,
    SubmissionIntended,
    SubmissionReleasing,
    WorkspaceBound,
)
from batchtui.domain.results import TypeTallies
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import AppState
from batchtui.workspace import folder
from batchtui.workspace.journal.file_journal import FileJournal

REQUESTS = 10_000
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_past(
    root: Path, *, runs: int, batches_each: int, base_url: str = "http://127.0.0.1:1", since: int = 0
) -> None:
    """Runs that were sent, have ended and are collected; compacted as a leader does it, but for those `since`."""
    folder.create(root)
    records: list[Record] = [WorkspaceBound(at=NOON, base_url=base_url), ListRead(at=NOON)]
    journal = FileJournal(root)
    _append(journal, [*records, *_past(0, runs - since, batches_each)])
    records = journal.load()
    if is_worthwhile(len(records), apply(AppState(), records)):
        journal.compact(shorten)
    _append(journal, _past(runs - since, runs, batches_each))


def lines_and_bound(root: Path) -> tuple[int, int]:
    """How long its journal is, and how long it may become before it is compacted."""
    journal = FileJournal(root)
    state = apply(AppState(), journal.load())
    needed = len(state.runs) + len(state.submissions) + len(state.batches)
    return journal.lines, int(WORTH_FACTOR * needed)


def _append(journal: FileJournal, records: list[Record]) -> None:
    with journal.transaction() as transaction:
        transaction.append(records)


def _past(first: int, end: int, batches_each: int) -> list[Record]:
    return [
        record
        for number in range(first, end)
        for record in _run(
            f"nightly-{number:04d}", number * batches_each, batches_each, NOON + timedelta(minutes=number)
        )
    ]


def _run(name: str, first: int, chunks: int, at: datetime) -> list[Record]:
    labels = [f"{number:04d}" for number in range(1, chunks + 1)]
    plans = tuple(ChunkPlan(label=label, requests=REQUESTS, bytes=25_000_000, sha256="0" * 64) for label in labels)
    planned = RunPlanned(
        at=at,
        run=name,
        requests=REQUESTS * chunks,
        bytes=25_000_000 * chunks,
        models={"claude-haiku-4-5": REQUESTS * chunks},
        content_sha256=f"{first:064d}",
        chunks=plans,
        cost=CostRange(low_usd=Decimal(1), high_usd=Decimal(2)),
        inputs=(f"{name}.jsonl",),
    )
    records: list[Record] = [planned]
    for number, label in enumerate(labels, first):
        records += _sent_and_collected(name, label, number, at)
    return records


def _sent_and_collected(run: str, label: str, number: int, at: datetime) -> list[Record]:
    submission, batch_id = f"sub_{number:016d}", f"msgbatch_past{number:020d}"
    ended = Batch(
        id=batch_id,
        processing_status="ended",
        request_counts=RequestCounts(succeeded=REQUESTS - 5, errored=5),
        created_at=at,
        expires_at=at + timedelta(hours=24),
        ended_at=at + timedelta(hours=1),
    )
    begun = Batch(
        id=batch_id,
        processing_status="in_progress",
        request_counts=RequestCounts(processing=REQUESTS),
        created_at=at,
        expires_at=at + timedelta(hours=24),
    )
    return [
        SubmissionIntended(at=at, submission=submission, run=run, chunk=label, requests=REQUESTS, bytes=25_000_000),
        SubmissionReleasing(at=at, submission=submission),
        SubmissionConfirmed(at=at, submission=submission, batch=begun, request_id=f"req_{number:016d}"),
        BatchSeen(at=at + timedelta(hours=1), batch=ended),
        Collected(
            at=at + timedelta(hours=1),
            batch_id=batch_id,
            results=REQUESTS,
            bytes=14_000_000,
            sha256="0" * 64,
            tallies=TypeTallies(succeeded=REQUESTS - 5, errored=5),
            issues=5,
            cost_usd=Decimal("1.25"),
        ),
    ]
