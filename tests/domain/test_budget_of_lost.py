"""Sending a lost chunk once more: what is reserved for it is not counted twice, and over the budget it waits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from batchtui.domain.budget import committed_today, returning, run_committed
from batchtui.domain.fold.apply import apply
from batchtui.domain.records import (
    RunCanceled,
    SubmissionAbandoned,
    SubmissionNotAccepted,
    SubmissionRefused,
    SubmissionReleasing,
)
from batchtui.domain.settings import BudgetSettings
from batchtui.domain.state import AppState
from batchtui.domain.status import Status, chunk_status, run_counts, run_status
from tests.domain.builders import folded, intended, lost, planned, sent
from tests.fakes import NOON

STATE = folded(planned(chunks=3, high_usd=3), sent("0001", 1), lost("0002"))
RUN = STATE.runs["evals"]
LOST = [RUN.chunks["0002"]]


def test_what_a_lost_chunk_reserves_is_given_back_first() -> None:
    after = returning(STATE, RUN, LOST, BudgetSettings(daily_usd=3, run_usd=3), NOON)
    assert (after.taken_usd, after.adds_usd, after.exceeds) == (2, 1, None)


def test_over_the_day_or_the_run_it_waits() -> None:
    assert "day's" in (returning(STATE, RUN, LOST, BudgetSettings(daily_usd=2.5), NOON).exceeds or "")
    assert "run's" in (returning(STATE, RUN, LOST, BudgetSettings(run_usd=1.5), NOON).exceeds or "")


def test_one_that_was_lost_yesterday_counts_for_today() -> None:
    after = returning(STATE, RUN, LOST, BudgetSettings(), NOON + timedelta(days=1))
    assert (after.taken_usd, after.adds_usd) == (Decimal(1), Decimal(1)), "the third chunk waits to be sent today"


def given_up(*, returns: bool = False) -> AppState:
    """A run of one chunk whose answer was lost, and which somebody gave up, or returned and canceled."""
    abandoned = SubmissionAbandoned(at=NOON, submission="sub_1", returns=returns)
    more = [RunCanceled(at=NOON, run="evals")] if returns else []
    return folded(planned(chunks=1, high_usd=3), lost("0001"), abandoned, more)


@pytest.mark.parametrize("returns", [False, True])
def test_what_was_given_up_without_an_answer_may_bill_and_stays_reserved(returns: bool) -> None:
    state = given_up(returns=returns)
    assert committed_today(state, NOON) == run_committed(state, state.runs["evals"]) == 3


@pytest.mark.parametrize("returns", [False, True])
def test_what_was_given_up_without_an_answer_is_not_said_to_be_canceled(returns: bool) -> None:
    state = given_up(returns=returns)
    run = state.runs["evals"]
    assert chunk_status(state, run.chunks["0001"], NOON) is run_status(state, run, NOON) is Status.ERRORED
    counts = run_counts(state, run)
    assert (counts.unknown, counts.unsent, counts.canceled, counts.total) == (10, 0, 0, 10)


def test_returning_what_was_given_up_gives_back_what_it_reserved() -> None:
    state = given_up()
    run = state.runs["evals"]
    after = returning(state, run, list(run.live_chunks), BudgetSettings(daily_usd=3, run_usd=3), NOON)
    assert (after.taken_usd, after.adds_usd, after.exceeds) == (0, 3, None)


@pytest.mark.parametrize(
    "answer",
    [
        SubmissionNotAccepted(at=NOON, submission="sub_1", why="no connection"),
        SubmissionRefused(at=NOON, submission="sub_1", status=401, message="bad key"),
    ],
)
def test_what_was_proved_not_to_have_arrived_is_canceled_and_costs_nothing(
    answer: SubmissionNotAccepted | SubmissionRefused,
) -> None:
    state = folded(planned(chunks=1, high_usd=3), intended(), SubmissionReleasing(at=NOON, submission="sub_1"), answer)
    state = apply(state, [SubmissionAbandoned(at=NOON, submission="sub_1", returns=True)])
    state = apply(state, [RunCanceled(at=NOON, run="evals")])
    run = state.runs["evals"]
    assert run_status(state, run, NOON) is Status.CANCELED
    assert committed_today(state, NOON) == 0
