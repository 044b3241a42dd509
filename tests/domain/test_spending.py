"""What was spent, by run, day and model: measured where collected, nothing where not, estimates only once all is in."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from batchtui.domain.billing import ModelUsage
from batchtui.domain.forecasting.lessons import check_estimate, lessons
from batchtui.domain.forecasting.token_forecast import given
from batchtui.domain.money import as_written
from batchtui.domain.records import Collected
from batchtui.domain.results import TypeTallies
from batchtui.domain.spending import NO_MODEL, By, spent_by, spent_in_all, spent_on
from tests.domain.builders import ended, folded, planned, sent
from tests.fakes import NOON

HAIKU, OPUS = "claude-haiku-4-5", "claude-opus-5"


def used(cost: str, number: int = 10, **tokens: int) -> ModelUsage:
    return ModelUsage(
        requests=number, succeeded=number, cost_usd=as_written(cost), standard_usd=2 * as_written(cost), **tokens
    )


def collected(number: int, *, cost: str | None = None, usage: dict[str, ModelUsage] | None = None) -> Collected:
    return Collected(
        at=NOON,
        batch_id=f"msgbatch_{number:04d}",
        results=10,
        bytes=100,
        sha256="",
        tallies=TypeTallies(succeeded=9, errored=1),
        issues=1,
        cost_usd=as_written(cost) if cost is not None else None,
        usage=usage or {},
    )


def test_a_run_has_its_estimate_beside_it_only_when_all_of_it_is_collected() -> None:
    records = [planned(chunks=2, high_usd=8), *sent("0001", 1), *sent("0002", 2), ended(1, succeeded=10)]
    first = collected(1, usage={HAIKU: used("1.5")})
    (half,) = spent_by(folded(*records, first), By.RUN)
    assert (half.batches, half.waiting, half.usage.cost_usd, half.expected) == (1, 1, Decimal("1.5"), None)
    second = collected(2, usage={HAIKU: used("0.5", 5)})
    (whole,) = spent_by(folded(*records, first, ended(2, succeeded=10), second), By.RUN)
    assert whole.usage.cost_usd == 2
    assert whole.expected is not None and whole.expected.high_usd == 6, "15 of 20 requests were billed"
    assert whole.is_within is True
    assert whole.estimate_error == 0.5
    assert whole.results == TypeTallies(succeeded=18, errored=2)


def test_models_of_one_batch_have_lines_of_their_own() -> None:
    state = folded(
        planned(chunks=1), sent("0001", 1), ended(1), collected(1, usage={HAIKU: used("1"), OPUS: used("3")})
    )
    assert {line.name: line.usage.cost_usd for line in spent_by(state, By.MODEL)} == {HAIKU: 1, OPUS: 3}
    assert spent_in_all(state).usage.cost_usd == 4
    assert spent_in_all(state).saving_usd == 4


def test_a_day_is_the_utc_day_of_creation() -> None:
    early = planned("early", chunks=1)
    state = folded(early, sent("0001", 1), ended(1), collected(1, usage={HAIKU: used("1")}))
    assert [line.name for line in spent_by(state, By.DAY)] == [f"{NOON:%Y-%m-%d}"]


def test_an_older_record_keeps_its_cost_under_no_models_name() -> None:
    state = folded(planned(chunks=1), sent("0001", 1), ended(1), collected(1, cost="0.25"))
    (line,) = spent_by(state, By.MODEL)
    assert (line.name, line.usage.cost_usd, line.usage.standard_usd) == (NO_MODEL, Decimal("0.25"), None)
    assert line.saving_usd is None


def test_the_hit_rate_is_of_the_whole_prompt() -> None:
    usage = used("1", input_tokens=100, cache_write_5m_tokens=50, cache_write_1h_tokens=50, cache_read_tokens=600)
    state = folded(planned(chunks=1), sent("0001", 1), ended(1), collected(1, usage={HAIKU: usage}))
    (line,) = spent_by(state, By.RUN)
    assert line.cache_hit_share == 0.75
    assert line.per_requests(line.results.total, 1000) == 100


def test_only_the_named_runs_are_in_it() -> None:
    one = [planned("one", chunks=1), *sent("0001", 1, run="one"), ended(1), collected(1, usage={HAIKU: used("1")})]
    two = [planned("two", chunks=1), *sent("0001", 2, run="two"), ended(2), collected(2, usage={HAIKU: used("2")})]
    state = folded(*one, *two)
    assert [line.name for line in spent_by(state, By.RUN)] == ["two", "one"]
    assert [line.name for line in spent_by(state, By.RUN, ["one"])] == ["one"]
    assert spent_in_all(state, ["two"]).usage.cost_usd == 2
    assert spent_in_all(state, ["none"]).batches == 0


def test_the_best_guess_is_judged_where_there_is_one() -> None:
    plan = planned(chunks=1, high_usd=8)
    guessed = replace(plan, cost=replace(plan.cost, expected_usd=Decimal("2.5")))
    state = folded(guessed, sent("0001", 1), ended(1), collected(1, usage={HAIKU: used("2")}))
    (line,) = spent_by(state, By.RUN)
    assert line.estimate_error == 0.25


@pytest.mark.parametrize(("cost", "is_within"), [("2.9", True), ("4", False)])
def test_an_estimate_is_held_to_what_was_stated_as_likely_by_every_measure(cost: str, is_within: bool) -> None:
    plan = planned(chunks=1, high_usd=8)
    likely = replace(plan.cost, low_usd=Decimal(1), expected_usd=Decimal("2.5"), expected_high_usd=Decimal(3))
    tokens = given(model=HAIKU, requests=10, input_tokens=100, output_tokens=10)
    stated = replace(plan, cost=likely, forecast=tokens)
    usage = {HAIKU: used(cost, input_tokens=1_000, output_tokens=100)}
    state = folded(stated, sent("0001", 1), ended(1), collected(1, usage=usage))
    run = state.runs["evals"]
    check = check_estimate(state, run)
    assert spent_on(state, run).is_within is is_within
    assert check is not None and check.is_within is is_within and check.requests == 10


def test_requests_that_were_billed_without_success_are_in_the_estimate_they_are_compared_with() -> None:
    plan = replace(planned(chunks=1), forecast=given(model=HAIKU, requests=10, input_tokens=100, output_tokens=10))
    usage = {HAIKU: replace(used("1", number=10, input_tokens=1_000, output_tokens=100), succeeded=6)}
    state = folded(plan, sent("0001", 1), ended(1), collected(1, usage=usage))
    check = check_estimate(state, state.runs["evals"])
    assert check is not None and (check.requests, check.input_error, check.output_error) == (10, 0, 0)
    (lesson,) = lessons(state)
    assert (lesson.input_tokens, lesson.output_tokens) == (100, 10)
