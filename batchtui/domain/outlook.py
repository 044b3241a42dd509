"""What a run still waits for, for those who wait for it."""

from datetime import datetime
from enum import Enum, auto

from batchtui.domain.budget import run_budget_stops
from batchtui.domain.never_accepted import is_capped
from batchtui.domain.pilot import asks, waits
from batchtui.domain.settings import BudgetSettings
from batchtui.domain.settling import needs_person
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.status import wants_collecting
from batchtui.domain.submission import ChunkState

NO_BUDGET = BudgetSettings()


class Outlook(Enum):
    """Whether waiting longer can change anything."""

    MOVING = auto()
    LOST = auto()
    """All that is left are submissions that no read of the list can settle any more: a person decides."""
    ASKING = auto()
    """What went ahead of the rest is back: a person decides whether the rest follows."""
    CAPPED = auto()
    """The service, or the run's own budget, lets no more be spent, which time alone will hardly change: a person lets
    it go on."""
    HELD = auto()
    """Somebody, or an answer about the key or the account, holds the run: a person lets it go on."""
    SETTLED = auto()


def outlook(state: AppState, run: Run, now: datetime, budget: BudgetSettings = NO_BUDGET) -> Outlook:
    """The run as a whole; `now` in the server's clock."""
    is_asking, is_stopped = asks(state, run), is_capped(state, run)
    stops = run_budget_stops(state, run, budget)

    def part(chunk: Chunk) -> Outlook:
        if is_asking and waits(run, chunk.label):
            return Outlook.ASKING
        if chunk.may_still_be_sent and run.held_reason is not None:
            return Outlook.CAPPED if is_stopped else Outlook.HELD
        if chunk.label in stops:
            return Outlook.CAPPED
        return _chunk_outlook(state, chunk, now)

    parts = {part(chunk) for chunk in run.live_chunks}
    worst_first = (Outlook.MOVING, Outlook.LOST, Outlook.ASKING, Outlook.HELD, Outlook.CAPPED, Outlook.SETTLED)
    return next((found for found in worst_first if found in parts), Outlook.SETTLED)


def _chunk_outlook(state: AppState, chunk: Chunk, now: datetime) -> Outlook:
    known = state.batch_of(chunk)
    if known is not None:
        is_moving = known.is_open or wants_collecting(state, chunk, now)
        return Outlook.MOVING if is_moving else Outlook.SETTLED
    if chunk.state is ChunkState.UNKNOWN:
        return Outlook.LOST if _waits_for_a_person(state, chunk, now) else Outlook.MOVING
    is_over = chunk.state in (ChunkState.REFUSED, ChunkState.ABANDONED)
    return Outlook.SETTLED if is_over else Outlook.MOVING


def _waits_for_a_person(state: AppState, chunk: Chunk, now: datetime) -> bool:
    newest = state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
    return newest is not None and (newest.is_not_found or needs_person(state, newest, now))
