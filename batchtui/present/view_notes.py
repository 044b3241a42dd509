"""The words beside a chunk or a batch that its status does not say."""

from datetime import datetime
from typing import Final

from batchtui.domain.limits import split_offer, wants_smaller_split
from batchtui.domain.settling import needs_person
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.submission import ChunkState
from batchtui.present.waits import Waits

WAITS_FOR_COUNTS: Final = "counts come when it ends"


def chunk_note(state: AppState, waits: Waits, run: Run, chunk: Chunk, server_now: datetime) -> str:
    """Why it waits, what the service said, what is awaited."""
    known = state.batch_of(chunk)
    if known is not None:
        return batch_note(known)
    if chunk.state == ChunkState.UNKNOWN:
        return _unsure_note(state, chunk, server_now)
    if wants_smaller_split(chunk):
        return split_offer(run, chunk)
    turn = waits.turn(run.name, chunk.label)
    if turn is not None:
        awaited = waits.of(turn)
        if awaited and not turn.waits:
            return f"held: waits for {awaited}"
        return f"held: {awaited}" if awaited else "next to be sent"
    return chunk.why


def _unsure_note(state: AppState, chunk: Chunk, server_now: datetime) -> str:
    newest = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
    if newest is not None and needs_person(state, newest, server_now):
        return "nothing can tell its candidates apart: you decide"
    if newest is not None and newest.is_doubted:
        return newest.why
    return f"no answer: {chunk.why}" if chunk.why else "no answer"


def batch_note(known: KnownBatch) -> str:
    """What went wrong with it, or what of it is still to come."""
    if known.is_deleted:
        return "deleted on the server"
    if known.is_gone:
        return "the service no longer knows it"
    if known.cancel_why:
        return f"not canceled: {known.cancel_why}"
    if known.delete_why:
        return f"not deleted: {known.delete_why}"
    if known.collect_why:
        return f"not collected: {known.collect_why}"
    if not known.is_proved:
        return "adopted, unproved until its custom_ids prove it"
    if known.is_open and not known.batch.has_measured_counts:
        return WAITS_FOR_COUNTS
    return ""
