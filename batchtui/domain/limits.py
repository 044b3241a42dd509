"""Which held chunk may be sent now, and why the others wait: order, limits, pauses, doubts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.budget import budget_stop, committed_today, run_committed
from batchtui.domain.money import ZERO, Usd
from batchtui.domain.pilot import asks, waits
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name, several, until_words

TOO_MANY = 429
CUTS_BEFORE_OFFER = 2
LONG_WAIT = timedelta(minutes=10)
"""A service that asks to wait for longer is told as something that needs a person."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A held chunk in the order of sending; `waits` is empty when it may be sent now."""

    run: str
    chunk: str
    requests: int
    waits: str = ""
    until: datetime | None = None
    is_own_reason: bool = False
    """It waits for something of its own; otherwise for its turn."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What is with the API now, as far as this workspace knows."""

    own_batches: int = 0
    requests: int = 0


def load(state: AppState) -> Load:
    """Open batches of this workspace, and requests in the queue of the API Workspace; doubtful ones count.

    Those that are not found do not: they wait for a person, and whatever waits for their place would wait as long.
    """
    ledger = ledger_of(state)
    own, requests = ledger.own_batches, ledger.requests
    for submission in ledger.doubtful.values():
        if submission.state is ChunkState.SENDING or not submission.is_not_found:
            own += 1
            requests += submission.requests
    return Load(own_batches=own, requests=requests)


def queue(state: AppState) -> list[tuple[Run, Chunk]]:
    """Held chunks in the order of sending."""
    return list(_in_order(state, waiting_runs(state)))


def waiting_runs(state: AppState) -> list[Run]:
    """Runs with held chunks in the order of sending: priority, then age of the run (by the journal)."""
    waiting = ledger_of(state).waiting
    runs = [run for name, run in state.runs.items() if name in waiting] if waiting else []
    return sorted(runs, key=lambda run: -run.priority)


def _in_order(state: AppState, runs: Iterable[Run]) -> Iterator[tuple[Run, Chunk]]:
    """Run after run, its chunks by number."""
    waiting = ledger_of(state).waiting
    return ((run, run.chunks[label]) for run in runs for label in waiting[run.name])


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether a chunk may go, read from state once for a whole queue."""

    settings: Settings
    now: datetime
    load: Load
    doubts: dict[int, str]
    """Requests -> the chunk of an unknown submission of that count that no complete read has looked for in vain."""
    committed_today_usd: Usd
    run_committed_usd: dict[str, Usd]
    asking: frozenset[str]
    """Runs whose canary is back: a person says whether they go on."""
    on_the_wire: str = ""
    """Run and chunk, in words, of a POST that has no outcome yet: there is one at a time."""
    limited_until: datetime | None = None
    """The service said 429 to some chunk: it means all of them, and this is when it wants to be asked again."""

    def own_reason(self, run: Run, chunk: Chunk) -> tuple[str, datetime | None]:
        """A reason of this chunk alone: others may overtake it."""
        if run.held_reason is not None:
            return f"run held: {run.held_reason}", None
        if run.pilot is not None and waits(run, chunk.label):
            awaited = "your yes" if run.name in self.asking else f"chunk {chunk_name(run.pilot.chunk)}"
            return run.pilot_why or f"{run.pilot.kind}: waits for {awaited}", None
        if run.is_pruned:
            return "its body was pruned", None
        if chunk.waits_at(self.now) and not self._is_limited(chunk):
            return chunk.why or "asked to wait", chunk.not_before
        if chunk.requests in self.doubts:
            size = several(chunk.requests, "request")
            return f"a submission of {size} has no answer yet: {self.doubts[chunk.requests]}", None
        stop = budget_stop(
            run,
            chunk,
            self.settings.budget,
            run_committed_usd=self.run_committed_usd.get(run.name, ZERO),
            committed_today_usd=self.committed_today_usd,
        )
        return stop or "", None

    def _is_limited(self, chunk: Chunk) -> bool:
        """It waits for no longer than all of them do."""
        limit = self.limited_until
        return limit is not None and chunk.not_before is not None and chunk.not_before <= limit

    def shared_reason(self, chunk: Chunk) -> tuple[str, datetime | None]:
        """A reason that holds for everything behind it as well, so that a large chunk is not starved by small ones."""
        limits = self.settings.submit
        if self.on_the_wire:
            return f"{self.on_the_wire} is being sent", None
        if self.limited_until is not None:
            return f"the service asked to wait {until_words(self.limited_until, self.now)}", self.limited_until
        if self.load.own_batches >= limits.max_open_batches:
            return f"{self.load.own_batches} of {limits.max_open_batches} open", None
        if self.load.requests and self.load.requests + chunk.requests > limits.max_queued_requests:
            return f"{self.load.requests:,} of {limits.max_queued_requests:,} requests queued", None
        return "", None


def gate(state: AppState, settings: Settings, now: datetime, waiting: Sequence[Run]) -> Gate:
    """What decides for the held chunks of these runs."""
    doubtful = ledger_of(state).doubtful.values()
    unknown = (entry for entry in doubtful if entry.state is ChunkState.UNKNOWN)
    doubts = {entry.requests: chunk_of(entry) for entry in unknown if entry.empty_since is None}
    has_daily = settings.budget.daily_usd is not None
    budgeted = waiting if settings.budget.run_usd is not None else ()
    return Gate(
        settings=settings,
        now=now,
        load=load(state),
        doubts=doubts,
        committed_today_usd=committed_today(state, now) if has_daily else ZERO,
        run_committed_usd={run.name: run_committed(state, run) for run in budgeted},
        asking=frozenset(run.name for run in waiting if asks(state, run)),
        on_the_wire=next((chunk_of(entry) for entry in _sending(state)), ""),
        limited_until=limited_until(state, now),
    )


def chunk_of(entry: Submission) -> str:
    """Which chunk a submission is of, in words."""
    return f"{entry.run} chunk {chunk_name(entry.chunk)}"


def _sending(state: AppState) -> Iterator[Submission]:
    return (entry for entry in ledger_of(state).doubtful.values() if entry.state is ChunkState.SENDING)


def limited_until(state: AppState, now: datetime) -> datetime | None:
    """Until when the service asked that nothing be sent, as far as that is still to come."""
    newest = _longest_limited(state, now)
    return newest.not_before if newest is not None else None


def long_limit(state: AppState, now: datetime) -> datetime | None:
    """The same, where the wait it asked for was a long one."""
    newest = _longest_limited(state, now)
    if newest is None or newest.not_before is None or newest.put_off_at is None:
        return None
    return newest.not_before if newest.not_before - newest.put_off_at >= LONG_WAIT else None


def _longest_limited(state: AppState, now: datetime) -> Chunk | None:
    put_off = (state.runs[run].chunks[label] for run, label in ledger_of(state).put_off)
    limited = [
        (chunk.not_before, chunk)
        for chunk in put_off
        if chunk.not_before is not None and chunk.waits_at(now) and _was_limited(state, chunk)
    ]
    return max(limited, key=lambda pair: pair[0], default=(None, None))[1]


def _was_limited(state: AppState, chunk: Chunk) -> bool:
    newest = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
    return newest is not None and newest.status == TOO_MANY


def turns(state: AppState, settings: Settings, now: datetime) -> Iterator[Turn]:
    """Every held chunk with the reason it waits; at most the first without a reason is sent next."""
    waiting = waiting_runs(state)
    if not waiting:
        return
    entrance = gate(state, settings, now, waiting)
    ahead: tuple[str, datetime | None] = ("", None)
    for run, chunk in _in_order(state, waiting):
        waits, until = entrance.own_reason(run, chunk)
        is_own = bool(waits)
        if not waits:
            waits, until = ahead if ahead[0] else entrance.shared_reason(chunk)
            ahead = (waits, until) if waits else ("after the one before it", None)
        yield Turn(
            run=run.name, chunk=chunk.label, requests=chunk.requests, waits=waits, until=until, is_own_reason=is_own
        )


def next_turn(state: AppState, settings: Settings, now: datetime) -> Turn | None:
    """The chunk to send now, or None when all wait."""
    return next((turn for turn in turns(state, settings, now) if not turn.waits), None)


def wants_smaller_split(chunk: Chunk) -> bool:
    """Two cuts in a row on a large unreleased body look like an edge that answers 413 early and closes."""
    return chunk.cuts >= CUTS_BEFORE_OFFER and chunk.requests > 1 and chunk.may_still_be_sent


def split_offer(run: Run, chunk: Chunk) -> str:
    """Words for such a chunk, with the way to follow them."""
    return f"cut {chunk.cuts} times while it was sent; `batchtui split {run.name}#{chunk.label}` halves it"
