"""Who may be sent now: order, limits, doubts, budget."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.cost import CostRange
from batchtui.domain.fold.apply import apply
from batchtui.domain.limits import next_turn, turns
from batchtui.domain.records import (
    RunHeld,
    RunPruned,
    RunReleased,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionRefused,
)
from batchtui.domain.settings import BudgetSettings, Settings, SubmitSettings
from batchtui.domain.state import AppState
from tests.domain.builders import folded, intended, lost, planned, sent
from tests.fakes import NOON


def waits(state: object, settings: Settings = Settings()) -> dict[str, str]:  # noqa: B008  frozen value
    return {f"{turn.run}/{turn.chunk}": turn.waits for turn in turns(state, settings, NOON)}  # type: ignore[arg-type]


def test_the_first_chunk_goes_and_the_next_waits_behind_it() -> None:
    assert waits(folded(planned())) == {"evals/0001": "", "evals/0002": "after the one before it"}


def test_priority_goes_before_age() -> None:
    state = folded(planned(), planned("urgent", at=NOON + timedelta(hours=1), priority=5))
    turn = next_turn(state, Settings(), NOON)
    assert turn is not None and turn.run == "urgent"


def test_open_batches_and_doubtful_submissions_fill_the_limit() -> None:
    settings = Settings(submit=SubmitSettings(max_open_batches=2))
    state = folded(planned(chunks=3), sent("0001", 1), lost("0002", size=11))
    assert waits(state, settings)["evals/0003"] == "2 of 2 open"


def test_a_submission_that_is_not_found_takes_no_place_of_those_that_wait() -> None:
    settings = Settings(submit=SubmitSettings(max_open_batches=1, max_queued_requests=12))
    state = folded(planned(), lost("0001", size=11))
    assert waits(state, settings)["evals/0002"] == "1 of 1 open"
    state = apply(state, [SubmissionLooked(at=NOON, submission="sub_1", begun_at=NOON, is_not_found=True)])
    assert waits(state, settings) == {"evals/0002": ""}


def test_the_queue_limit_lets_a_large_chunk_go_when_the_queue_is_empty() -> None:
    settings = Settings(submit=SubmitSettings(max_queued_requests=5))
    assert waits(folded(planned(chunks=1)), settings) == {"evals/0001": ""}
    assert "requests queued" in waits(folded(planned(), sent("0001", 1)), settings)["evals/0002"]


def test_nothing_of_the_same_count_is_sent_beside_an_unknown_submission() -> None:
    state = folded(planned(chunks=2), planned("other", chunks=1, size=11), lost("0001"))
    assert "no answer yet" in waits(state)["evals/0002"]
    turn = next_turn(state, Settings(), NOON)
    assert turn is not None and turn.run == "other"


def test_one_complete_read_without_a_candidate_lets_the_same_count_go() -> None:
    state = folded(planned(), lost("0001"))
    state = apply(state, [SubmissionLooked(at=NOON, submission="sub_1", begun_at=NOON)])
    assert waits(state) == {"evals/0002": ""}


def test_a_held_run_waits_and_goes_on_when_released() -> None:
    state = folded(planned(), RunHeld(at=NOON, run="evals", reason="spend cap"))
    assert next_turn(state, Settings(), NOON) is None
    assert next_turn(apply(state, [RunReleased(at=NOON, run="evals")]), Settings(), NOON) is not None


def test_a_chunk_that_was_asked_to_wait_is_overtaken() -> None:
    later = SubmissionNotAccepted(at=NOON, submission="sub_1", why="529", retry_at=NOON + timedelta(seconds=30))
    turn = next_turn(folded(planned(), intended(), later), Settings(), NOON)
    assert turn is not None and turn.chunk == "0002"


def test_a_429_means_every_chunk_and_says_until_when() -> None:
    until = NOON + timedelta(seconds=30)
    limited = SubmissionRefused(at=NOON, submission="sub_1", status=429, message="slow down", retry_at=until)
    state = folded(planned(), planned("other"), intended(), limited)
    assert next_turn(state, Settings(), NOON) is None
    assert {turn.until for turn in turns(state, Settings(), NOON)} == {until}
    turn = next_turn(state, Settings(), until)
    assert turn is not None and turn.chunk == "0001"


def test_a_runs_budget_counts_what_of_it_was_sent() -> None:
    settings = Settings(budget=BudgetSettings(run_usd=1.1))
    state = folded(planned(chunks=3, high_usd=1.5), sent("0001", 1), sent("0002", 2))
    assert waits(state, settings)["evals/0003"] == "over the run's budget of $1.10"


def test_the_budget_of_the_day_counts_what_is_sent_and_unknown() -> None:
    settings = Settings(budget=BudgetSettings(daily_usd=1.2))
    state = folded(planned(chunks=3, high_usd=1.5), sent("0001", 1), lost("0002", size=11))
    assert waits(state, settings)["evals/0003"] == "over the day's budget of $1.20"


def test_a_budget_below_a_cent_is_told_as_it_was_set() -> None:
    budget = BudgetSettings(run_usd=0.0015)
    exceeds = plan_exceeds(AppState(), CostRange(high_usd=Decimal("0.004")), budget, NOON)
    assert exceeds == "up to <$0.01 is over the run's budget of $0.0015"


def test_an_unknown_price_fits_no_budget() -> None:
    cost = CostRange(unknown_models=("claude-nobody-knows",))
    assert "unknown" in (plan_exceeds(AppState(), cost, BudgetSettings(daily_usd=1000), NOON) or "")
    assert plan_exceeds(AppState(), cost, BudgetSettings(), NOON) is None
    state = folded(replace(planned(chunks=1), cost=cost))
    settings = Settings(budget=BudgetSettings(run_usd=1000))
    assert "unknown" in waits(state, settings)["evals/0001"]


def test_one_post_at_a_time() -> None:
    state = folded(planned(), planned("other", size=11), intended())
    assert waits(state)["other/0001"] == "evals chunk 1 is being sent"
    assert next_turn(state, Settings(), NOON) is None


def test_a_chunk_whose_body_was_pruned_is_never_sent() -> None:
    state = folded(planned(chunks=1), RunPruned(at=NOON, run="evals"))
    assert next_turn(state, Settings(), NOON) is None
