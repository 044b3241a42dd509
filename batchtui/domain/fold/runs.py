"""Folding of records about runs and their chunks."""

from msgspec.structs import replace

from batchtui.domain.cost import CostRange
from batchtui.domain.fold.draft import Draft
from batchtui.domain.records import (
    ChunkSplit,
    GroupMuted,
    PilotJudged,
    RetryDeclined,
    RetryOrdered,
    RunCanceled,
    RunFurnished,
    RunHeld,
    RunPlanned,
    RunPruned,
    RunReleased,
    RunTriaged,
    RunUnfurnished,
)
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import Chunk, RetryOrder, Run
from batchtui.domain.submission import ChunkState

RunRecord = (
    RunPlanned
    | RunFurnished
    | RunUnfurnished
    | RunCanceled
    | RunHeld
    | RunReleased
    | RunPruned
    | RunTriaged
    | PilotJudged
    | ChunkSplit
    | RetryOrdered
    | RetryDeclined
)


def fold(draft: Draft, record: RunRecord) -> None:
    """Take one record into the draft."""
    match record:
        case RunPlanned():
            _planned(draft, record)
        case RunFurnished():
            _furnished(draft, record)
        case RunUnfurnished():
            _unfurnished(draft, record)
        case RunHeld():
            draft.change_run(record.run, held_reason=record.reason)
        case RunCanceled():
            _canceled(draft, record)
        case RunReleased():
            _released(draft, record)
        case RunPruned():
            _pruned(draft, record)
        case RunTriaged():
            draft.change_run(record.run, triaged_at=record.at)
        case PilotJudged():
            _pilot_judged(draft, record)
        case ChunkSplit():
            _split(draft, record)
        case RetryOrdered():
            order = RetryOrder(attempts=record.attempts, due_at=record.due_at, ordered_at=record.at)
            draft.change_run(record.run, retry_order=order)
        case RetryDeclined():
            _declined(draft, record)


def _released(draft: Draft, record: RunReleased) -> None:
    """A retry of its family that waited for this has its time from now on."""
    draft.change_run(record.run, held_reason=None, released_at=record.at)
    first = draft.runs.get(record.run)
    while first is not None and first.parent in draft.runs:
        first = draft.runs[first.parent]
    order = first.retry_order if first is not None else None
    if first is not None and order is not None and order.due_at < record.at:
        draft.change_run(first.name, retry_order=replace(order, due_at=record.at))


def _declined(draft: Draft, record: RetryDeclined) -> None:
    run = draft.runs.get(record.run)
    if run is not None and run.retry_order is not None and run.retry_order.attempts == record.attempts:
        draft.change_run(
            record.run, retry_order=replace(run.retry_order, declined=record.why, is_quiet=record.is_quiet)
        )


def group_muted(draft: Draft, record: GroupMuted) -> None:
    """The newest word of a group holds."""
    key = (record.cls, record.template)
    draft.muted.pop(key, None)
    draft.muted_below.pop(key, None)
    if record.until is not None:
        draft.muted[key] = record.until
    if record.below is not None:
        draft.muted_below[key] = record.below


def _planned(draft: Draft, record: RunPlanned) -> None:
    """A second record of the same name is a duplicate: the first stands."""
    if record.run in draft.runs:
        return
    planned = Run(
        name=record.run,
        created_at=record.at,
        requests=record.requests,
        bytes=record.bytes,
        models=record.models,
        content_sha256=record.content_sha256,
        cost=record.cost,
        chunks={plan.label: _held(plan) for plan in record.chunks},
        inputs=record.inputs,
        parent=record.parent,
        priority=record.priority,
        classes=record.classes,
        over_budget=record.over_budget,
        forecast=record.forecast,
        pilot=record.pilot,
    )
    draft.add_run(planned)
    for label, batch_id in record.adopts.items():
        draft.change_chunk(record.run, label, state=ChunkState.ADOPTED, batch_id=batch_id)
        draft.give_batch(batch_id, record.run, label, is_proved=False)


def _furnished(draft: Draft, record: RunFurnished) -> None:
    """Only what has no requests yet gets some: a second record changes nothing."""
    run = draft.runs.get(record.run)
    if run is None or run.bytes or run.is_pruned or record.chunk.label not in run.chunks:
        return
    chunk = record.chunk
    draft.change_chunk(record.run, chunk.label, bytes=chunk.bytes, sha256=chunk.sha256)
    draft.change_run(
        record.run,
        bytes=record.bytes,
        models=record.models,
        content_sha256=record.content_sha256,
        cost=record.cost,
        inputs=record.inputs,
        forecast=record.forecast,
        other_file="",
    )


def _unfurnished(draft: Draft, record: RunUnfurnished) -> None:
    """As if it had been adopted without a file; what was sent from here keeps its bodies, whatever came back."""
    run, chunk = draft.runs.get(record.run), draft.chunk(record.run, record.chunk)
    if run is None or chunk is None or chunk.submissions:
        return
    draft.change_chunk(record.run, record.chunk, bytes=0, sha256="")
    draft.change_run(
        record.run,
        bytes=0,
        models={},
        content_sha256="",
        inputs=(),
        cost=CostRange(priced_at=run.cost.priced_at),
        forecast=None,
        other_file=", ".join(run.inputs) or "a file",
    )


def _pilot_judged(draft: Draft, record: PilotJudged) -> None:
    """Once the rest may be sent it may: a second judgement changes nothing."""
    run = draft.runs.get(record.run)
    if run is not None and run.pilot is not None and not run.is_pilot_passed:
        draft.change_run(record.run, is_pilot_passed=record.goes_on, pilot_why=record.why)


def _canceled(draft: Draft, record: RunCanceled) -> None:
    """What is on the wire cannot be stopped, but is not sent a second time if it comes back."""
    run = draft.runs.get(record.run)
    if run is None:
        return
    draft.change_run(record.run, canceled_at=record.at)
    for chunk in run.live_chunks:
        if chunk.may_still_be_sent:
            draft.change_chunk(record.run, chunk.label, state=ChunkState.ABANDONED, why="canceled before it was sent")
        elif chunk.state in (ChunkState.SENDING, ChunkState.UNKNOWN):
            draft.change_chunk(record.run, chunk.label, is_dropped=True)


def _held(plan: ChunkPlan) -> Chunk:
    return Chunk(label=plan.label, requests=plan.requests, bytes=plan.bytes, sha256=plan.sha256)


def _pruned(draft: Draft, record: RunPruned) -> None:
    run = draft.runs.get(record.run)
    if run is not None:
        draft.change_run(record.run, is_pruned=True, are_results_pruned=run.are_results_pruned or record.results)
        if record.results:
            _without_results(draft, run)


def _without_results(draft: Draft, run: Run) -> None:
    """Those that are collected later are not touched: they come to disk after this."""
    for chunk in run.chunks.values():
        known = draft.batches.get(chunk.batch_id or "")
        if known is not None and known.collected is not None:
            draft.change_batch(known.batch.id, are_results_pruned=True, collect_ordered=False)


def _split(draft: Draft, record: ChunkSplit) -> None:
    """Only what waits can be halved: halves of anything that was sent meanwhile would be sent again.

    What the service said about waiting holds for the halves as well.
    """
    chunk = draft.chunk(record.run, record.chunk)
    if chunk is None or not chunk.may_still_be_sent:
        return
    draft.change_chunk(record.run, record.chunk, state=ChunkState.SPLIT)
    for plan in record.into:
        half = replace(_held(plan), not_before=chunk.not_before, put_off_at=chunk.put_off_at)
        draft.put_chunk(record.run, half)
