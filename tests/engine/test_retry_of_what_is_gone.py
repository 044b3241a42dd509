"""An attempt whose batch the service let go of may have succeeded, and have cost something: who names it sends it."""

from batchtui.domain.records import BatchGone
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all


async def with_a_gone_attempt(bench: Bench) -> Engine:
    """`b` and `c` errored; `b` was sent again in a batch that is gone."""
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b", "c"])
    engine.planner.accept(await plan_named(engine, custom_ids=frozenset({"b"})))
    await send_all(engine)
    engine.core.commit(BatchGone(at=bench.clock.now(), batch_id=bench.service.batches[0].id))
    return engine


async def plan_named(engine: Engine, custom_ids: frozenset[str] = frozenset()) -> Plan:
    policy = RetryPolicy(classes=frozenset({"overloaded_error"}), custom_ids=custom_ids)
    return await engine.planner.plan_retry("evals", policy, builds=True, options=SubmitOptions())


async def test_it_is_left_out_and_said_unless_it_is_named(bench: Bench) -> None:
    engine = await with_a_gone_attempt(bench)
    plan = await plan_retry(engine, "evals")
    assert plan.included == 1
    reason = "sent again by evals.r1, whose batch the service let go of; name it with --class"
    assert [(skip.reason, skip.requests) for skip in plan.skipped] == [(reason, 1)]
    assert (await plan_named(engine)).included == 2
    assert (await plan_named(engine, custom_ids=frozenset({"b"}))).included == 1


async def test_a_later_attempt_that_tells_decides_again(bench: Bench) -> None:
    engine = await with_a_gone_attempt(bench)
    engine.planner.accept(await plan_named(engine, custom_ids=frozenset({"b"})))
    await send_all(engine)
    gone, *_ = [batch for batch in bench.service.batches if batch.id == "msgbatch_0002"]
    bench.service.batches.remove(gone)
    await end_open(bench, engine, ["b"])
    assert (await plan_retry(engine, "evals")).included == 2
