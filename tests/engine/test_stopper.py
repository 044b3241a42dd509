"""Cancels and deletes as they are carried out: through a network that fails, a refusal, a wrong key."""

import asyncio

from msgspec.structs import replace

from batchtui.domain.records import CancelIntended, DeleteIntended
from batchtui.engine import verbs_cancel
from batchtui.engine.engine import Duty
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.stopper import MOST_ATTEMPTS
from tests.engine.conftest import Bench
from tests.engine.steps import send_all


async def test_a_cancel_is_carried_out_when_the_network_is_back(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    engine.core.commit(CancelIntended(at=bench.clock.now(), batch_id="msgbatch_0001"))
    bench.service.problems["cancel"] = [ServiceProblem("offline", "no route"), ServiceProblem("broken", "529")]
    bench.service.problems["retrieve"] = [ServiceProblem("offline", "no route")] * 2
    for _ in range(3):
        assert await engine.stopper.carry_out() == 1
        assert await engine.stopper.carry_out() == 0 or not engine.state.batches["msgbatch_0001"].wants_cancel
        bench.clock.advance(60)
    known = engine.state.batches["msgbatch_0001"]
    assert known.batch.is_canceling
    assert (known.cancel_intended_at, known.cancel_why) == (None, None)


async def test_a_cancel_that_never_gets_through_is_called_failed_in_the_end(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    engine.core.commit(CancelIntended(at=bench.clock.now(), batch_id="msgbatch_0001"))
    bench.service.problems["cancel"] = [ServiceProblem("broken", "529")] * 100
    for _ in range(20):
        await engine.stopper.carry_out()
        bench.clock.advance(60)
    assert engine.state.batches["msgbatch_0001"].cancel_why == "529"
    assert len(bench.service.problems["cancel"]) == 100 - MOST_ATTEMPTS


async def test_a_cancel_that_the_service_refuses_says_so(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    bench.service.problems["cancel"] = [ServiceProblem("refused", "no such right", status=400)]
    async with engine.running(Duty.STOP):
        async with asyncio.timeout(5):
            (known,) = await verbs_cancel.cancel(engine, verbs_cancel.plan_cancel(engine.state, ["evals"]))
    assert known.cancel_why == "no such right"


async def test_another_account_is_asked_to_stop_nothing_and_proves_nothing_deleted(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    now = bench.clock.now()
    engine.core.commit(
        CancelIntended(at=now, batch_id="msgbatch_0001"), DeleteIntended(at=now, batch_id="msgbatch_0001")
    )
    bench.die(engine)
    bench.service.account = replace(bench.service.account, organization_id="org-2")
    bench.service.calls.clear()
    wrong = bench.start()
    async with wrong.running(Duty.STOP | Duty.COLLECT):
        await asyncio.sleep(0.05)
    assert not {"cancel", "delete", "results"} & set(bench.service.calls)
    assert wrong.core.live.account_note
