"""Folding of records about batches: sightings, cancel, collect, delete."""

from msgspec.structs import replace

from batchtui.domain.batch import Batch
from batchtui.domain.fold.draft import Draft
from batchtui.domain.records import (
    BatchDeleted,
    BatchGone,
    BatchHidden,
    BatchSeen,
    CancelConfirmed,
    CancelFailed,
    CancelIntended,
    Collected,
    CollectFailed,
    CollectOrdered,
    DeleteFailed,
    DeleteIntended,
)
from batchtui.domain.state import Collection, KnownBatch

BatchRecord = (
    BatchSeen | BatchGone | BatchHidden | CancelIntended | CancelConfirmed | CancelFailed
    | CollectOrdered | Collected | CollectFailed | DeleteIntended | BatchDeleted | DeleteFailed
)  # fmt: skip


def fold(draft: Draft, record: BatchRecord) -> None:
    """Take one record into the draft."""
    match record:
        case BatchSeen():
            _seen(draft, record)
        case Collected():
            _collected(draft, record)
        case BatchGone():
            draft.change_batch(record.batch_id, is_gone=True)
        case BatchHidden():
            draft.change_batch(record.batch_id, is_hidden=record.hidden)
        case CancelIntended():
            draft.change_batch(record.batch_id, cancel_intended_at=record.at, cancel_why=None)
        case CancelConfirmed():
            draft.change_batch(record.batch_id, cancel_intended_at=None, cancel_why=None)
            _update(draft, record.batch)
        case CancelFailed():
            draft.change_batch(record.batch_id, cancel_intended_at=None, cancel_why=record.why)
        case CollectOrdered():
            draft.change_batch(
                record.batch_id,
                collect_ordered=True,
                collect_why=None,
                collect_retry_at=None,
                collect_attempts=0,
                is_shut_out=False,
            )
        case CollectFailed():
            draft.change_batch(
                record.batch_id,
                collect_attempts=record.attempt,
                collect_why=record.why,
                is_shut_out=record.is_shut_out,
                collect_retry_at=record.retry_at,
                collect_failed_at=record.at,
                collect_ordered=record.retry_at is not None,
            )
        case DeleteIntended():
            draft.change_batch(record.batch_id, delete_intended_at=record.at, delete_why=None)
        case BatchDeleted():
            draft.change_batch(record.batch_id, delete_intended_at=None, delete_why=None, is_deleted=True)
        case DeleteFailed():
            draft.change_batch(record.batch_id, delete_intended_at=None, delete_why=record.why)


def _seen(draft: Draft, record: BatchSeen) -> None:
    if record.batch.id in draft.batches:
        _update(draft, record.batch)
        return
    draft.put_batch(
        KnownBatch(
            batch=record.batch,
            seen_at=record.at,
            seen_after=len(draft.submissions),
            is_past=record.first_sight,
        )
    )


def _update(draft: Draft, batch: Batch) -> None:
    """Newer facts replace older ones; an ended batch never runs again, whatever a stale answer says."""
    known = draft.batches.get(batch.id)
    if known is None or (known.batch.is_ended and not batch.is_ended):
        return
    draft.put_batch(replace(known, batch=batch, is_gone=False))


def _collected(draft: Draft, record: Collected) -> None:
    draft.change_batch(
        record.batch_id,
        collect_ordered=False,
        collect_why=None,
        collect_retry_at=None,
        collect_attempts=0,
        is_shut_out=False,
        is_proved=True,
        are_results_pruned=False,
        collected=Collection(
            at=record.at,
            results=record.results,
            bytes=record.bytes,
            sha256=record.sha256,
            tallies=record.tallies,
            issues=record.issues,
            cost_usd=record.cost_usd,
            unpriced_models=record.unpriced_models,
            usage=record.usage,
            groups=record.groups,
        ),
    )
