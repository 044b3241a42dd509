"""Batches with a past."""

from collections import Counter
from typing import Any

import httpx2
import pytest

from tests.simulator.conftest import BATCHES, DAY, HOUR, Simulation, request_row, rows


def make(sim: Simulation, **wanted: Any) -> dict[str, Any]:
    """A batch made by the seeding route."""
    answer = sim.http.post("/_sim/batches", json=wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_ended_batch_is_there_at_once_with_its_results(sim: Simulation) -> None:
    outcomes = {"overloaded": 3, "credit": 2, "expired": 1, "refusal": 4}
    batch = make(sim, requests=rows(50), created_ago=3 * DAY, duration=HOUR, outcomes=outcomes)
    assert batch["processing_status"] == "ended"
    assert batch["request_counts"] == {"processing": 0, "succeeded": 44, "errored": 5, "canceled": 0, "expired": 1}
    tally = Counter(line["result"]["type"] for line in sim.results(batch["id"]))
    assert tally == {"succeeded": 44, "errored": 5, "expired": 1}


def test_what_was_struck_in_the_past_is_spared_at_the_next_attempt(sim: Simulation) -> None:
    requests = [request_row(f"r{n}", metadata={"user_id": "sim:overloaded"}) for n in range(4)]
    make(sim, requests=requests, created_ago=DAY, outcomes={"api_error": 4})
    assert {result["type"] for result in sim.outcomes(requests).values()} == {"succeeded"}


def test_a_running_batch_ends_when_its_time_has_come(sim: Simulation) -> None:
    batch = make(sim, n=12, prefix="night", created_ago=600, duration=900, state="running")
    assert batch["processing_status"] == "in_progress"
    sim.advance(301)
    assert sim.batch(batch["id"])["processing_status"] == "ended"
    assert "night-00001" in {line["custom_id"] for line in sim.results(batch["id"])}


def test_a_canceled_batch_is_part_done(sim: Simulation) -> None:
    batch = make(sim, n=100, created_ago=DAY, state="canceled")
    assert batch["cancel_initiated_at"] > batch["created_at"]
    counts = batch["request_counts"]
    assert 30 <= counts["succeeded"] <= 50
    assert counts["canceled"] == 100 - counts["succeeded"]


def test_a_batch_that_took_too_long_has_expired_in_part(sim: Simulation) -> None:
    batch = make(sim, n=100, created_ago=2 * DAY, duration=1.5 * DAY)
    assert batch["ended_at"] == batch["expires_at"]
    assert 60 <= batch["request_counts"]["succeeded"] <= 70


def test_seeded_batches_are_listed_by_their_age(sim: Simulation) -> None:
    new = sim.submit(rows(1))
    old, older = (make(sim, n=1, created_ago=days * DAY)["id"] for days in (1, 2))
    assert [batch["id"] for batch in sim.http.get(BATCHES).json()["data"]] == [new, old, older]


def test_a_batch_can_be_collected_and_then_moved_past_its_archival(sim: Simulation) -> None:
    batch_id = make(sim, n=5, created_ago=HOUR)["id"]
    assert len(sim.results(batch_id)) == 5
    moved = sim.http.post(f"/_sim/batches/{batch_id}", json={"created_ago": 40 * DAY}).json()
    assert moved["archived_at"]
    assert sim.http.get(f"{BATCHES}/{batch_id}/results").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"n": 1, "created_ago": 10, "duration": 20},
        {"n": 1, "created_ago": 20, "duration": 10, "state": "running"},
        {"n": 1, "state": "lost"},
        {"n": 1, "outcomes": {"bliss": 1}},
        {"requests": [request_row("a"), request_row("a")]},
    ],
)
def test_a_past_that_cannot_be_is_refused(sim: Simulation, wanted: dict[str, Any]) -> None:
    assert sim.http.post("/_sim/batches", json=wanted).status_code == 400


def test_seeding_needs_no_key(sim: Simulation) -> None:
    assert httpx2.post(f"{sim.url}/_sim/clock", json={}).status_code == 200
