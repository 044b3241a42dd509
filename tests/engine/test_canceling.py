"""Cancel while nobody knows what is where: nothing is sent afterwards, and what cannot be stopped is told."""

import asyncio

import pytest

from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts_of_runs import alerts_of_batches
from batchtui.domain.failures import BadInput
from batchtui.domain.forecasting.estimate import History
from batchtui.domain.records import CancelIntended
from batchtui.domain.submission import ChunkState, OtherAnswer
from batchtui.engine.engine import Engine
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.verbs_cancel import cancel, has_unanswered, plan_cancel
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all
from tests.fakes import NOON


def states(engine: Engine, run: str = "evals") -> list[ChunkState]:
    return [chunk.state for chunk in engine.state.runs[run].live_chunks]


def turned_up(engine: Engine) -> list[Alert]:
    found = alerts_of_batches(engine.state, engine.settings, NOON, lambda: History(engine.state))
    return [alert for alert in found if alert.kind is AlertKind.TURNED_UP]


async def test_a_chunk_without_an_answer_is_not_sent_again_after_a_cancel(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = [OtherAnswer(status=529, type="overloaded_error", message="o", is_service_envelope=True)]
    await engine.poller.poll()
    await send_all(engine)
    assert states(engine) == [ChunkState.UNKNOWN]
    plan = plan_cancel(engine.state, ["evals"])
    assert not plan.is_empty
    await cancel(engine, plan)
    assert has_unanswered(engine.state, plan.runs)
    assert plan_cancel(engine.state, ["evals"]).is_empty
    for _ in range(4):
        bench.clock.advance(70)
        await engine.poller.poll()
        await send_all(engine)
    assert states(engine) == [ChunkState.ABANDONED]
    assert len(bench.service.posts) == 1


async def test_what_was_sent_while_somebody_looked_at_the_plan_is_canceled_at_the_service(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    other = bench.start(leads=False)
    plan = plan_cancel(other.state, ["evals"])
    assert plan.held_chunks == 2
    await send_all(engine)
    canceling = asyncio.create_task(cancel(other, plan))
    await asyncio.sleep(0)
    engine.core.refresh()
    assert await engine.stopper.carry_out() == 2
    other.core.refresh()
    done = await canceling
    assert [(known.run, known.batch.is_canceling) for known in done] == [("evals", True)] * 2


async def test_a_chunk_that_waits_is_named_as_what_a_cancel_of_it_alone_does_not_drop(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    plan = plan_cancel(engine.state, ["evals#0001"])
    assert (plan.is_empty, plan.alone) == (True, ("evals#0001",))
    assert plan_cancel(engine.state, ["evals#0001", "evals"]).alone == ()
    await send_all(engine)
    assert plan_cancel(engine.state, ["evals#0001"]).alone == ()


async def test_a_cancel_names_the_attempts_made_from_a_run_that_go_on(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    plan = plan_cancel(engine.state, ["evals"])
    assert (plan.is_empty, plan.later) == (True, ("evals.r1",)), "held"
    assert plan_cancel(engine.state, ["evals", "evals.r1"]).later == ()
    await send_all(engine)
    assert plan_cancel(engine.state, ["evals"]).later == ("evals.r1",), "with the service"
    await end_open(bench, engine, [])
    assert plan_cancel(engine.state, ["evals"]).later == ()


async def test_a_doubtful_batch_that_turned_up_since_the_plan_is_not_canceled_by_it(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    plan = plan_cancel(engine.state, ["evals"])
    bench.clock.advance(30)
    await engine.poller.poll()
    assert states(engine) == [ChunkState.ADOPTED]
    with pytest.raises(BadInput, match="turned up meanwhile"):
        await cancel(engine, plan)
    assert not engine.stopper.wanted_cancels()


async def test_what_is_taken_for_the_batch_of_a_canceled_chunk_is_left_to_a_person(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    await cancel(engine, plan_cancel(engine.state, ["evals"]))
    bench.clock.advance(30)
    await engine.poller.poll()
    assert states(engine) == [ChunkState.ADOPTED]
    assert not engine.stopper.wanted_cancels()
    (alert,) = turned_up(engine)
    assert alert.told.endswith("`batchtui cancel msgbatch_0001` stops it")
    plan = plan_cancel(engine.state, ["evals"])
    assert [known.batch.id for known in plan.needs_ids] == ["msgbatch_0001"]
    order = cancel(engine, plan)
    order.send(None)
    assert turned_up(engine) == []
    assert list(engine.stopper.wanted_cancels()) == ["msgbatch_0001"]
    order.close()


async def lost_there(bench: Bench, age_seconds: float) -> tuple[Engine, str]:
    """A batch that answers 404 to everything so long after it was made, with an order to cancel it."""
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    (batch,) = bench.service.batches
    bench.clock.advance(age_seconds)
    engine.core.commit(CancelIntended(at=bench.clock.now(), batch_id=batch.id))
    return engine, batch.id


async def test_a_404_to_a_cancel_of_what_is_on_no_list_either_is_the_answer(bench: Bench) -> None:
    engine, batch_id = await lost_there(bench, 600)
    bench.service.batches.clear()
    assert await engine.stopper.carry_out() == 1
    known = engine.state.batches[batch_id]
    assert known.cancel_intended_at is None
    assert known.cancel_why is not None and known.cancel_why.startswith("404: no such batch; the service does not list")
    assert bench.service.calls.count("cancel") == 1


@pytest.mark.parametrize("age_seconds", [30, 600])
async def test_a_404_that_may_be_a_flap_leaves_the_order_to_be_tried_again(bench: Bench, age_seconds: float) -> None:
    engine, batch_id = await lost_there(bench, age_seconds)
    for operation in ("cancel", "retrieve"):
        bench.service.problems[operation] = [ServiceProblem("not_found", "no such batch", status=404)]
    if age_seconds == 30:
        gone, bench.service.batches = bench.service.batches, []
        assert await engine.stopper.carry_out() == 1
        bench.service.batches = gone
    else:
        assert await engine.stopper.carry_out() == 1
    assert engine.state.batches[batch_id].wants_cancel
    bench.clock.advance(60)
    assert await engine.stopper.carry_out() == 1
    assert bench.service.find(batch_id).is_canceling
