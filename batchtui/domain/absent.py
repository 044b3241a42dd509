"""Requests of a run without a result on this disk: why that is, and what brings it or what can be done instead."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from batchtui.domain.kinship import made_beside
from batchtui.domain.pilot import asks, waits
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.status import are_results_lost
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import several


class Kind(StrEnum):
    """Why a request has no result, as `export --json` names it."""

    HELD = "held"
    SENDING = "sending"
    IN_PROGRESS = "in_progress"
    UNCOLLECTED = "uncollected"
    """The service has the results."""
    UNSURE = "unsure"
    """Sent, and no answer proves anything."""
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    """Without an answer: it may be a batch that nobody here knows."""
    NEVER_SENT = "never_sent"
    """Dropped while it waited, or given up before it can have arrived."""
    PRUNED = "pruned"
    """They were here, and are with the service still."""
    GONE = "gone"
    """Neither here nor there."""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Chunks of one run that lack their results for the same reason."""

    kind: Kind
    run: str
    chunks: int
    requests: int
    why: str
    next: str
    """What somebody can do, with its command; empty where nothing is left to do."""

    @property
    def words(self) -> str:
        """One sentence."""
        verb = "has" if self.requests == 1 else "have"
        said = f"{several(self.requests, 'request')} of {self.run} {verb} no result here: {self.why}"
        return f"{said}; {self.next}" if self.next else said


def absences(state: AppState, run: Run, now: datetime, chunk: str | None = None) -> tuple[Absence, ...]:
    """All of a run, or one chunk of it; `now` in the server's clock."""
    chunks = [each for each in run.live_chunks if chunk is None or each.label == chunk]
    found: dict[tuple[Kind, str, str], list[Chunk]] = {}
    for each in chunks:
        why = _why(state, run, each, now)
        if why is not None:
            found.setdefault(why, []).append(each)
    return tuple(
        Absence(
            kind=kind,
            run=run.name,
            chunks=len(those),
            requests=sum(each.requests for each in those),
            why=why,
            next=step,
        )
        for (kind, why, step), those in found.items()
    )


def absence_of_batch(known: KnownBatch, now: datetime) -> Absence | None:
    """The same of a batch from elsewhere."""
    why = _why_of_batch(known, now, known.batch.id, "")
    if why is None:
        return None
    kind, words, step = why
    total = known.batch.request_counts.total
    return Absence(kind=kind, run=known.batch.id, chunks=1, requests=total, why=words, next=step)


def _why(state: AppState, run: Run, chunk: Chunk, now: datetime) -> tuple[Kind, str, str] | None:
    known = state.batch_of(chunk)
    if known is not None:
        return _why_of_batch(known, now, run.name, _anew(run))
    match chunk.state:
        case ChunkState.PLANNED | ChunkState.HELD | ChunkState.NOT_ACCEPTED | ChunkState.SPLIT:
            return Kind.HELD, *_held(state, run, chunk)
        case ChunkState.SENDING | ChunkState.CONFIRMED | ChunkState.ADOPTED:  # these two have a batch but for a moment
            return Kind.SENDING, "they are being sent", f"`batchtui watch {run.name}` waits for them"
        case ChunkState.UNKNOWN:
            return _unsure(state, run, chunk)
        case ChunkState.REFUSED:
            if made_beside(state, run.name):
                return None  # a later attempt may have sent them
            return Kind.REFUSED, f"never accepted: {chunk.why}", _lost(run)
        case ChunkState.ABANDONED:
            return None if made_beside(state, run.name) else _given_up(state, run, chunk)


def _why_of_batch(known: KnownBatch, now: datetime, name: str, anew: str) -> tuple[Kind, str, str] | None:
    if known.are_results_here:
        return None
    is_lost, there = are_results_lost(known, now), f"`batchtui collect {name}`"
    if known.collected is not None:
        if is_lost or not known.has_results_there:
            return Kind.GONE, "pruned here, and the service does not have them any more", anew
        until = f"{known.results_until:%Y-%m-%d}"
        return Kind.PRUNED, f"pruned here, kept by the service until {until}", f"{there} fetches them again"
    if is_lost:
        return Kind.GONE, "the service let go of them before they were collected", anew
    if not known.batch.is_ended:
        is_ours = known.run is not None
        step = f"`batchtui watch {name}` waits for it and collects them" if is_ours else f"{there} once it has ended"
        return Kind.IN_PROGRESS, "their batch has not ended", step
    if known.collect_why:
        return Kind.UNCOLLECTED, f"the last download came to nothing: {known.collect_why}", f"{there} tries again"
    return Kind.UNCOLLECTED, "not downloaded yet", f"{there} fetches them"


def _held(state: AppState, run: Run, chunk: Chunk) -> tuple[str, str]:
    if run.held_reason is not None:
        return f"held: {run.held_reason}", f"`batchtui retry {run.name} --lost` lets them go on"
    if run.pilot is not None and waits(run, chunk.label):
        step = f"`batchtui submit --continue {run.name}` sends them" if asks(state, run) else _watch(run)
        return f"they wait for the {run.pilot.kind}", step
    return "not sent yet", _watch(run)


def _watch(run: Run) -> str:
    return f"`batchtui watch {run.name}` sends them as the limits allow"


def _unsure(state: AppState, run: Run, chunk: Chunk) -> tuple[Kind, str, str]:
    newest = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
    if newest is not None and newest.is_not_found:
        why = "the answer to their submission was lost, and no batch of theirs was found"
        return Kind.NOT_FOUND, why, f"`batchtui retry {run.name} --lost` offers to send them once more"
    return Kind.UNSURE, "the answer to their submission was lost", "`batchtui reconcile` settles it"


def _given_up(state: AppState, run: Run, chunk: Chunk) -> tuple[Kind, str, str]:
    if state.may_have_arrived(chunk):
        return Kind.GIVEN_UP, "given up without an answer: they may be with the service", _lost(run)
    step = _lost(run) if chunk.submissions else _anew(run)
    return Kind.NEVER_SENT, chunk.why or "given up before they were sent", step


def _lost(run: Run) -> str:
    if run.is_pruned:
        return "what they were was pruned"
    return f"`batchtui retry {run.name} --lost` plans to send them once more"


def _anew(run: Run) -> str:
    """There is no result to retry, so what they were is all that can help."""
    if run.is_pruned or not run.bytes:
        return ""
    return f"`batchtui export {run.name} --format requests -o FILE` writes what was sent, to be submitted anew"


def total(found: Iterable[Absence]) -> int:
    """Requests of all of them."""
    return sum(each.requests for each in found)


def briefly(found: Iterable[Absence]) -> str:
    """All of them in a few words; nothing when nothing is absent."""
    parts = [f"{each.requests:,} {str(each.kind).replace('_', ' ')}" for each in found]
    return f"without a result: {', '.join(parts)}" if parts else ""
