"""Complete means complete: what is downloaded, judged, recorded; and whose a contested batch is."""

import asyncio

import pytest

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import Incomplete
from batchtui.domain.records import CollectOrdered
from batchtui.domain.submission import ChunkState
from batchtui.engine import pruning, verbs_batches, verbs_cancel
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.ports import ServiceProblem
from tests.engine.conftest import Bench
from tests.engine.steps import poll, send_all
from tests.fakes import result_line


async def submit_all(bench: Bench, engine: Engine, ids: list[str], run: str = "evals") -> None:
    await bench.submit(engine, ids, run)
    await send_all(engine)


async def test_complete_results_are_on_disk_byte_for_byte_and_counted(bench: Bench) -> None:
    engine = bench.start()
    await submit_all(bench, engine, ["a", "b", "c"])
    bench.service.end("msgbatch_0001", errored=["b"])
    await poll(bench, engine)
    assert engine.collector.wanted() == ["msgbatch_0001"]
    assert await engine.collector.collect("msgbatch_0001")
    known = engine.state.batches["msgbatch_0001"]
    assert known.collected is not None
    assert (known.collected.results, known.collected.issues) == (3, 1)
    path = engine.store.results_path("msgbatch_0001", "evals")
    assert path.read_bytes() == b"".join(line + b"\n" for line in bench.service.results_lines["msgbatch_0001"])
    assert [issue.custom_id for issue in engine.library.issues(engine.store.issues_path("msgbatch_0001", "evals"))] == [
        "b"
    ]


async def test_a_polite_truncation_leaves_the_state_before_and_is_tried_again(bench: Bench) -> None:
    engine = bench.start()
    await submit_all(bench, engine, ["a", "b", "c"])
    bench.service.end("msgbatch_0001")
    whole = bench.service.results_lines["msgbatch_0001"]
    bench.service.results_lines["msgbatch_0001"] = whole[:2]
    await poll(bench, engine)
    assert not await engine.collector.collect("msgbatch_0001")
    known = engine.state.batches["msgbatch_0001"]
    assert known.collected is None
    assert known.collect_retry_at is not None
    assert not engine.store.results_path("msgbatch_0001", "evals").exists()
    assert engine.collector.wanted() == []
    bench.service.results_lines["msgbatch_0001"] = whole
    bench.clock.advance(60)
    assert engine.collector.wanted() == ["msgbatch_0001"]
    assert await engine.collector.collect("msgbatch_0001")


async def test_counts_that_disagree_are_not_complete(bench: Bench) -> None:
    engine = bench.start()
    await submit_all(bench, engine, ["a", "b", "c"])
    bench.service.end("msgbatch_0001")
    bench.service.change("msgbatch_0001", request_counts=RequestCounts(succeeded=2, errored=1))
    await poll(bench, engine)
    assert not await engine.collector.collect("msgbatch_0001")
    assert engine.state.batches["msgbatch_0001"].collected is None


async def test_a_404_flap_is_waited_out(bench: Bench) -> None:
    engine = bench.start()
    await submit_all(bench, engine, ["a"])
    bench.service.end("msgbatch_0001")
    await poll(bench, engine)
    bench.service.problems["results"] = [ServiceProblem("not_found", "not found", status=404)]
    assert not await engine.collector.collect("msgbatch_0001")
    bench.clock.advance(60)
    assert await engine.collector.collect("msgbatch_0001")


async def test_a_lost_submission_is_adopted_by_count_and_proved_by_its_custom_ids(bench: Bench) -> None:
    engine = bench.start()
    bench.service.script = ["lost"]
    await submit_all(bench, engine, ["a", "b", "c"])
    await poll(bench, engine)
    known = engine.state.batches["msgbatch_0001"]
    assert (known.run, known.is_proved) == ("evals", False)
    bench.service.end("msgbatch_0001")
    await poll(bench, engine)
    assert await engine.collector.collect("msgbatch_0001")
    (submission,) = engine.state.submissions.values()
    assert submission.is_proved
    assert engine.state.batches["msgbatch_0001"].is_proved


async def test_a_strangers_batch_adopted_by_count_is_given_back_and_the_own_one_found(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    bench.service.script = ["lost"]
    await submit_all(bench, engine, ["a", "b", "c"])
    own = bench.service.batches.pop(0)
    stranger = bench.service.add(3, ids=["x", "y", "z"])
    await poll(bench, engine)
    assert engine.state.batches[stranger.id].run == "evals"
    bench.service.batches.insert(0, own)
    bench.service.end(stranger.id)
    await poll(bench, engine)
    assert not await engine.collector.collect(stranger.id)
    assert engine.state.batches[stranger.id].run is None
    await poll(bench, engine)
    assert engine.state.batches[own.id].run == "evals"
    assert len(bench.service.posts) == 1


async def test_custom_ids_decide_between_two_candidates_without_a_person(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    bench.service.script = ["lost"]
    await submit_all(bench, engine, ["a", "b", "c"])
    own = bench.service.batches[0]
    stranger = bench.service.add(3, ids=["x", "y", "z"])
    await poll(bench, engine)
    (submission,) = engine.state.submissions.values()
    assert submission.state is ChunkState.UNKNOWN
    bench.service.end(stranger.id)
    bench.service.end(own.id)
    await poll(bench, engine)
    for batch_id in engine.collector.wanted():
        await engine.collector.collect(batch_id)
    await poll(bench, engine)
    assert engine.state.batches[own.id].run == "evals"
    assert engine.state.batches[own.id].is_proved
    assert engine.state.batches[stranger.id].run is None


async def test_an_unknown_result_type_is_kept_and_shown_as_such(bench: Bench) -> None:
    engine = bench.start()
    await submit_all(bench, engine, ["a", "b"])
    bench.service.end("msgbatch_0001")
    lines = [result_line("a"), b'{"custom_id":"b","result":{"type":"postponed"}}']
    bench.service.results_lines["msgbatch_0001"] = lines
    await poll(bench, engine)
    assert await engine.collector.collect("msgbatch_0001")
    (issue,) = engine.library.issues(engine.store.issues_path("msgbatch_0001", "evals"))
    assert (issue.custom_id, issue.cls) == ("b", "unknown:postponed")


async def test_who_waits_for_a_leader_that_hangs_is_told_so_and_the_order_stays(bench: Bench) -> None:
    hanging = bench.start()
    batch = bench.service.add(2, ids=["a", "b"])
    bench.service.end(batch.id)
    await hanging.poller.poll()
    follower = bench.start(leads=False)
    async with asyncio.timeout(60), follower.running(Duty.COLLECT_ORDERED):
        with pytest.raises(Incomplete, match="does not answer"):
            await verbs_batches.collect(follower, [batch.id])
    assert follower.state.batches[batch.id].collect_ordered


async def test_who_waits_for_a_leader_that_dies_collects_itself(bench: Bench) -> None:
    dying = bench.start()
    batch = bench.service.add(2, ids=["a", "b"])
    bench.service.end(batch.id)
    await dying.poller.poll()
    follower = bench.start(leads=False)
    async with asyncio.timeout(60), follower.running(Duty.COLLECT_ORDERED):
        waiting = asyncio.create_task(verbs_batches.collect(follower, [batch.id]))
        await asyncio.sleep(0.05)
        bench.die(dying)
        (known,) = await waiting
    assert known.collected is not None and known.collected.results == 2


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


async def test_a_verb_does_not_wait_for_a_batch_that_ended_or_vanished_by_itself(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    bench.service.end("msgbatch_0001")
    plan = verbs_cancel.plan_cancel(engine.state, ["evals"])
    canceling = asyncio.create_task(verbs_cancel.cancel(engine, plan))
    await asyncio.sleep(0)
    await engine.poller.poll()
    async with asyncio.timeout(1):
        (known,) = await canceling
    assert known.batch.is_ended
    collecting = asyncio.create_task(verbs_batches.collect(engine, ["msgbatch_0001"]))
    await asyncio.sleep(0)
    bench.service.change("msgbatch_0001", archived_at=bench.clock.now())
    await engine.poller.poll()
    async with asyncio.timeout(1):
        await collecting
