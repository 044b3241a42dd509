"""Figures of an imagined job go up and down their steps, or are typed; nothing impossible can be reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from batchtui.domain.forecasting import token_forecast
from batchtui.domain.forecasting.job import Backoff, job_from
from batchtui.domain.forecasting.public_pace import PublicPace
from batchtui.domain.forecasting.what_if import (
    LEAST,
    MOST,
    USUAL_INPUT,
    USUAL_REQUESTS,
    Figure,
    WhatIf,
    begin,
    changed,
    outcome,
    typed,
    value,
)
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.workspace.prices import load_prices
from tests.domain.builders import ended, folded, planned, sent
from tests.domain.test_spending import HAIKU, collected, used

START = WhatIf(
    job=job_from(Settings(), requests=100_000),
    model="claude-sonnet-4-6",
    models=("claude-haiku-4-5", "claude-sonnet-4-6"),
    input_tokens=5_000,
    output_tokens=3_000,
)


def test_a_step_up_and_a_step_down_lead_back() -> None:
    start = typed(START, Figure.OUTPUT_TOKENS, "2k")
    assert start is not None
    for figure in Figure:
        up = changed(start, figure, up=True)
        assert value(changed(up, figure, up=False), figure) == value(start, figure), figure


def test_a_figure_between_two_steps_goes_to_the_nearer_ones() -> None:
    assert value(changed(START, Figure.OUTPUT_TOKENS, up=True), Figure.OUTPUT_TOKENS) == 5_000
    assert value(changed(START, Figure.OUTPUT_TOKENS, up=False), Figure.OUTPUT_TOKENS) == 2_000


def test_steps_are_the_sizes_and_limits_people_use() -> None:
    assert value(changed(START, Figure.BATCH_SIZE, up=True), Figure.BATCH_SIZE) == 20_000
    assert value(changed(START, Figure.QUEUE_LIMIT, up=True), Figure.QUEUE_LIMIT) == 300_000
    assert value(changed(START, Figure.FAILURE_RATE, up=True), Figure.FAILURE_RATE) == 0.001
    assert value(changed(START, Figure.MODEL, up=True), Figure.MODEL) == "claude-haiku-4-5"
    assert value(changed(START, Figure.BACKOFF, up=True), Figure.BACKOFF) is Backoff.LINEAR


@pytest.mark.parametrize(
    ("figure", "text", "expected"),
    [
        (Figure.REQUESTS, "25k", 25_000),
        (Figure.REQUESTS, "1,500", 1_500),
        (Figure.REQUESTS, "1.5M", 1_500_000),
        (Figure.FAILURE_RATE, "2", 0.02),
        (Figure.FAILURE_RATE, "0.5%", 0.005),
        (Figure.DELAY, "5m", 300),
        (Figure.POLL, "45s", 45),
        (Figure.BACKOFF, "fixed", Backoff.FIXED),
        (Figure.MODEL, "claude-next", "claude-next"),
    ],
)
def test_a_figure_is_typed_as_people_write_it(figure: Figure, text: str, expected: object) -> None:
    made = typed(START, figure, text)
    assert made is not None and value(made, figure) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure.REQUESTS, "0"),
        (Figure.REQUESTS, "many"),
        (Figure.REQUESTS, "1e99"),
        (Figure.REQUESTS, "nan"),
        (Figure.BATCH_SIZE, "100001"),
        (Figure.FAILURE_RATE, "101"),
        (Figure.FAILURE_RATE, "-1"),
        (Figure.BACKOFF, "never"),
        (Figure.MODEL, " "),
    ],
)
def test_what_cannot_be_is_not_taken(figure: Figure, text: str) -> None:
    assert typed(START, figure, text) is None


def test_the_worked_example_holds_with_the_shipped_prices() -> None:
    made, _ = outcome(START, PublicPace(line="sonnet"), load_prices({}))
    assert float(made.cost.low_usd) == pytest.approx(3_000)
    assert float(made.cost.standard_low_usd) == pytest.approx(6_000)


@given(steps=st.lists(st.tuples(st.sampled_from(Figure), st.booleans()), max_size=60))
def test_no_way_of_stepping_leads_out_of_bounds(steps: list[tuple[Figure, bool]]) -> None:
    of = START
    for figure, up in steps:
        of = changed(of, figure, up=up)
    for figure, most in MOST.items():
        assert LEAST.get(figure, 1) <= value(of, figure) <= most
    assert of.job.requests / of.job.batch_requests <= 2_000


def test_it_begins_with_a_job_like_the_newest_run_as_it_was_guessed_or_measured() -> None:
    guessed = token_forecast.given(model=HAIKU, requests=20, input_tokens=700, output_tokens=90)
    plan = replace(planned(chunks=2, size=10), forecast=guessed)
    before = begin(folded(plan), Settings(), load_prices({}))
    assert (before.job.requests, before.model, before.input_tokens, before.output_tokens) == (20, HAIKU, 700, 90)
    usage = {HAIKU: used("1", number=10, input_tokens=9_000, output_tokens=500)}
    measured = folded(plan, sent("0001", 1), ended(1, succeeded=10), collected(1, usage=usage))
    after = begin(measured, Settings(), load_prices({}))
    assert (after.input_tokens, after.output_tokens) == (900, 50)
    empty = begin(AppState(), Settings(), load_prices({}))
    assert (empty.job.requests, empty.input_tokens) == (USUAL_REQUESTS, USUAL_INPUT)
