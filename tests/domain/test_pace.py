"""How long a batch takes: published figures until this workspace's own batches know better."""

from datetime import timedelta

import msgspec
import pytest

from batchtui.domain.fold.apply import apply
from batchtui.domain.forecasting.durations import HOUR, LIMIT_SECONDS, MINUTE, Ended, Range, chance_to_expire
from batchtui.domain.forecasting.pace import OwnPace, fit, pace_of
from batchtui.domain.forecasting.public_pace import FEWEST_TO_FIT, PublicPace
from batchtui.domain.state import AppState
from tests.tui.world import SONNET, Part, World, ago

OPUS = PublicPace(line="opus")


@pytest.mark.parametrize(
    ("requests", "low", "high"),
    [
        (200, 10 * MINUTE, 30 * MINUTE),
        (1_000, 10 * MINUTE, 30 * MINUTE),
        (10_000, HOUR, 4 * HOUR),
        (100_000, 4 * HOUR, 12 * HOUR),
    ],
)
def test_the_published_bands_hold_at_their_edges(requests: int, low: float, high: float) -> None:
    found = OPUS.seconds(requests, at_once=requests)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert low < found.likely < high


FEW = (Ended(500, 2 * HOUR), Ended(40_000, 23 * HOUR), Ended(60_000, 60.0))


@pytest.mark.parametrize("own", [(), FEW], ids=["none here", "a few here"])
@pytest.mark.parametrize("line", ["haiku", "sonnet", "opus", "someone-elses"])
def test_more_requests_never_take_less_time(line: str, own: tuple[Ended, ...]) -> None:
    pace = PublicPace(line=line, own=own)
    times = [pace.seconds(requests, at_once=requests) for requests in (1, 999, 1_000, 1_001, 9_000, 50_000, 100_000)]
    for which in ("low", "likely", "high"):
        values = [getattr(entry, which) for entry in times]
        assert values == sorted(values)
    assert all(entry.low <= entry.likely <= entry.high for entry in times)


def test_batches_that_are_open_together_share_the_published_rate_of_their_line() -> None:
    pace = PublicPace(line="sonnet")
    alone, crowded = pace.seconds(1_000, at_once=1_000), pace.seconds(1_000, at_once=200_000)
    assert crowded.low >= 200_000 / 50_000 * HOUR > alone.low
    assert OPUS.seconds(1_000, at_once=200_000) == OPUS.seconds(1_000, at_once=1_000), "nobody published a rate"


def test_a_few_slow_batches_of_ones_own_slow_the_public_figures_down() -> None:
    day_long = PublicPace(line="opus", own=(Ended(400, 23.5 * HOUR),) * 2)
    alone, slowed = OPUS.seconds(400, at_once=400), day_long.seconds(400, at_once=400)
    assert slowed.high == 23.5 * HOUR and slowed.likely > 3 * alone.likely
    assert chance_to_expire(slowed) > 0.05 > chance_to_expire(alone)
    assert day_long.seconds(100, at_once=100) == OPUS.seconds(100, at_once=100), "that was four times as large"


def test_a_run_of_several_models_tells_of_the_one_most_of_it_is_for() -> None:
    state = _state(*[HOUR_LONG] * FEWEST_TO_FIT)
    (name,) = state.runs
    mixed = msgspec.structs.replace(state.runs[name], models={SONNET: 900, "claude-haiku-4-5": 100})
    both = msgspec.structs.replace(state, runs={name: mixed})
    assert isinstance(pace_of(both, SONNET), OwnPace) and isinstance(pace_of(both, "claude-haiku-4-5"), PublicPace)


def test_no_batch_takes_longer_than_the_service_lets_it() -> None:
    assert PublicPace(line="sonnet").seconds(100_000, at_once=2_000_000).high == LIMIT_SECONDS


def test_a_fit_finds_start_and_work_behind_a_few_odd_batches() -> None:
    ended = [Ended(size, 200 + 0.5 * size) for size in range(1_000, 11_000, 500)]
    ended[3] = Ended(ended[3].requests, 80_000)
    found = fit("sonnet", ended)
    assert found.base_seconds == pytest.approx(200, rel=0.05)
    assert found.each_seconds == pytest.approx(0.5, rel=0.05)
    assert found.seconds(20_000, at_once=20_000).likely == pytest.approx(10_200, rel=0.05)


def test_batches_all_of_one_size_make_a_larger_one_take_longer_in_proportion() -> None:
    found = fit("sonnet", [Ended(1_000, 600.0)] * FEWEST_TO_FIT)
    assert found.seconds(10_000, at_once=10_000).likely == pytest.approx(6_000)
    assert found.is_beyond(10_000) and not found.is_beyond(1_500)


def test_the_spread_of_a_fit_is_that_of_what_was_measured() -> None:
    ended = [Ended(1_000 * (1 + n % 4), (100 + (1 + n % 4) * 100) * (1 + n / 20)) for n in range(40)]
    found = fit("haiku", ended)
    inside = [
        found.seconds(entry.requests, at_once=entry.requests).low
        <= entry.seconds
        <= found.seconds(entry.requests, at_once=entry.requests).high
        for entry in ended
    ]
    assert 0.7 <= sum(inside) / len(inside) <= 0.9


def _state(*parts: Part) -> AppState:
    world = World()
    world.run("past", ago(hours=9), parts)
    return apply(AppState(), world.records())


HOUR_LONG = Part(requests=1_000, sent=ago(hours=9), ended=ago(hours=8), ok=1_000)


def test_own_batches_count_once_there_are_enough_of_the_model_line() -> None:
    few, enough = _state(*[HOUR_LONG] * (FEWEST_TO_FIT - 1)), _state(*[HOUR_LONG] * FEWEST_TO_FIT)
    assert pace_of(few, SONNET) == PublicPace(line="sonnet", own=(Ended(1_000, HOUR),) * (FEWEST_TO_FIT - 1))
    own = pace_of(enough, "claude-sonnet-5-5")
    assert isinstance(own, OwnPace) and own.batches == FEWEST_TO_FIT
    assert own.seconds(1_000, at_once=1_000).likely == pytest.approx(timedelta(hours=1).total_seconds())
    assert pace_of(enough, "claude-haiku-5-5") == PublicPace(line="haiku")


def test_a_batch_that_is_still_out_or_was_canceled_tells_nothing_of_time() -> None:
    still_out = Part(requests=1_000, sent=ago(hours=2))
    canceled = Part(requests=1_000, sent=ago(hours=3), ended=ago(hours=1), ok=1, canceled=999, is_stopping=True)
    state = _state(*[still_out, canceled] * FEWEST_TO_FIT)
    assert pace_of(state, SONNET) == PublicPace(line="sonnet")


@pytest.mark.parametrize(("likely", "high", "expected"), [(3600, 86400, 0.1), (86400, 90000, 1.0), (3600, 3600, 0.0)])
def test_the_chance_to_miss_24_hours_agrees_with_the_range(likely: float, high: float, expected: float) -> None:
    assert chance_to_expire(Range(60, likely, high)) == pytest.approx(expected, abs=0.001)
