"""Counting a sample: what goes wrong leaves the plan on what it stood on."""

import json

from batchtui.engine.plans import Plan
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench

IDS = [f"r-{number}" for number in range(12)]


async def planned(bench: Bench) -> Plan:
    engine = bench.start()
    source = bench.write(IDS, metadata={"user_id": "somebody"}, stop_sequences=["x"])
    return await engine.planner.plan_submit([source], SubmitOptions(counts=6), builds=False)


async def test_only_what_makes_the_prompt_is_sent(bench: Bench) -> None:
    plan = await planned(bench)
    assert len(plan.countable) == 6
    assert all(json.loads(each.body).keys() == {"model", "messages"} for each in plan.countable)


async def test_a_service_that_limits_stops_the_counting_and_what_was_counted_counts(bench: Bench) -> None:
    plan = await planned(bench)
    engine = bench.engines[0]
    calls = 0
    count = bench.service.count_tokens

    async def limited(params: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > 4:
            raise ServiceProblem("limited", "too many")
        return await count(params)

    bench.service.count_tokens = limited  # type: ignore[method-assign]  # a service that has had enough
    found = await engine.counter.count(plan)
    assert calls == 5, "nobody asks again"
    assert "4 of 6" in found.count_note
    assert found.forecast is not None and found.forecast.models[0].input_basis.requests == 4


async def test_a_service_that_never_answers_leaves_the_plan_as_it_was(bench: Bench) -> None:
    plan = await planned(bench)
    bench.service.problems["count_tokens"] = [ServiceProblem("offline", "no network")]
    found = await bench.engines[0].counter.count(plan)
    assert found.cost == plan.cost and found.forecast == plan.forecast
    assert "0 of 6" in found.count_note


async def test_a_request_that_cannot_be_counted_leaves_the_others_to_be(bench: Bench) -> None:
    plan = await planned(bench)
    bench.service.problems["count_tokens"] = [ServiceProblem("not_found", "model: claude-nope", status=404)]
    found = await bench.engines[0].counter.count(plan)
    assert found.count_note == "count_tokens did not count 1 of 6: model: claude-nope"
    assert found.forecast is not None and found.forecast.models[0].input_basis.requests == 5
