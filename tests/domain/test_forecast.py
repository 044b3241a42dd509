"""What comes of a job: batches in their slots, retries, money, risk, and other sizes beside it."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.durations import HOUR, Range
from batchtui.domain.forecasting.forecast import Forecast, Trip, TripStage, forecast, stage_at
from batchtui.domain.forecasting.job import Backoff, Job, delay_before, even_portions, rounds
from batchtui.domain.forecasting.pace import OwnPace
from batchtui.domain.forecasting.public_pace import PublicPace
from batchtui.domain.forecasting.sizes import compared, purpose

ONE_PASS = CostRange(
    low_usd=Decimal(3000), high_usd=Decimal(3000), standard_low_usd=Decimal(6000), standard_high_usd=Decimal(6000)
)
STEADY = OwnPace(
    line="opus", batches=9, smallest=1, largest=10**9, base_seconds=100, each_seconds=0, spread=Range(0.5, 1, 2)
)
"""Every batch takes 100 seconds, whatever its size; 50 when quick, 200 when slow."""

JOB = Job(requests=100_000, batch_requests=10_000, open_batches=4, poll_seconds=0)


def _made(job: Job = JOB) -> Forecast:
    return forecast(job, STEADY, ONE_PASS)


def test_as_many_batches_go_at_once_as_there_are_slots() -> None:
    made = _made()
    assert [trip.goes for trip in made.trips] == [0] * 4 + [100] * 4 + [200] * 2
    assert made.finish == Range(150, 300, 600)
    assert made.first_results == Range(50, 100, 200)


def test_the_queue_limit_of_the_tier_holds_batches_back_before_the_slots_do() -> None:
    made = _made(msgspec.structs.replace(JOB, queue_limit=20_000))
    assert [trip.goes for trip in made.trips] == [0, 0, 100, 100, 200, 200, 300, 300, 400, 400]


def test_a_batch_larger_than_the_queue_goes_when_nothing_else_is_there() -> None:
    made = _made(msgspec.structs.replace(JOB, queue_limit=5_000))
    assert [trip.goes for trip in made.trips] == [100 * n for n in range(10)]


def test_the_end_of_a_batch_is_noticed_only_at_the_next_look() -> None:
    made = _made(msgspec.structs.replace(JOB, open_batches=1, poll_seconds=60))
    assert [trip.goes for trip in made.trips[:3]] == [0, 130, 260], "half a poll interval late on average"


@pytest.mark.parametrize(
    ("backoff", "waits"),
    [(Backoff.FIXED, [0, 60, 60, 60]), (Backoff.LINEAR, [0, 60, 120, 180]), (Backoff.EXPONENTIAL, [0, 60, 120, 240])],
)
def test_each_backoff_waits_as_it_says(backoff: Backoff, waits: Sequence[float]) -> None:
    job = msgspec.structs.replace(JOB, backoff=backoff)
    assert [delay_before(job, attempt) for attempt in (1, 2, 3, 4)] == waits


def test_what_fails_is_sent_again_after_the_wait_until_attempts_run_out() -> None:
    made = _made(msgspec.structs.replace(JOB, failure_rate=0.1, max_attempts=3))
    again = [(trip.attempt, trip.requests, trip.goes) for trip in made.trips if trip.attempt > 1]
    assert again == [(2, 10_000, 300 + 60), (3, 1_000, 460 + 120)]
    assert (made.failed_first, made.retried, made.failed_finally) == (10_000, 11_000, 100)


def test_failed_requests_cost_nothing_at_best_and_a_full_answer_at_worst() -> None:
    made = _made(msgspec.structs.replace(JOB, failure_rate=0.1, max_attempts=2))
    assert float(made.cost.low_usd) == pytest.approx(3000 * 0.99)
    assert float(made.cost.high_usd) == pytest.approx(3000 * 1.1)
    assert float(made.cost.standard_low_usd) == pytest.approx(2 * float(made.cost.low_usd))


def test_a_job_in_which_nothing_fails_costs_what_one_pass_costs() -> None:
    made = _made()
    assert made.cost == ONE_PASS
    assert (made.failed_first, made.retried, made.failed_finally) == (0, 0, 0)


def test_the_stages_of_a_batch_follow_its_likely_times() -> None:
    trip = Trip(number=1, attempt=1, requests=1, goes=10, ends=20, ends_at_worst=30)
    assert [stage_at(trip, at) for at in (9, 10, 19, 20)] == [
        TripStage.WAITING,
        TripStage.RUNNING,
        TripStage.RUNNING,
        TripStage.ENDED,
    ]


def test_ten_small_batches_lose_a_tenth_of_what_one_large_one_loses() -> None:
    pace = PublicPace(line="sonnet")
    ten, one = (
        forecast(msgspec.structs.replace(JOB, batch_requests=size), pace, ONE_PASS) for size in (10_000, 100_000)
    )
    assert (ten.batches, one.batches) == (10, 1)
    assert (ten.lost_if_one_misses, one.lost_if_one_misses) == (10_000, 100_000)
    assert 0 < ten.risk_share < one.risk_share < 0.05


def test_sizes_stand_side_by_side_up_to_the_one_that_takes_all() -> None:
    def sizes(requests: int, chosen: int) -> list[int]:
        job = msgspec.structs.replace(JOB, requests=requests, batch_requests=chosen)
        return [made.job.batch_requests for made in compared(job, STEADY, ONE_PASS)]

    assert sizes(100_000, 10_000) == [1_000, 2_500, 5_000, 10_000, 50_000, 100_000]
    assert sizes(4_000, 300) == [300, 1_000, 2_500, 5_000]
    assert sizes(4_000, 50_000) == [1_000, 2_500, 50_000]
    assert 1_000 not in sizes(50_000_000, 10_000), "nobody plans 50,000 batches"


def test_each_size_says_what_it_is_usual_for() -> None:
    assert "urgent" in purpose(1_000) and "urgent" in purpose(4_999)
    assert "pipelines" in purpose(5_000) and "pipelines" in purpose(10_000)
    assert purpose(50_000) == purpose(100_000) == "overnight"
    assert purpose(20_000) == purpose(10) == ""


jobs = st.builds(
    Job,
    requests=st.integers(1, 200_000),
    batch_requests=st.integers(500, 100_000),
    open_batches=st.integers(1, 30),
    queue_limit=st.integers(1_000, 500_000),
    failure_rate=st.floats(0, 1),
    max_attempts=st.integers(1, 4),
    backoff=st.sampled_from(Backoff),
    delay_seconds=st.floats(0, 600),
    poll_seconds=st.floats(0, 300),
)


@settings(max_examples=60, deadline=None)
@given(job=jobs, line=st.sampled_from(["haiku", "sonnet", "opus"]))
def test_no_plan_opens_more_than_it_may_and_every_request_travels(job: Job, line: str) -> None:
    made = forecast(job, PublicPace(line=line), ONE_PASS)
    assert sum(trip.requests for trip in made.trips if trip.attempt == 1) == job.requests
    assert made.finish.low <= made.finish.likely <= made.finish.high + 1e-6
    assert sum(sum(entry.portions) for entry in rounds(job)) == made.sent
    for trip in made.trips:
        beside = [other for other in made.trips if other.goes <= trip.goes < other.ends]
        assert len(beside) <= job.open_batches
        assert len(beside) == 1 or sum(other.requests for other in beside) <= job.queue_limit
        assert trip.requests <= job.batch_requests and trip.ends <= trip.ends_at_worst <= trip.goes + 24 * HOUR


def test_portions_are_full_but_for_the_last() -> None:
    assert even_portions(25, 10) == (10, 10, 5)
    assert even_portions(20, 10) == (10, 10)
