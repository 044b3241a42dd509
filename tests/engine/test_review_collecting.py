"""Whose results these are may change while they are fetched; and one damaged chunk is no reason to lose the others."""

import asyncio

import pytest
from msgspec.structs import replace

from batchtui.domain.records import CollectOrdered
from batchtui.domain.submission import ChunkState
from batchtui.engine import pruning
from batchtui.engine.engine import Duty, Engine
from tests.engine.conftest import Bench
from tests.engine.steps import poll, send_all


async def test_a_batch_that_is_adopted_while_it_is_fetched_is_not_taken_for_proved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    own = bench.service.batches.pop()
    first, second = bench.service.add(3, ids=["x", "y", "z"]), bench.service.add(3, ids=["u", "v", "w"])
    bench.service.end(first.id)
    await poll(bench, engine)
    assert engine.collector.wanted() == [first.id]
    download = engine.collector._download

    async def settled_meanwhile(*given: object) -> None:
        await download(*given)  # type: ignore[arg-type]  # passed through
        bench.service.batches = [batch for batch in bench.service.batches if batch.id != second.id]
        await poll(bench, engine)
        assert engine.state.batches[first.id].run == "evals"

    monkeypatch.setattr(engine.collector, "_download", settled_meanwhile)
    await engine.collector.collect(first.id)
    known = engine.state.batches[first.id]
    assert known.collected is None
    assert (known.run, engine.state.runs["evals"].chunks["0001"].state) == (None, ChunkState.UNKNOWN)
    bench.service.batches.insert(0, own)
    await poll(bench, engine)
    assert engine.state.runs["evals"].chunks["0001"].batch_id == own.id


async def test_a_batch_that_is_adopted_while_it_is_judged_is_not_taken_for_proved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.batches.clear()
    stranger = bench.service.add(3, ids=["x", "y", "z"])
    bench.service.end(stranger.id)
    verify = engine.jobs.verify

    async def adopted_meanwhile(*given: object) -> object:
        verified = await verify(*given)  # type: ignore[arg-type]  # passed through
        await poll(bench, engine)
        return verified

    bench.service.change(stranger.id, request_counts=replace(bench.service.find(stranger.id).request_counts))
    await engine.poller._ask_for(stranger.id)
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=stranger.id))
    monkeypatch.setattr(engine.jobs, "verify", adopted_meanwhile)
    assert not await engine.collector.collect(stranger.id)
    known = engine.state.batches[stranger.id]
    assert (known.run, known.is_proved, known.collected) == ("evals", False, None)
    monkeypatch.setattr(engine.jobs, "verify", verify)
    assert not await engine.collector.collect(stranger.id)
    assert engine.state.batches[stranger.id].run is None


async def test_a_chunk_with_a_damaged_index_does_not_keep_the_others_from_being_collected(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, [f"r{number}" for number in range(12)])
    await send_all(engine)
    for label in ("0001", "0002", "0003"):
        engine.store.index_path("evals", label).write_bytes(b"damaged")
    for batch in bench.service.batches:
        bench.service.end(batch.id)
    await poll(bench, engine)
    async with engine.running(Duty.COLLECT):
        async with asyncio.timeout(5):
            await engine.until(lambda state: True if state.batches["msgbatch_0004"].collected else None)
    assert engine.state.batches["msgbatch_0001"].collect_why is not None
    assert not list(bench.root.rglob("*.partial"))


async def with_a_strange_result(bench: Bench, engine: Engine) -> str:
    """A batch that has ended, with a result of a request that was never sent."""
    await bench.submit(engine, ["a", "b", "c"])
    await send_all(engine)
    bench.service.end("msgbatch_0001")
    lines = bench.service.results_lines["msgbatch_0001"]
    bench.service.results_lines["msgbatch_0001"] = [line.replace(b'"b"', b'"stranger"') for line in lines]
    await poll(bench, engine)
    assert not await engine.collector.collect("msgbatch_0001")
    return "msgbatch_0001"


async def test_results_of_other_requests_do_not_become_complete_once_the_run_is_pruned(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await with_a_strange_result(bench, engine)
    pruning.prune(engine, "evals", results=True)
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=batch_id))
    assert engine.collector.wanted() == [batch_id]
    assert not await engine.collector.collect(batch_id)
    assert "stranger" in (engine.state.batches[batch_id].collect_why or "")


async def test_results_are_not_complete_where_nothing_tells_any_more_what_was_sent(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await with_a_strange_result(bench, engine)
    engine.store.index_path("evals", "0001").unlink()
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=batch_id))
    assert not await engine.collector.collect(batch_id)
    assert engine.state.batches[batch_id].collected is None
