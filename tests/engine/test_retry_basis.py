"""A retry is sent only while what it was chosen from still holds."""

import pytest

from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput
from batchtui.domain.results import TypeTallies
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.state import AppState, Chunk, Collection, KnownBatch, Run
from batchtui.domain.submission import ChunkState, OtherAnswer
from batchtui.engine import verbs_submissions
from batchtui.engine.retry_basis import smaller_chunks
from tests.domain.builders import batch as batch_of
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all
from tests.fakes import NOON


async def test_what_somebody_let_go_on_since_the_plan_is_not_sent_twice(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    bench.service.script = [OtherAnswer(status=400, message="no")]
    await send_all(engine)
    plan = await plan_retry(engine, "evals")
    assert plan.included == 1
    verbs_submissions.return_lost(engine, verbs_submissions.plan_lost(engine.state, "evals.r1"))
    with pytest.raises(BadInput, match=r"evals\.r1 chunk 1 has changed since this was planned"):
        engine.planner.accept(plan)
    await send_all(engine)
    assert bench.service.posts.count(["b"]) == 2  # the refused one, and the same chunk once more


async def test_new_results_of_the_run_itself_do_not_stop_a_plan_without_them(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    await send_all(engine)
    small, large = sorted(bench.service.batches, key=lambda batch: batch.request_counts.total)
    bench.service.end(small.id, errored=["d"])
    bench.service.end(large.id, errored=["b"])
    bench.clock.advance(30)
    await engine.poller.poll()
    first, second = engine.collector.wanted()
    assert await engine.collector.collect(first)
    plan = await plan_retry(engine, "evals")
    assert await engine.collector.collect(second)
    engine.planner.accept(plan)
    assert engine.state.runs["evals.r1"].requests == 1


def state_with(expired: int) -> AppState:
    collected = Collection(
        at=NOON, results=4000, bytes=1, sha256="x", tallies=TypeTallies(expired=expired), issues=0, cost_usd=None
    )
    known = batch_of(1, 4000, status="ended")
    chunk = Chunk(label="0001", requests=4000, bytes=1, sha256="x", state=ChunkState.CONFIRMED, batch_id=known.id)
    run = Run(
        name="evals", created_at=NOON, requests=4000, bytes=1, models={}, content_sha256="x",
        cost=CostRange(priced_at="2026-11-01"), chunks={"0001": chunk},
    )  # fmt: skip
    return AppState(runs={"evals": run}, batches={known.id: KnownBatch(batch=known, seen_at=NOON, collected=collected)})


def test_chunks_are_smaller_where_some_expired_in_large_ones() -> None:
    asked = RetryPolicy()
    assert smaller_chunks(state_with(5), ["evals"], asked, 10_000) == 2000
    assert smaller_chunks(state_with(5), ["evals"], asked, 1_000) is None
    assert smaller_chunks(state_with(0), ["evals"], asked, 10_000) is None
    assert smaller_chunks(state_with(5), ["evals"], RetryPolicy(classes=frozenset({"api_error"})), 10_000) is None


async def test_plans_of_the_same_choice_have_the_same_fingerprint(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    one, other = await plan_retry(engine, "evals"), await plan_retry(engine, "evals")
    assert one.fingerprint == other.fingerprint
    engine.planner.accept(one)
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    assert (await plan_retry(engine, "evals")).fingerprint != one.fingerprint
    assert (await plan_retry(engine, "evals")).attempts == {3: 1}


async def test_a_retry_made_by_another_process_while_this_one_was_being_built_is_noticed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    other = bench.start(leads=False)
    build = engine.jobs.prepare_retry

    async def raced(*given: object) -> object:
        prepared = await build(*given)  # type: ignore[arg-type]  # passed through
        other.planner.accept(await plan_retry(other, "evals"))
        engine.core.refresh()
        bench.clock.advance(5)
        return prepared

    monkeypatch.setattr(engine.jobs, "prepare_retry", raced)
    plan = await plan_retry(engine, "evals")
    with pytest.raises(BadInput, match="meanwhile"):
        engine.planner.accept(plan)
    await send_all(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]


async def test_a_retry_of_a_retry_skips_what_its_sibling_sent_again(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    await send_all(engine)
    assert len(bench.service.posts) == 3
    again = await plan_retry(engine, "evals.r1")
    assert again.included == 0
    assert again.staging is None
