"""What somebody put aside is not sent again with the rest; who names it sends it."""

from batchtui.domain.issues.triage import template
from batchtui.domain.retry import RetryPolicy
from batchtui.engine import verbs_groups
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.steps import ended, plan_retry


async def with_two_errors(bench: Bench) -> tuple[Engine, str, str]:
    """A run with two requests that would be sent again, and the group they are in."""
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["a", "b"])
    plan = await plan_retry(engine, "evals")
    assert plan.included == 2
    (cls,) = plan.classes
    (key,) = {tally.key for known in engine.state.batches.values() for tally in known.collected.groups}  # type: ignore[union-attr]
    assert key == (cls, template(key[1]))
    return engine, *key


async def plan_of_class(engine: Engine, cls: str) -> Plan:
    policy = RetryPolicy(classes=frozenset({cls}))
    return await engine.planner.plan_retry("evals", policy, builds=True, options=SubmitOptions())


async def test_a_muted_group_is_left_out_and_named_in_the_plan_unless_it_is_named(bench: Bench) -> None:
    engine, cls, name = await with_two_errors(bench)
    verbs_groups.mute(engine, (cls, name), below=4)
    plan = await plan_retry(engine, "evals")
    assert plan.included == 0
    (skip,) = plan.skipped
    assert skip.requests == 2
    assert skip.reason == f"{cls}: somebody put the group aside; --class {cls} sends it, or mark it"
    assert (await plan_of_class(engine, cls)).included == 2


async def test_a_group_that_grew_out_of_its_mute_or_was_taken_back_is_sent_again(bench: Bench) -> None:
    engine, cls, name = await with_two_errors(bench)
    verbs_groups.mute(engine, (cls, name), below=2)
    assert (await plan_retry(engine, "evals")).included == 2
    verbs_groups.mute(engine, (cls, name), below=4)
    verbs_groups.mute(engine, (cls, name))
    assert (await plan_retry(engine, "evals")).included == 2
