"""Records in words: what the activity log, the alerts and `watch --json` tell of each change, once."""

from datetime import UTC
from typing import Any

from batchtui.domain.fold.batches import BatchRecord
from batchtui.domain.fold.runs import RunRecord
from batchtui.domain.fold.submissions import SubmissionRecord
from batchtui.domain.records import (
    AlertSeen,
    BatchDeleted,
    BatchGone,
    BatchHidden,
    BatchKept,
    BatchSeen,
    CancelConfirmed,
    CancelFailed,
    CancelIntended,
    ChunkSplit,
    Collected,
    CollectFailed,
    CollectOrdered,
    DeleteFailed,
    DeleteIntended,
    GroupMuted,
    GroupsSeen,
    ListRead,
    PilotJudged,
    Record,
    RetryDeclined,
    RetryOrdered,
    RunCanceled,
    RunFurnished,
    RunHeld,
    RunKept,
    RunPlanned,
    RunPruned,
    RunReleased,
    RunTriaged,
    RunUnfurnished,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionConfirmed,
    SubmissionDisproved,
    SubmissionIntended,
    SubmissionKept,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionProved,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
    WorkspaceBound,
)
from batchtui.domain.settling import may_be_ours, unanswered
from batchtui.domain.state import AppState
from batchtui.domain.submission import Trouble
from batchtui.domain.words import chunk_name, several, size_words
from batchtui.engine.live import Notice


def describe(record: Record, before: AppState, after: AppState) -> Notice | None:
    """The notice of a record, or None for one that needs no telling."""
    told = _told(record, before, after)
    if told is None:
        return None
    event, text, fields = told
    if "submission" in fields.get("details", {}):
        text = f"{fields['run']} chunk {chunk_name(fields['chunk'])}, {several(fields['requests'], 'request')}: {text}"
    return Notice(seq=0, at=record.at, event=event, text=text, **fields)


_Told = tuple[str, str, dict[str, Any]]


def _told(record: Record, before: AppState, after: AppState) -> _Told | None:
    if isinstance(record, BatchRecord):
        return _of_batch(record, before, after)
    if isinstance(record, SubmissionRecord):
        return _of_submission(record, after)
    if isinstance(record, RunRecord):
        return _of_run(record, after)
    match record:
        case WorkspaceBound():
            return "bound", f"workspace bound to {record.base_url}", {}
        case ListRead() | GroupMuted() | GroupsSeen() | AlertSeen() | RunKept() | SubmissionKept() | BatchKept():
            return None


def _of_batch(record: BatchRecord, before: AppState, after: AppState) -> _Told | None:
    match record:
        case BatchSeen():
            return _seen(record, before, after)
        case BatchGone():
            return "gone", f"{record.batch_id}: the service no longer knows it", _batch_fields(after, record.batch_id)
        case BatchHidden():
            word = "hidden" if record.hidden else "shown again"
            return "hidden", f"{record.batch_id} {word}", _batch_fields(after, record.batch_id)
        case CancelIntended():
            return (
                "canceling",
                f"cancel of {_name(after, record.batch_id)} asked",
                _batch_fields(after, record.batch_id),
            )
        case CancelConfirmed():
            words = f"{_name(after, record.batch_id)}: cancel accepted, it is {record.batch.processing_status}"
            return "canceling", words, _batch_fields(after, record.batch_id)
        case CancelFailed():
            words = f"{_name(after, record.batch_id)} was not canceled: {record.why}"
            return "alert", words, _batch_fields(after, record.batch_id)
        case Collected():
            verified = f"{several(record.results, 'result')} verified, {size_words(record.bytes)}"
            words = f"{_name(after, record.batch_id)}: {verified}"
            details = {"results": record.results, "bytes": record.bytes, "issues": record.issues}
            return "collected", words, {**_batch_fields(after, record.batch_id), "details": details}
        case CollectFailed():
            words = f"{_name(after, record.batch_id)}: results are not complete: {record.why}; {_next_try(record)}"
            return "collect_failed", words, _batch_fields(after, record.batch_id)
        case BatchDeleted():
            return "deleted", f"{record.batch_id} deleted on the server", _batch_fields(after, record.batch_id)
        case DeleteFailed():
            words = f"{record.batch_id} was not deleted: {record.why}"
            return "alert", words, _batch_fields(after, record.batch_id)
        case CollectOrdered() | DeleteIntended():
            return None


def _seen(record: BatchSeen, before: AppState, after: AppState) -> _Told | None:
    known = before.batches.get(record.batch.id)
    batch = record.batch
    if batch.is_ended and known is not None and not known.batch.is_ended:
        counts = batch.request_counts
        words = f"{_name(after, batch.id)} ended: {counts.succeeded:,} ok, {counts.bad:,} bad"
        details = {"succeeded": counts.succeeded, "bad": counts.bad}
        return "batch_ended", words, {**_batch_fields(after, batch.id), "details": details}
    if known is None and not record.first_sight:
        is_perhaps_ours = may_be_ours(after.batches[batch.id], unanswered(after))
        origin = "perhaps what was just sent" if is_perhaps_ours else "not sent from here"
        words = f"{batch.id} appeared: {several(batch.request_counts.total, 'request')}, {origin}"
        return "appeared", words, _batch_fields(after, batch.id)
    return None


def _of_submission(record: SubmissionRecord, after: AppState) -> _Told | None:
    match record:
        case SubmissionConfirmed():
            return "chunk_sent", f"sent as {record.batch.id}", _fields(after, record)
        case SubmissionRefused():
            held = record.retry_at is not None or record.holds_run or record.is_held
            words = f"{_refusal(record)}: {record.message}"
            return "chunk_held" if held else "chunk_refused", words, _fields(after, record)
        case SubmissionNotAccepted(trouble=Trouble.DISK):
            return "alert", f"not sent, held again: {record.why}", _fields(after, record)
        case SubmissionNotAccepted():
            return "chunk_held", f"not accepted, held again: {record.why}", _fields(after, record)
        case SubmissionUnknown():
            words = record.why if record.is_doubted else f"no answer ({record.why})"
            return "chunk_unknown", f"{words}: not sent again until settled", _fields(after, record)
        case SubmissionLooked() if record.is_not_found:
            return "alert", "not found in the list: `batchtui retry --lost` can send it again", _fields(after, record)
        case SubmissionAdopted():
            proof = "proved by its custom_ids" if record.is_proved else "unproved until it has ended"
            return "adopted", f"{record.batch_id} is its batch, {proof}", _fields(after, record)
        case SubmissionProved():
            return "adopted", "its batch is proved by its custom_ids", _fields(after, record)
        case SubmissionDisproved():
            return "alert", f"{record.batch_id} is not its batch: other custom_ids", _fields(after, record)
        case SubmissionAbandoned():
            word = "given up, held to be sent again" if record.returns else "given up"
            return "abandoned", word, _fields(after, record)
        case SubmissionIntended() | SubmissionReleasing() | SubmissionLooked():
            return None


def _refusal(record: SubmissionRefused) -> str:
    """What was put off is not refused: it is tried again by itself, at the time the service asked for."""
    if record.retry_at is None:
        return f"refused with {record.status}"
    return f"held, the service asked to wait until {record.retry_at.astimezone(UTC):%H:%M:%SZ} ({record.status})"


def _of_run(record: RunRecord, after: AppState) -> _Told | None:
    match record:
        case RunPlanned():
            event = "retry_planned" if record.parent else "planned"
            words = f"{record.run}: {several(record.requests, 'request')} in {several(len(record.chunks), 'chunk')}"
            return event, words, {"run": record.run, "requests": record.requests}
        case RunFurnished():
            words = f"{record.run} has its request file: its requests can be sent again"
            return "adopted", words, {"run": record.run}
        case RunUnfurnished():
            words = f"{record.run}: the file it was adopted with holds other requests than its batch"
            return "alert", words, {"run": record.run}
        case RetryOrdered() if record.requests:
            words = f"{record.run}: automatic retry of {several(record.requests, 'request')} at {record.due_at:%H:%MZ}"
            return "retry_planned", words, {"run": record.run, "requests": record.requests}
        case RetryDeclined() if not record.is_quiet:
            return "alert", f"{record.run} is not sent again by itself: {record.why}", {"run": record.run}
        case PilotJudged() if record.goes_on:
            return "released", f"{record.run} goes on after what went ahead of it: {record.why}", {"run": record.run}
        case PilotJudged():
            hint = f"`batchtui submit --continue {record.run}` sends the rest all the same"
            return "alert", f"{record.run} waits: {record.why}; {hint}", {"run": record.run}
        case RunHeld():
            return "alert", f"{record.run} is held: {record.reason}", {"run": record.run}
        case RunCanceled():
            return "canceling", f"{record.run} is canceled: nothing of it is sent any more", {"run": record.run}
        case RunReleased():
            return "released", f"{record.run} goes on", {"run": record.run}
        case ChunkSplit():
            halves = " and ".join(chunk_name(plan.label) for plan in record.into)
            words = f"{record.run} chunk {chunk_name(record.chunk)} was too large: split into {halves}"
            return "chunk_held", words, {"run": record.run, "chunk": record.chunk}
        case RunPruned():
            return "pruned", f"{record.run}: local bodies removed", {"run": record.run}
        case RunTriaged() | RetryOrdered() | RetryDeclined():
            return None


def _fields(after: AppState, record: SubmissionRecord) -> dict[str, Any]:
    submission = after.submissions.get(record.submission)
    if submission is None:
        return {}
    return {
        "run": submission.run,
        "chunk": submission.chunk,
        "batch_id": submission.batch_id,
        "requests": submission.requests,
        "details": {"submission": submission.id},
    }


def _batch_fields(after: AppState, batch_id: str) -> dict[str, Any]:
    known = after.batches.get(batch_id)
    if known is None:
        return {"batch_id": batch_id}
    return {
        "batch_id": batch_id,
        "run": known.run,
        "chunk": known.chunk,
        "requests": known.batch.request_counts.total,
    }


def _next_try(record: CollectFailed) -> str:
    if record.retry_at is None:
        return f"after {several(record.attempt, 'try', 'tries')} it is not tried again by itself"
    return f"try {record.attempt + 1} at {record.retry_at:%H:%M:%SZ}"


def _name(after: AppState, batch_id: str) -> str:
    known = after.batches.get(batch_id)
    return f"{known.run} chunk {chunk_name(known.chunk or '')}" if known is not None and known.run else batch_id
