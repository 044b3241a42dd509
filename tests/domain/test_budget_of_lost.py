"""Sending a lost chunk once more: what is reserved for it is not counted twice, and over the budget it waits."""

from datetime import timedelta
from decimal import Decimal

from batchtui.domain.budget import returning
from batchtui.domain.settings import BudgetSettings
from tests.domain.builders import folded, lost, planned, sent
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
