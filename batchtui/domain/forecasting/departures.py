"""When what waits here would go to the service, and when it would be back: as far as similar chunks tell."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

import msgspec

from batchtui.domain.forecasting.estimate import History
from batchtui.domain.limits import Turn, load, turns
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Run
from batchtui.domain.submission import ChunkState, Submission


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk that waits here; `goes` and `done` are None where nothing tells."""

    turn: Turn
    goes: datetime | None
    done: datetime | None


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that are with the service, and when they are expected back; None where nothing tells."""

    requests: int
    at: datetime | None


def arrivals(state: AppState, history: History, server_now: datetime) -> list[Arrival]:
    """Every open batch, those from elsewhere included, and what may be one."""
    found = []
    for known in state.batches.values():
        if not known.is_open:
            continue
        run = state.runs.get(known.run or "")
        chunk = run.chunks.get(known.chunk or "") if run is not None else None
        eta = history.eta(run, chunk, known, server_now) if run is not None and chunk is not None else None
        is_soon = eta is not None and not eta.is_late
        at = max(eta.at, server_now) if eta is not None and is_soon else None
        found.append(Arrival(requests=known.batch.request_counts.processing, at=at))
    return found + [Arrival(requests=sub.requests, at=None) for sub in state.submissions.values() if _is_doubtful(sub)]


def _is_doubtful(submission: Submission) -> bool:
    """On its way, or without an answer: it may be there."""
    return submission.state in (ChunkState.SENDING, ChunkState.UNKNOWN)


def departures(
    state: AppState, settings: Settings, history: History, now: datetime, server_now: datetime
) -> Iterator[Departure]:
    """Everything that waits, in the order of sending. One that waits for a reason of its own has no time."""
    slots = _Slots(state, settings, arrivals(state, history, server_now), server_now)
    for turn in turns(state, settings, now):
        run = state.runs[turn.run]
        if turn.is_own_reason and turn.until is None:
            yield Departure(turn=turn, goes=None, done=None)
            continue
        goes = slots.free_for(turn.requests)
        if goes is not None and turn.until is not None:
            goes = max(goes, turn.until)
        lasts = _lasts(history, run, turn)
        done = goes + lasts if goes is not None and lasts is not None else None
        slots.take(turn.requests, done)
        yield Departure(turn=turn, goes=goes, done=done)


def _lasts(history: History, run: Run, turn: Turn) -> timedelta | None:
    basis = history.similar(run.models, turn.requests)
    return basis.p50 if basis is not None else None


class _Slots:
    """Places at the service, as they fall free."""

    def __init__(self, state: AppState, settings: Settings, out: list[Arrival], now: datetime) -> None:
        held = load(state)
        self._open = held.own_batches
        self._queued = held.requests
        self._limits = settings.submit
        self._now = now
        self._back = [(entry.at, entry.requests) for entry in out if entry.at is not None]
        heapify(self._back)

    def free_for(self, requests: int) -> datetime | None:
        """When there is room; None when that depends on something nobody knows the end of."""
        while not self._has_room(requests):
            if not self._back:
                return None
            self._now, came = heappop(self._back)
            self._open -= 1
            self._queued -= came
        return self._now

    def take(self, requests: int, done: datetime | None) -> None:
        self._open += 1
        self._queued += requests
        if done is not None:
            heappush(self._back, (done, requests))

    def _has_room(self, requests: int) -> bool:
        fits = not self._queued or self._queued + requests <= self._limits.max_queued_requests
        return self._open < self._limits.max_open_batches and fits
