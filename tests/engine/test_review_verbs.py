"""Orders raced by other processes, other orders, and the service: nothing is sent twice, nothing waits for ever."""

import asyncio
from typing import Any

import pytest

from batchtui.domain.failures import BadInput, WorkspaceDamaged
from batchtui.domain.records import CollectOrdered, SubmissionIntended, SubmissionReleasing, SubmissionUnknown
from batchtui.domain.submission import Broken, ChunkState, Seen, Status
from batchtui.engine import pruning, verbs_batches, verbs_cancel, verbs_submissions
from batchtui.engine.ports import Answer, Body
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all


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


async def test_what_a_later_attempt_may_have_sent_again_is_not_returned(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    bench.service.script = [Status(status=401, type="authentication_error", message="bad key")]
    await send_all(engine)
    offered = verbs_submissions.plan_lost(engine.state, "evals.r1")
    assert offered.requests == 1
    engine.planner.accept(await plan_retry(engine, "evals"))
    plan = verbs_submissions.plan_lost(engine.state, "evals.r1")
    assert (plan.requests, len(plan.overtaken), plan.overtaken_by, plan.root) == (0, 1, ("evals.r2",), "evals")
    with pytest.raises(BadInput):
        verbs_submissions.return_lost(engine, offered)
    await send_all(engine)
    assert [chunk.state for chunk in engine.state.runs["evals.r2"].live_chunks] == [ChunkState.CONFIRMED]


async def test_what_was_refused_of_a_run_is_returned_though_the_rest_of_it_was_retried(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    bench.service.script = ["accept", Status(status=400, message="no")]
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    plan = verbs_submissions.plan_lost(engine.state, "evals")
    assert (plan.requests, plan.overtaken) == (1, ())


async def test_a_plan_that_fails_removes_no_run_of_another_process(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    plan = await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name="evals"), builds=True)
    theirs = bench.root / "runs" / "evals" / "chunks"

    def busy(_decide: object) -> None:
        theirs.mkdir(parents=True)  # another process is between its rename and its record
        raise WorkspaceDamaged("another process has held journal.lock for 10 seconds")

    monkeypatch.setattr(engine.core, "transact", busy)
    with pytest.raises(WorkspaceDamaged):
        engine.planner.accept(plan)
    assert theirs.exists()


async def test_a_batch_that_may_be_a_lost_submissions_is_not_adopted_into_another_run(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.add(3)
    bench.clock.advance(30)
    await engine.poller.poll()
    with pytest.raises(BadInput, match="reconcile"):
        await verbs_batches.adopt(engine, "msgbatch_0001", None, name=None)


async def test_a_batch_that_may_be_that_of_a_chunk_on_the_wire_is_not_adopted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    other = bench.start(leads=False)
    submit = bench.service.submit

    async def shown_before_its_answer(body: Body, **calls: Any) -> tuple[Seen, Answer | None]:
        await submit(body, **calls)
        await engine.poller.poll()
        other.core.refresh()
        with pytest.raises(BadInput, match="evals chunk 1"):
            await verbs_batches.adopt(other, "msgbatch_0001", None, name="mine")
        return Broken("read timeout"), None

    monkeypatch.setattr(bench.service, "submit", shown_before_its_answer)
    await send_all(engine)
    for _ in range(3):
        bench.clock.advance(600)
        await engine.poller.poll()
    assert engine.state.batches["msgbatch_0001"].run == "evals"
    assert verbs_submissions.plan_lost(engine.state, "evals").requests == 0


async def test_a_lost_submission_does_not_take_the_batch_of_a_chunk_on_the_wire(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c", "d", "e", "f"])
    first, now = engine.state.runs["evals"].chunks["0001"], bench.clock.now()
    engine.core.commit(
        SubmissionIntended(at=now, submission="sub_1", run="evals", chunk="0001", requests=3, bytes=first.bytes),
        SubmissionReleasing(at=now, submission="sub_1"),
        SubmissionUnknown(at=now, submission="sub_1", why="read timeout", ended_at=now),
        SubmissionIntended(at=now, submission="sub_2", run="evals", chunk="0002", requests=3, bytes=first.bytes),
        SubmissionReleasing(at=now, submission="sub_2"),
    )
    bench.service.add(3)
    await engine.poller.poll()
    with pytest.raises(BadInput, match="on its way"):
        verbs_submissions.adopt_for(engine, "sub_1", "msgbatch_0001")


async def test_two_orders_to_adopt_one_batch_make_one_run(bench: Bench) -> None:
    engine = bench.start()
    stranger = bench.service.add(3)
    await engine.poller.poll()
    other = bench.start(leads=False)
    known = other.state.batches[stranger.id]
    first = await verbs_batches.adopt(engine, stranger.id, None, name="mine")
    with pytest.raises(BadInput, match="already belongs"):
        other.planner.adopt_bare(known, name="theirs")
    other.core.refresh()
    assert list(other.state.runs) == [first]


async def test_results_collected_before_an_adoption_are_collected_again_and_proved(bench: Bench) -> None:
    engine = bench.start()
    stranger = bench.service.add(2, ids=["a", "b"])
    bench.service.end(stranger.id, errored=["b"])
    await engine.poller.poll()
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=stranger.id))
    assert await engine.collector.collect(stranger.id)
    run = await verbs_batches.adopt(engine, stranger.id, bench.write(["a", "b"]), name="mine")
    for batch_id in engine.collector.wanted():
        await engine.collector.collect(batch_id)
    assert engine.store.results_path(stranger.id, run).exists()
    plan = await plan_retry(engine, run)
    assert plan.included == 1


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


async def test_orders_about_a_submission_are_decided_on_what_the_leader_wrote_last(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    (submission,) = engine.state.submissions
    other = bench.start(leads=False)
    bench.clock.advance(30)
    await engine.poller.poll()
    assert engine.state.submissions[submission].state is ChunkState.ADOPTED
    with pytest.raises(BadInput, match="settled"):
        verbs_submissions.abandon(other, submission)
    with pytest.raises(BadInput, match="settled"):
        verbs_submissions.adopt_for(other, submission, "msgbatch_0001")


async def test_chunks_of_a_pruned_run_are_not_offered_to_be_sent(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = [Status(status=400, message="no")]
    await send_all(engine)
    pruning.prune(engine, "evals", results=False)
    with pytest.raises(BadInput, match="pruned"):
        verbs_submissions.plan_lost(engine.state, "evals")
