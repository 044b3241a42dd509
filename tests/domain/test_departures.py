"""When what waits here goes, and when it would be back: only as far as ended chunks tell."""

from datetime import timedelta

from batchtui.domain.fold.apply import apply
from batchtui.domain.forecasting.departures import arrivals, departures
from batchtui.domain.forecasting.estimate import History
from batchtui.domain.settings import Settings, SubmitSettings
from batchtui.domain.state import AppState
from tests.tui.still import NOW
from tests.tui.world import Part, World, ago

ENDED = Part(requests=1_000, sent=ago(hours=30), ended=ago(hours=28), ok=1_000)
"""Two hours, as an estimate for those that are alike."""

OUT = Part(requests=1_000, sent=ago(hours=1))
HERE = Part(requests=1_000)


def _state(*parts: Part, past: int = 3) -> AppState:
    world = World()
    world.run("past", ago(hours=30), [ENDED] * past)
    world.run("now", ago(hours=2), parts)
    return apply(AppState(), world.records())


def _goes(state: AppState, *, open_batches: int = 20, queued: int = 200_000) -> list[tuple[float | None, float | None]]:
    settings = Settings(submit=SubmitSettings(max_open_batches=open_batches, max_queued_requests=queued))
    return [
        tuple((at - NOW) / timedelta(hours=1) if at is not None else None for at in (entry.goes, entry.done))  # type: ignore[misc]
        for entry in departures(state, settings, History(state), NOW, NOW)
    ]


def test_what_has_room_goes_now_and_is_back_when_its_like_would_be() -> None:
    assert _goes(_state(HERE, HERE)) == [(0, 2), (0, 2)]


def test_what_finds_all_slots_taken_goes_when_one_falls_free() -> None:
    assert _goes(_state(OUT, HERE, HERE), open_batches=1) == [(1, 3), (3, 5)]


def test_the_queue_of_the_service_holds_back_as_the_slots_do() -> None:
    assert _goes(_state(OUT, HERE), queued=1_500) == [(1, 3)]


def test_nothing_is_said_where_nothing_tells() -> None:
    assert _goes(_state(OUT, HERE, past=0), open_batches=1) == [(None, None)]
    assert _goes(_state(HERE, past=0)) == [(0, None)]


def test_what_waits_for_a_reason_of_its_own_has_no_time() -> None:
    unsure = Part(requests=1_000, sent=ago(hours=1), is_unsure=True)
    assert _goes(_state(unsure, HERE)) == [(None, None)]


def test_a_submission_without_an_answer_counts_as_being_there() -> None:
    unsure = Part(requests=700, sent=ago(hours=1), is_unsure=True)
    state = _state(unsure, OUT)
    found = arrivals(state, History(state), NOW)
    assert sorted((entry.requests, entry.at is None) for entry in found) == [(700, True), (1_000, False)]
