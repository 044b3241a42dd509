"""The life of a batch over HTTP."""

from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest

from tests.simulator.conftest import BATCHES, DAY, HOUR, Simulation, Starter, request_row, rows

MINUTE = 60.0


def test_a_new_batch_has_the_shape_of_the_protocol(sim: Simulation) -> None:
    batch = sim.create(rows(3)).json()
    assert batch["id"].startswith("msgbatch_01")
    assert len(batch["id"]) == len("msgbatch_01") + 22
    assert batch["processing_status"] == "in_progress"
    assert batch["request_counts"] == {"processing": 3, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    assert batch["results_url"] is batch["ended_at"] is batch["cancel_initiated_at"] is batch["archived_at"] is None
    lifetime = datetime.fromisoformat(batch["expires_at"]) - datetime.fromisoformat(batch["created_at"])
    assert lifetime.total_seconds() == DAY


def test_counts_stay_in_processing_until_the_batch_has_ended(sim: Simulation) -> None:
    batch_id = sim.submit(rows(20))
    sim.advance(14 * MINUTE)
    assert sim.batch(batch_id)["request_counts"]["processing"] == 20
    sim.advance(20 * MINUTE)
    batch = sim.batch(batch_id)
    assert batch["processing_status"] == "ended"
    assert batch["request_counts"]["succeeded"] == 20


def test_counts_move_when_asked_to_and_always_add_up(start: Starter) -> None:
    sim = start(moving_counts=True)
    batch_id = sim.submit(rows(100))
    seen = []
    for _ in range(30):
        sim.advance(MINUTE)
        counts = sim.batch(batch_id)["request_counts"]
        assert sum(counts.values()) == 100
        seen.append(counts["succeeded"])
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    assert seen[-1] == 100


def test_results_are_every_request_once_in_another_order(sim: Simulation) -> None:
    requests = rows(50)
    order = [line["custom_id"] for line in sim.results(sim.ended(requests))]
    sent = [row["custom_id"] for row in requests]
    assert order != sent
    assert sorted(order) == sorted(sent)


def test_results_of_two_requests_come_the_other_way_round(sim: Simulation) -> None:
    assert [line["custom_id"] for line in sim.results(sim.ended(rows(2)))] == ["r1", "r0"]


def test_results_are_refused_before_the_end(sim: Simulation) -> None:
    batch_id = sim.submit(rows(1))
    answer = sim.http.get(f"{BATCHES}/{batch_id}/results")
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "not_found_error"


def test_results_url_is_absolute_and_works(sim: Simulation) -> None:
    batch = sim.batch(sim.ended(rows(1)))
    assert batch["results_url"] == f"{sim.url}{BATCHES}/{batch['id']}/results"
    assert sim.http.get(batch["results_url"]).status_code == 200


def test_results_are_gone_29_days_after_creation(sim: Simulation) -> None:
    batch_id = sim.ended(rows(1))
    sim.advance(26.9 * DAY)
    assert sim.batch(batch_id)["archived_at"] is None
    sim.advance(0.2 * DAY)
    batch = sim.batch(batch_id)
    assert batch["archived_at"]
    assert batch["results_url"] is None
    assert sim.http.get(f"{BATCHES}/{batch_id}/results").status_code == 404


def test_a_cancel_leaves_part_done_and_the_rest_canceled(sim: Simulation) -> None:
    batch_id = sim.submit(rows(40))
    answer = sim.http.post(f"{BATCHES}/{batch_id}/cancel").json()
    assert answer["processing_status"] == "canceling"
    assert answer["cancel_initiated_at"]
    assert answer["request_counts"]["processing"] == 40
    sim.advance(5 * MINUTE)
    batch = sim.batch(batch_id)
    assert batch["processing_status"] == "ended"
    counts = batch["request_counts"]
    assert counts["succeeded"] > 0
    assert counts["canceled"] > 0
    assert counts["succeeded"] + counts["canceled"] == 40
    tally = Counter(line["result"]["type"] for line in sim.results(batch_id))
    assert tally == {"succeeded": counts["succeeded"], "canceled": counts["canceled"]}


def test_a_later_cancel_leaves_more_done(sim: Simulation) -> None:
    early, late = sim.submit(rows(100, "a")), sim.submit(rows(100, "b"))
    sim.http.post(f"{BATCHES}/{early}/cancel")
    sim.advance(10 * MINUTE)
    sim.http.post(f"{BATCHES}/{late}/cancel")
    sim.advance(10 * MINUTE)
    done = [sim.batch(batch_id)["request_counts"]["succeeded"] for batch_id in (early, late)]
    assert done[0] < done[1] < 100


def test_an_ended_batch_cannot_be_canceled(sim: Simulation) -> None:
    answer = sim.http.post(f"{BATCHES}/{sim.ended(rows(1))}/cancel")
    assert answer.status_code == 400


def test_only_an_ended_batch_can_be_deleted(sim: Simulation) -> None:
    batch_id = sim.submit(rows(1))
    assert sim.http.delete(f"{BATCHES}/{batch_id}").status_code == 400
    sim.advance(DAY)
    answer = sim.http.delete(f"{BATCHES}/{batch_id}")
    assert answer.json() == {"id": batch_id, "type": "message_batch_deleted"}
    assert sim.http.get(f"{BATCHES}/{batch_id}").status_code == 404


def test_what_is_not_begun_within_24_hours_expires(start: Starter) -> None:
    sim = start(scenario="expiring")
    batch_id = sim.submit(rows(500))
    sim.advance(23.9 * HOUR)
    assert sim.batch(batch_id)["processing_status"] == "in_progress"
    sim.advance(0.2 * HOUR)
    batch = sim.batch(batch_id)
    assert batch["ended_at"] == batch["expires_at"]
    counts = batch["request_counts"]
    assert counts["succeeded"] > 300
    assert counts["expired"] > 100
    assert Counter(line["result"]["type"] for line in sim.results(batch_id))["expired"] == counts["expired"]


def test_smaller_batches_get_through_before_they_expire(start: Starter) -> None:
    sim = start(scenario="expiring")
    assert sim.batch(sim.ended(rows(200)))["request_counts"]["succeeded"] == 200


def test_batches_of_the_demo_end_one_by_one(start: Starter) -> None:
    sim = start(scenario="demo")
    ids = [sim.submit(rows(10, f"c{chunk}-")) for chunk in range(4)]
    sim.advance(300)
    ends = [datetime.fromisoformat(sim.batch(batch_id)["ended_at"]) for batch_id in ids]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(ends)]
    assert all(8 <= gap <= 20 for gap in gaps)


def test_time_runs_at_the_speed_asked_for(start: Starter) -> None:
    sim = start(speed=10_000)
    batch_id = sim.submit(rows(1))
    while sim.batch(batch_id)["processing_status"] != "ended":
        pass
    created, ended = (datetime.fromisoformat(sim.batch(batch_id)[name]) for name in ("created_at", "ended_at"))
    assert 15 * MINUTE <= (ended - created).total_seconds() <= 25 * MINUTE


@pytest.mark.parametrize("path", [f"{BATCHES}/msgbatch_none", f"{BATCHES}/msgbatch_none/results", "/v1/other"])
def test_what_is_unknown_is_a_404_in_the_envelope(sim: Simulation, path: str) -> None:
    answer = sim.http.get(path)
    assert answer.status_code == 404
    body = answer.json()
    assert body["type"] == "error"
    assert body["error"]["type"] == "not_found_error"
    assert body["request_id"] == answer.headers["request-id"]


def test_the_same_calls_with_the_same_seed_give_the_same_answers(start: Starter) -> None:
    requests = [request_row(f"r{n}", "Product: kettle") for n in range(200)]
    one, same, other = (start(scenario="trouble", seed=seed) for seed in (7, 7, 8))
    ids = [sim.ended(requests) for sim in (one, same, other)]
    assert ids[0] == ids[1] != ids[2]
    assert one.results(ids[0]) == same.results(ids[1])
    assert one.results(ids[0]) != other.results(ids[2])
