"""What is spent and reserved, by UTC day and by run. Batches from elsewhere are not counted."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from batchtui.domain.cost import CostRange
from batchtui.domain.money import ZERO, Usd, in_words, limit_words, part_of, total
from batchtui.domain.settings import BudgetSettings
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.submission import ChunkState

_SENT = frozenset({ChunkState.SENDING, ChunkState.CONFIRMED, ChunkState.ADOPTED, ChunkState.UNKNOWN})


def chunk_commitment(state: AppState, run: Run, chunk: Chunk) -> Usd:
    """USD measured once collected, else the high estimate: unknown submissions stay reserved, given up or not."""
    known = state.batch_of(chunk)
    if known is not None and known.collected is not None and known.collected.cost_usd is not None:
        return known.collected.cost_usd
    return reserved(run, chunk)


def _is_sent(state: AppState, chunk: Chunk) -> bool:
    """Whether it costs something, or may."""
    return chunk.state in _SENT or state.may_have_arrived(chunk)


def reserved(run: Run, chunk: Chunk) -> Usd:
    """The chunk's share of the run's high estimate."""
    return part_of(run.cost.high_usd, chunk.requests, run.requests)


def committed_today(state: AppState, now: datetime) -> Usd:
    """USD of everything sent on this UTC day."""
    return total(chunk_commitment(state, run, chunk) for run, chunk in _sent_today(state, now))


def is_today_measured(state: AppState, now: datetime) -> bool:
    """Whether no estimate is in `committed_today`: all of it was collected, and its prices are known."""
    return all(_is_measured(state, chunk) for _, chunk in _sent_today(state, now))


def _is_measured(state: AppState, chunk: Chunk) -> bool:
    known = state.batch_of(chunk)
    return known is not None and known.collected is not None and known.collected.cost_usd is not None


def _sent_today(state: AppState, now: datetime) -> Iterator[tuple[Run, Chunk]]:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    next_midnight = midnight + timedelta(days=1)
    for submission in state.submissions.values():
        if not midnight <= submission.intended_at < next_midnight:
            continue
        run = state.runs.get(submission.run)
        chunk = run.chunks.get(submission.chunk) if run is not None else None
        if run is None or chunk is None or chunk.submissions[-1:] != (submission.id,):
            continue
        if _is_sent(state, chunk):
            yield run, chunk


def run_committed(state: AppState, run: Run) -> Usd:
    """USD of everything of the run that was sent."""
    return total(chunk_commitment(state, run, chunk) for chunk in run.live_chunks if _is_sent(state, chunk))


def budget_stop(
    run: Run, chunk: Chunk, budget: BudgetSettings, *, run_committed_usd: Usd, committed_today_usd: Usd
) -> str | None:
    """Why a chunk may not be sent for money's sake, or None; a run whose operator agreed goes on."""
    if run.over_budget:
        return None
    if run.cost.unknown_models and (budget.run_usd is not None or budget.daily_usd is not None):
        return f"the price of {', '.join(run.cost.unknown_models)} is unknown, and there is a budget"
    price = reserved(run, chunk)
    if budget.run_usd is not None and run_committed_usd + price > budget.run_usd:
        return f"over the run's budget of {limit_words(budget.run_usd)}"
    if budget.daily_usd is not None and committed_today_usd + price > budget.daily_usd:
        return f"over the day's budget of {limit_words(budget.daily_usd)}"
    return None


def run_budget_stops(state: AppState, run: Run, budget: BudgetSettings) -> dict[str, str]:
    """Label -> why, of chunks that the run's own budget has no room for: no day to come changes that."""
    if budget.run_usd is None:
        return {}
    own, spent = BudgetSettings(run_usd=budget.run_usd), run_committed(state, run)
    waiting = (chunk for chunk in run.live_chunks if chunk.may_still_be_sent)
    stops = {
        chunk.label: budget_stop(run, chunk, own, run_committed_usd=spent, committed_today_usd=ZERO)
        for chunk in waiting
    }
    return {label: why for label, why in stops.items() if why}


def plan_exceeds(state: AppState, cost: CostRange, budget: BudgetSettings, now: datetime) -> str | None:
    """Why a plan does not fit the budget, or None. Unsent chunks of other runs count as reserved for today.

    A model without a known price fits no budget: its cost is unknown, not 0.
    """
    if cost.unknown_models and (budget.run_usd is not None or budget.daily_usd is not None):
        return f"the price of {', '.join(cost.unknown_models)} is unknown, so no budget can hold it"
    if budget.run_usd is not None and cost.high_usd > budget.run_usd:
        return f"up to {in_words(cost.high_usd)} is over the run's budget of {limit_words(budget.run_usd)}"
    if budget.daily_usd is None:
        return None
    taken = committed_today(state, now) + held_commitment(state)
    if taken + cost.high_usd > budget.daily_usd:
        sum_words = f"{in_words(taken)} taken today and up to {in_words(cost.high_usd)}"
        return f"{sum_words} is over {limit_words(budget.daily_usd)}"
    return None


def held_commitment(state: AppState) -> Usd:
    """USD of the high estimates of everything that waits to be sent."""
    return total(
        reserved(run, chunk) for run in state.runs.values() for chunk in run.live_chunks if chunk.may_still_be_sent
    )


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What sending chunks of a run once more does to the budget: what they hold already is given back first."""

    taken_usd: Usd
    """Of today, without these chunks."""
    adds_usd: Usd
    exceeds: str | None
    """Why they will wait, held, instead of being sent at once."""


def returning(state: AppState, run: Run, chunks: Collection[Chunk], budget: BudgetSettings, now: datetime) -> Returned:
    """The budget of a plan that returns these chunks to held."""
    labels = {chunk.label for chunk in chunks}
    sent = [chunk for chunk in run.live_chunks if chunk.label in labels and _is_sent(state, chunk)]
    adds = total(reserved(run, chunk) for chunk in chunks)
    held_today = total(reserved(run, chunk) for chunk in sent if _is_of_today(state, chunk, now))
    taken = committed_today(state, now) + held_commitment(state) - held_today
    of_run = run_committed(state, run) - total(reserved(run, chunk) for chunk in sent)
    return Returned(
        taken_usd=taken, adds_usd=adds, exceeds=_over(run, budget, taken=taken + adds, taken_by_run=of_run + adds)
    )


def _is_of_today(state: AppState, chunk: Chunk, now: datetime) -> bool:
    submission = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
    return submission is not None and submission.intended_at.astimezone(UTC).date() == now.astimezone(UTC).date()


def _over(run: Run, budget: BudgetSettings, *, taken: Usd, taken_by_run: Usd) -> str | None:
    if run.over_budget:
        return None
    if run.cost.unknown_models and (budget.run_usd is not None or budget.daily_usd is not None):
        return f"the price of {', '.join(run.cost.unknown_models)} is unknown, and there is a budget"
    if budget.run_usd is not None and taken_by_run > budget.run_usd:
        return f"over the run's budget of {limit_words(budget.run_usd)}"
    if budget.daily_usd is not None and taken > budget.daily_usd:
        return f"over the day's budget of {limit_words(budget.daily_usd)}"
    return None
