"""How runs that have batches with the API go: how fast, how full, and when they may be done."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from batchtui.domain.forecasting.estimate import History
from batchtui.domain.settings import MAX_BODY_BYTES, MAX_CHUNK_REQUESTS
from batchtui.domain.state import AppState, Chunk, Run


class OpenRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is under way."""

    run: str
    requests: int
    ended: int
    """Requests of its batches that ended."""
    per_hour: float | None
    """Since it was first sent; None before anything of it ended."""
    eta: datetime | None
    basis_chunks: int
    """Ended chunks that the estimate rests on; 0 without one."""
    late_chunks: int
    """Chunks that take longer than nine of ten like them."""
    filling: float
    retry_share: float
    """Requests of its retries beside its own."""


def open_runs(state: AppState, now: datetime) -> Iterable[OpenRun]:
    """Newest first."""
    history: History | None = None
    for run in sorted(state.runs.values(), key=lambda run: (run.created_at, run.name), reverse=True):
        if not any((known := state.batch_of(chunk)) is not None and known.is_open for chunk in run.live_chunks):
            continue
        history = history or History(state)
        yield open_run(state, run, history, now)


def open_run(state: AppState, run: Run, history: History, now: datetime) -> OpenRun:
    """One run's pace, and when it may be done; without an estimate as long as any part of it has no basis."""
    known = [(chunk, state.batch_of(chunk)) for chunk in run.live_chunks]
    sent = [entry for _, entry in known if entry is not None]
    ended = sum(entry.batch.request_counts.total for entry in sent if entry.batch.is_ended)
    hours = (now - min((entry.batch.created_at for entry in sent), default=now)).total_seconds() / 3600
    waiting = [(chunk, entry) for chunk, entry in known if entry is None or entry.is_open]
    etas = [history.eta(run, chunk, entry, now) for chunk, entry in waiting if entry is not None]
    found = [eta for eta in etas if eta is not None]
    is_whole = len(found) == len(waiting) and bool(found)
    last = max(found, key=lambda eta: eta.at) if is_whole else None
    again = sum(state.runs[name].requests for name in state.retries_of(run.name))
    return OpenRun(
        run=run.name,
        requests=run.requests,
        ended=ended,
        per_hour=ended / hours if ended and hours > 0 else None,
        eta=last.at if last is not None else None,
        basis_chunks=last.basis.chunks if last is not None else 0,
        late_chunks=sum(eta.is_late for eta in found),
        filling=max((share_of_limits(chunk) for chunk in run.live_chunks), default=0.0),
        retry_share=again / max(1, run.requests),
    )


def share_of_limits(chunk: Chunk) -> float:
    """Of what one batch may hold, by requests or by bytes, whichever is fuller."""
    return max(chunk.requests / MAX_CHUNK_REQUESTS, chunk.bytes / MAX_BODY_BYTES)
