"""Waiting for runs to be settled, and what that came to as an exit code."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from batchtui.domain.failures import ExitCode
from batchtui.domain.outlook import Outlook, outlook
from batchtui.domain.state import AppState
from batchtui.domain.status import Status, is_collected, run_counts, run_status
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from batchtui.engine.live import Notice

Settled = Callable[[Notice], None]


async def settle(engine: Engine, runs: Sequence[str], *, on_settled: Settled, within: float | None = None) -> ExitCode:
    """Wait until each run is settled or only lost submissions are left; `on_settled` hears of each run once."""
    told: set[str] = set()

    def is_over(state: AppState) -> bool | None:
        outlooks = {name: _outlook(engine, state, name) for name in runs}
        for name, found in outlooks.items():
            if found is Outlook.SETTLED and name not in told:
                told.add(name)
                on_settled(settled_notice(engine, name))
        return None if Outlook.MOVING in outlooks.values() else True

    if await engine.until(is_over, within=within) is None:
        return ExitCode.TIMED_OUT
    return verdict(engine, runs)


def _outlook(engine: Engine, state: AppState, name: str) -> Outlook:
    run, server_now = state.runs[name], _server_now(engine)
    if engine.core.live.is_read_only and run_status(state, run, server_now).is_over:
        return Outlook.SETTLED  # nothing can be collected in this session
    return outlook(state, run, server_now)


def verdict(engine: Engine, runs: Sequence[str]) -> ExitCode:
    """The exit code that tells how these runs ended."""
    state, server_now = engine.state, _server_now(engine)
    entries = [state.runs[name] for name in runs]
    if any(chunk.state is ChunkState.UNKNOWN for run in entries for chunk in run.live_chunks):
        return ExitCode.UNKNOWN_OUTCOME
    statuses = {run_status(state, run, server_now) for run in entries}
    if any(not is_collected(state, run) and _has_results_left(state, run.name) for run in entries):
        return ExitCode.ERROR
    return ExitCode.DONE if statuses <= {Status.SUCCEEDED} else ExitCode.NOT_ALL_SUCCEEDED


def _has_results_left(state: AppState, name: str) -> bool:
    """Results that the service has and this disk has not."""
    batches = [state.batch_of(chunk) for chunk in state.runs[name].live_chunks]
    return any(known is not None and known.collected is None and known.has_results_there for known in batches)


def settled_notice(engine: Engine, name: str) -> Notice:
    """The last event of a run, with what it came to."""
    run = engine.state.runs[name]
    counts = run_counts(engine.state, run)
    status = run_status(engine.state, run, _server_now(engine))
    words = f"{name} is settled: {status}, {counts.succeeded:,} of {run.requests:,} succeeded"
    return Notice(
        seq=0,
        at=engine.core.clock.now(),
        event="run_settled",
        text=words,
        run=name,
        requests=run.requests,
        details={"status": str(status), **msgspec.structs.asdict(counts)},
    )


def _server_now(engine: Engine) -> datetime:
    return engine.core.live.link.server_now(engine.core.clock.now())
