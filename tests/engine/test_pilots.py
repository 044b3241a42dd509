"""A canary or a warm-up goes ahead of its run; nothing more is sent before somebody says so."""

import json
from pathlib import Path

import pytest

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts_of_runs import alerts_of_runs
from batchtui.domain.failures import BadInput
from batchtui.domain.limits import turns
from batchtui.domain.outlook import Outlook, outlook
from batchtui.domain.pilot import PilotKind, Stage, stage
from batchtui.domain.records import CollectFailed
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import ExportTask
from batchtui.engine.lineage import attempts
from batchtui.engine.pilot_plan import PilotOptions
from batchtui.engine.planner import ignore
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.fakes import NOON

IDS = [f"r-{number}" for number in range(10)]
MARKED = [{"type": "text", "text": "Be brief. " * 300, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]


async def accepted(bench: Bench, engine: Engine, pilot: PilotOptions, source: Path, cache_control: str = "") -> str:
    options = SubmitOptions(name="evals", pilot=pilot, cache_control=cache_control)
    plan = await engine.planner.plan_submit([source], options, builds=True)
    assert plan.pilot is not None and plan.pilot.chunk == "0001"
    return engine.planner.accept(plan)


async def send_all(engine: Engine) -> None:
    engine.pilots.judge()
    while await engine.sender.send_next():
        pass


async def come_back(bench: Bench, engine: Engine, *, errored: tuple[str, ...] = ()) -> None:
    for batch in [batch for batch in bench.service.batches if not batch.is_ended]:
        ids = bench.service.custom_ids[batch.id]
        bench.service.end(batch.id, errored=[custom_id for custom_id in ids if custom_id in errored])
    bench.clock.advance(60)
    await engine.poller.poll()
    for batch_id in engine.collector.wanted():
        assert await engine.collector.collect(batch_id)


CANARY = PilotOptions(kind=PilotKind.CANARY, requests=3)


async def test_only_the_canary_is_sent_until_a_person_lets_the_rest_go(bench: Bench) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    await send_all(engine)
    assert [len(post) for post in bench.service.posts] == [3]
    assert {turn.waits for turn in turns(engine.state, engine.settings, NOON)} == {"canary: waits for chunk 1"}
    await come_back(bench, engine)
    await send_all(engine)
    assert len(bench.service.posts) == 1
    assert {turn.waits for turn in turns(engine.state, engine.settings, NOON)} == {"canary: waits for your yes"}
    assert outlook(engine.state, engine.state.runs[run], NOON) is Outlook.ASKING
    engine.pilots.release(run)
    await send_all(engine)
    sent = [custom_id for post in bench.service.posts for custom_id in post]
    assert sorted(sent) == sorted(IDS), "every request once"


async def test_a_kill_at_any_moment_sends_nothing_more_than_the_canary(bench: Bench) -> None:
    engine = bench.start()
    await accepted(bench, engine, CANARY, bench.write(IDS))
    for _ in range(3):
        bench.die(engine)
        engine = bench.start()
        await send_all(engine)
        await come_back(bench, engine)
    assert [len(post) for post in bench.service.posts] == [3]


async def test_a_rule_lets_the_rest_go_without_anybody(bench: Bench) -> None:
    engine = bench.start()
    rule = PilotOptions(kind=PilotKind.CANARY, requests=3, max_errors=0.0, max_usd=10.0)
    run = await accepted(bench, engine, rule, bench.write(IDS))
    await send_all(engine)
    await come_back(bench, engine)
    await send_all(engine)
    assert sum(len(post) for post in bench.service.posts) == 10
    assert stage(engine.state, engine.state.runs[run]) is Stage.PASSED


@pytest.mark.parametrize(("max_errors", "max_usd", "word"), [(0.1, None, "bad"), (None, 0.000001, "may cost")])
async def test_a_rule_that_is_not_met_holds_the_rest_and_says_why(
    bench: Bench, max_errors: float | None, max_usd: float | None, word: str
) -> None:
    engine = bench.start()
    rule = PilotOptions(kind=PilotKind.CANARY, requests=3, max_errors=max_errors, max_usd=max_usd)
    run = await accepted(bench, engine, rule, bench.write(IDS))
    await send_all(engine)
    bad = (bench.service.posts[0][0],) if max_errors is not None else ()
    await come_back(bench, engine, errored=bad)
    await send_all(engine)
    assert len(bench.service.posts) == 1
    assert word in engine.state.runs[run].pilot_why
    engine.pilots.release(run)
    await send_all(engine)
    assert sum(len(post) for post in bench.service.posts) == 10


async def test_a_canary_that_was_refused_holds_the_rest(bench: Bench) -> None:
    from batchtui.domain.submission import OtherAnswer

    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    bench.service.script = [OtherAnswer(status=400, message="no")]
    await send_all(engine)
    assert [len(post) for post in bench.service.posts] == [3]
    assert stage(engine.state, engine.state.runs[run]) is Stage.LOST
    assert outlook(engine.state, engine.state.runs[run], NOON) is Outlook.ASKING


async def test_a_canary_whose_results_cannot_be_read_asks_a_person_and_does_not_wait_for_ever(bench: Bench) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    await send_all(engine)
    (batch,) = bench.service.batches
    bench.service.end(batch.id)
    bench.clock.advance(60)
    await engine.poller.poll()
    engine.core.commit(CollectFailed(at=bench.clock.now(), batch_id=batch.id, why="the results are damaged", attempt=1))
    assert stage(engine.state, engine.state.runs[run]) is Stage.LOST
    assert outlook(engine.state, engine.state.runs[run], NOON) is Outlook.ASKING
    (alert,) = [each for each in alerts_of_runs(engine.state, engine.settings, NOON) if each.kind is AlertKind.PILOT]
    assert "came to nothing" in alert.text
    assert await engine.collector.collect(batch.id)
    assert stage(engine.state, engine.state.runs[run]) is Stage.LANDED


async def test_results_that_are_gone_leave_a_rule_to_a_person_and_other_runs_are_sent(bench: Bench) -> None:
    engine = bench.start()
    ruled = PilotOptions(kind=PilotKind.CANARY, requests=3, max_errors=0.0)
    run = await accepted(bench, engine, ruled, bench.write(IDS))
    await send_all(engine)
    await come_back(bench, engine)
    engine.store.results_path("msgbatch_0001", run).unlink()
    await bench.submit(engine, ["x", "y"], "other")
    await send_all(engine)
    assert bench.service.posts[1:] == [["x", "y"]]
    assert "are not here" in engine.state.runs[run].pilot_why
    assert outlook(engine.state, engine.state.runs[run], NOON) is Outlook.ASKING
    assert [notice.event for notice in engine.core.notices_since(0) if "rule could not be" in notice.text] == ["alert"]


async def test_nobody_lets_go_on_what_is_not_back(bench: Bench) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    with pytest.raises(BadInput, match="not back yet"):
        engine.pilots.release(run)
    await send_all(engine)
    with pytest.raises(BadInput, match="not back yet"):
        engine.pilots.release(run)


async def test_the_report_extrapolates_with_an_interval(bench: Bench) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    await send_all(engine)
    await come_back(bench, engine, errored=(bench.service.posts[0][0],))
    found = engine.pilots.report(run)
    assert (found.requests, found.succeeded, found.bad) == (3, 2, {"overloaded_error": 1})
    assert found.errors.low < 1 / 3 < found.errors.high
    assert found.output_tokens == (50, 50, 50)
    assert found.cost_usd is not None and found.run_usd is not None and found.run_high_usd is not None
    assert float(found.run_usd) == pytest.approx(float(found.cost_usd) * 10 / 3)
    assert found.run_high_usd > found.run_usd


async def test_an_export_is_in_the_order_of_the_input_all_the_same(bench: Bench, tmp_path: Path) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, CANARY, bench.write(IDS))
    await send_all(engine)
    await come_back(bench, engine)
    engine.pilots.release(run)
    await send_all(engine)
    await come_back(bench, engine)
    target = tmp_path / "out.jsonl"
    lineage = attempts(engine.state, engine.store, run, NOON)
    await engine.jobs.export(ExportTask(lineage=lineage, target=str(target)), ignore)
    assert [json.loads(line)["custom_id"] for line in target.read_text().splitlines()] == IDS


async def test_a_canary_has_every_model_and_every_size(bench: Bench) -> None:
    engine = bench.start()
    source = bench.inputs / "mixed.jsonl"
    lines = []
    for number in range(40):
        model = "claude-haiku-4-5" if number % 4 else "claude-opus-5"
        content = "word " * (1 + number * 10)
        params = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": content}]}
        lines.append(json.dumps({"custom_id": f"m-{number}", "params": params}))
    source.write_text("\n".join(lines) + "\n")
    settings = SubmitOptions(name="evals", pilot=PilotOptions(kind=PilotKind.CANARY, requests=8), chunk_requests=20)
    plans = [await engine.planner.plan_submit([source], settings, builds=True) for _ in range(2)]
    assert plans[0].chunks == plans[1].chunks, "the same file gives the same canary"
    engine.planner.discard(plans[1])
    engine.planner.accept(plans[0])
    await send_all(engine)
    numbers = sorted(int(custom_id[2:]) for custom_id in bench.service.posts[0])
    assert len(numbers) == 8
    assert sum(number % 4 == 0 for number in numbers) == 2
    assert numbers[0] < 10 and numbers[-1] >= 30


async def test_a_canary_of_everything_is_refused(bench: Bench) -> None:
    engine = bench.start()
    options = SubmitOptions(name="evals", pilot=PilotOptions(kind=PilotKind.CANARY, requests=10), chunk_requests=10)
    with pytest.raises(BadInput, match="all of the 10"):
        await engine.planner.plan_submit([bench.write(IDS)], options, builds=True)
    assert not any(path.is_dir() for path in (bench.root / "staging").iterdir())


WARM = PilotOptions(kind=PilotKind.WARM)


async def test_one_request_warms_the_cache_and_the_rest_follows_by_itself(bench: Bench) -> None:
    engine = bench.start()
    await accepted(bench, engine, WARM, bench.write(IDS, system=MARKED))
    await send_all(engine)
    assert [len(post) for post in bench.service.posts] == [1]
    await come_back(bench, engine)
    await send_all(engine)
    assert sorted(custom_id for post in bench.service.posts for custom_id in post) == sorted(IDS)


async def test_a_warm_up_that_failed_holds_the_rest(bench: Bench) -> None:
    engine = bench.start()
    run = await accepted(bench, engine, WARM, bench.write(IDS, system=MARKED))
    await send_all(engine)
    await come_back(bench, engine, errored=tuple(IDS))
    await send_all(engine)
    assert len(bench.service.posts) == 1
    assert "did not succeed" in engine.state.runs[run].pilot_why


async def test_what_nothing_caches_is_not_warmed(bench: Bench) -> None:
    engine = bench.start()
    plain = bench.write(IDS, system="Be brief. " * 300)
    with pytest.raises(BadInput, match="no cache_control"):
        await engine.planner.plan_submit([plain], SubmitOptions(name="evals", pilot=WARM), builds=True)


async def test_cache_control_is_added_only_when_asked_and_nothing_else_changes(bench: Bench) -> None:
    engine = bench.start()
    source = bench.write(IDS, system="Be brief. " * 300)
    plan = await engine.planner.plan_submit(
        [source], SubmitOptions(name="evals", pilot=WARM, cache_control="1h"), builds=True
    )
    assert plan.cache is not None and (plan.cache.marked, plan.cache.requests, plan.cache.ttl) == (10, 10, "1h")
    assert plan.cache.saves_usd > 0 and plan.cache.loses_usd > 0
    run = engine.planner.accept(plan)
    await send_all(engine)
    await come_back(bench, engine)
    await send_all(engine)
    originals = {json.loads(line)["custom_id"]: json.loads(line) for line in source.read_text().splitlines()}
    for chunk in engine.state.runs[run].chunks.values():
        body = b"".join([block async for block in engine.store.body(run, chunk.label).blocks()])
        for request in json.loads(body)["requests"]:
            (block,) = request["params"]["system"]
            assert block.pop("cache_control") == {"type": "ephemeral", "ttl": "1h"}
            assert block == {"type": "text", "text": originals[request["custom_id"]]["params"]["system"]}
            request["params"]["system"] = block["text"]
            assert request == originals[request["custom_id"]]


async def test_the_next_run_is_estimated_from_what_this_one_used(bench: Bench) -> None:
    engine = bench.start()
    source = bench.write(IDS)
    first = await engine.planner.plan_submit([source], SubmitOptions(name="first"), builds=True)
    assert first.cost.expected_usd is None
    engine.planner.accept(first)
    await send_all(engine)
    await come_back(bench, engine)
    second = await engine.planner.plan_submit([source], SubmitOptions(name="second"), builds=False)
    assert second.cost.expected_usd is not None and second.forecast is not None
    assert second.forecast.input.likely == pytest.approx(1_000, rel=0.01)
    assert second.forecast.output.likely == pytest.approx(500, rel=0.01)
