"""Waiting for runs to be settled, and what that came to as an exit code."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from batchtui.cli import link
from batchtui.domain.again import waits_for_retry
from batchtui.domain.failures import ExitCode
from batchtui.domain.forecasting.lessons import check_estimate
from batchtui.domain.never_accepted import is_capped, is_shut_out, waits_for_a_person
from batchtui.domain.outlook import Outlook, outlook
from batchtui.domain.outstanding import is_fixed
from batchtui.domain.pilot import asks
from batchtui.domain.spending import spent_on
from batchtui.domain.state import AppState, Run
from batchtui.domain.status import Status, is_collected, run_counts, run_status
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from batchtui.engine.live import Notice
from batchtui.present.outcome_words import measured_words

Settled = Callable[[Notice], None]


async def settle(engine: Engine, runs: Sequence[str], *, on_settled: Settled, within: float | None = None) -> ExitCode:
    """Wait until each run is settled or only what a person decides is left; `on_settled` hears of each run once.

    Raises:
        NotAuthorized, OtherAccount: the key has not been let in for so long that only a person mends it.
    """
    told: set[str] = set()

    def is_over(state: AppState) -> bool | None:
        link.must_still_be_let_in(engine)
        outlooks = {name: _outlook(engine, state, name) for name in runs}
        for name, found in outlooks.items():
            if found is Outlook.SETTLED and name not in told:
                told.add(name)
                on_settled(settled_notice(engine, name))
        return None if Outlook.MOVING in outlooks.values() else True

    if await engine.until(is_over, within=within) is None:
        return ExitCode.TIMED_OUT
    return verdict(engine, runs)


async def settle_all(engine: Engine, *, on_settled: Settled, within: float | None = None) -> ExitCode:
    """Wait for every run there is, also those that are made meanwhile; the code tells how all of them ended."""
    clock = engine.core.clock
    deadline = None if within is None else clock.monotonic() + within
    waiting, seen = unsettled(engine), set(engine.state.runs)
    while waiting:
        left = None if deadline is None else max(0.0, deadline - clock.monotonic())
        if await settle(engine, waiting, on_settled=on_settled, within=left) is ExitCode.TIMED_OUT:
            return ExitCode.TIMED_OUT
        state = engine.state
        waiting = [name for name in state.runs if name not in seen or _outlook(engine, state, name) is Outlook.MOVING]
        seen.update(waiting)
    return verdict(engine, undealt(engine))


def unsettled(engine: Engine) -> list[str]:
    """Runs of which something may still happen, or of which a person has to decide something."""
    state = engine.state
    return [run.name for run in state.runs.values() if _own_outlook(engine, state, run.name) is not Outlook.SETTLED]


def undealt(engine: Engine) -> list[str]:
    """All runs but settled ones that somebody canceled, or whose errors somebody has looked at."""
    state, server_now = engine.state, _server_now(engine)

    def is_dealt_with(run: Run) -> bool:
        if _own_outlook(engine, state, run.name) is not Outlook.SETTLED:
            return False
        return run.triaged_at is not None or run_status(state, run, server_now) is Status.CANCELED

    return [run.name for run in state.runs.values() if not is_dealt_with(run)]


def _outlook(engine: Engine, state: AppState, name: str) -> Outlook:
    run, server_now = state.runs[name], _server_now(engine)
    if engine.core.live.is_read_only and run_status(state, run, server_now).is_over:
        return Outlook.SETTLED  # nothing can be collected in this session
    return _with_retries(engine, state, name, _own_outlook(engine, state, name))


def _own_outlook(engine: Engine, state: AppState, name: str) -> Outlook:
    """Of one run, whatever is made of it later."""
    return outlook(state, state.runs[name], _server_now(engine), engine.settings.budget)


def _with_retries(engine: Engine, state: AppState, name: str, own: Outlook) -> Outlook:
    """Where the program sends again by itself, a run is not settled before its attempts are."""
    settings, now = engine.settings.retry, engine.core.clock.now()
    if own is not Outlook.SETTLED or not settings.automatic:
        return own
    if waits_for_retry(state, settings, name, now):
        return Outlook.MOVING
    _, *later = state.lineage(name)
    outlooks = {_own_outlook(engine, state, each) for each in later}
    waiting = (Outlook.MOVING, Outlook.LOST, Outlook.HELD, Outlook.CAPPED)
    return next((each for each in waiting if each in outlooks), Outlook.SETTLED)


def verdict(engine: Engine, runs: Sequence[str]) -> ExitCode:
    """The exit code that tells how these runs ended."""
    state, server_now = engine.state, _server_now(engine)
    entries = [state.runs[name] for name in runs]
    if any(asks(state, run) or _waits_for_a_yes(state, run) for run in entries):
        return ExitCode.NOT_CONFIRMED
    if any(is_capped(state, run) or _own_outlook(engine, state, run.name) is Outlook.CAPPED for run in entries):
        return ExitCode.OVER_BUDGET
    if any(chunk.state is ChunkState.UNKNOWN for run in entries for chunk in run.live_chunks):
        return ExitCode.UNKNOWN_OUTCOME
    lacking = [run for run in entries if not is_collected(state, run) and _has_results_left(state, run.name)]
    if any(is_shut_out(state, run) for run in entries) or any(_is_shut_out_of_results(state, run) for run in lacking):
        return ExitCode.UNREACHABLE
    if lacking:
        return ExitCode.ERROR
    is_good = all(is_fixed(state, run) or run_status(state, run, server_now) is Status.SUCCEEDED for run in entries)
    return ExitCode.DONE if is_good else ExitCode.NOT_ALL_SUCCEEDED


def _waits_for_a_yes(state: AppState, run: Run) -> bool:
    """Held by a person, or by what only a person can judge."""
    return waits_for_a_person(run) and not is_capped(state, run) and not is_shut_out(state, run)


def _is_shut_out_of_results(state: AppState, run: Run) -> bool:
    batches = (state.batch_of(chunk) for chunk in run.live_chunks)
    return any(known is not None and known.is_shut_out for known in batches)


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
    measured = measured_words(spent_on(engine.state, run))
    return Notice(
        seq=0,
        at=engine.core.clock.now(),
        event="run_settled",
        text=f"{words}; {measured}" if measured else words,
        run=name,
        requests=run.requests,
        details={"status": str(status), **msgspec.structs.asdict(counts), **_estimate(engine, name)},
    )


def _estimate(engine: Engine, name: str) -> dict[str, float | bool | None]:
    """How good the run's estimate was; nothing where it has none."""
    found = check_estimate(engine.state, engine.state.runs[name])
    if found is None:
        return {}
    error = spent_on(engine.state, engine.state.runs[name]).estimate_error
    return {
        "cost_usd": float(found.cost_usd) if found.cost_usd is not None else None,
        "estimate_low_usd": float(found.cost.low_usd),
        "estimate_high_usd": float(found.cost.high_usd),
        "estimate_input_error": round(found.input_error, 4),
        "estimate_output_error": round(found.output_error, 4),
        "estimate_within": found.is_within,
        "estimate_expected_high_usd": float(found.cost.stated_high_usd),
        "estimate_error_share": round(error, 6) if error is not None else None,
    }


def _server_now(engine: Engine) -> datetime:
    return engine.core.live.link.server_now(engine.core.clock.now())
