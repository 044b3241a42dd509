"""Taking a batch for a run or a submission, raced by answers, other orders and other processes."""

from typing import Any

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.records import CollectOrdered, SubmissionIntended, SubmissionReleasing, SubmissionUnknown
from batchtui.domain.submission import Broken, ChunkState, Seen
from batchtui.engine import verbs_batches, verbs_submissions
from batchtui.engine.ports import Answer, Body
from tests.engine.conftest import Bench
from tests.engine.steps import plan_retry, send_all


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
