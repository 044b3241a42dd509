"""Several runs sent again as one plan: agreed to as a sum, made one after another, never twice."""

import pytest

from batchtui.domain.budget import committed_today, held_commitment
from batchtui.domain.failures import BadInput, ExitCode, WorkspaceDamaged
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.retry_several import SeveralPlan, Wanted, accept_all, plan_several
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all


async def three_runs(bench: Bench) -> Engine:
    """Two with failures, one without."""
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"], "one")
    await ended(bench, engine, ["d", "e", "f"], ["d", "e"], "two")
    await ended(bench, engine, ["g"], [], "fine")
    return engine


async def plan_all(engine: Engine, *runs: str, policy: RetryPolicy | None = None) -> SeveralPlan:
    wanted = [Wanted(run=run, policy=policy or RetryPolicy()) for run in runs]
    return await plan_several(engine.core, engine.planner, wanted, builds=True, options=SubmitOptions())


async def test_each_run_gets_a_run_of_its_own_and_the_sum_is_over_those_with_something_to_send(bench: Bench) -> None:
    engine = await three_runs(bench)
    plan = await plan_all(engine, "one", "fine", "two")
    assert [part.run for part in plan.parts] == ["one.r1", "two.r1"]
    assert (plan.requests, plan.included, len(plan.chunks), plan.attempts) == (3, 3, 2, {2: 3})
    assert plan.cost.high_usd == sum(part.cost.high_usd for part in plan.parts) > 0
    assert [(left.id, left.reason) for left in plan.left] == [("fine", "nothing to send again")]
    accepted = accept_all(engine.planner, plan)
    assert [part.run for part in accepted.made] == ["one.r1", "two.r1"]
    await send_all(engine)
    assert sorted(bench.service.posts[-2:]) == [["b"], ["d", "e"]]


async def test_after_a_failure_in_the_middle_repeating_finds_only_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await three_runs(bench)
    plan = await plan_all(engine, "one", "two")
    accept = engine.planner.accept

    def breaks(part: Plan, *, over_budget: bool = False) -> str:
        if part.parent == "two":
            raise WorkspaceDamaged("the disk is full")
        return accept(part, over_budget=over_budget)

    with monkeypatch.context() as patched:
        patched.setattr(engine.planner, "accept", breaks)
        accepted = accept_all(engine.planner, plan)
    assert [part.run for part in accepted.made] == ["one.r1"]
    assert [(left.id, left.reason) for left in accepted.left] == [("two", "the disk is full")]
    assert "two.r1" not in engine.state.runs
    assert not any(path.exists() for path in plan.stagings)
    again = await plan_all(engine, "one", "two")
    assert [part.run for part in again.parts] == ["two.r1"]
    assert "already sent again by one.r1" in again.left[0].reason


async def test_a_run_that_was_retried_meanwhile_is_left_and_the_others_are_made(bench: Bench) -> None:
    engine = await three_runs(bench)
    plan = await plan_all(engine, "one", "two")
    engine.planner.accept(await plan_retry(engine, "one"))
    accepted = accept_all(engine.planner, plan)
    assert [part.run for part in accepted.made] == ["two.r1"]
    assert accepted.left[0].id == "one" and "meanwhile" in accepted.left[0].reason
    await send_all(engine)
    assert bench.service.posts.count(["b"]) == 1


async def test_where_nothing_could_be_made_the_reason_is_raised(bench: Bench) -> None:
    engine = await three_runs(bench)
    plan = await plan_all(engine, "one")
    engine.planner.accept(await plan_retry(engine, "one"))
    with pytest.raises(BadInput, match="meanwhile"):
        accept_all(engine.planner, plan)


async def test_two_attempts_of_one_family_are_planned_once(bench: Bench) -> None:
    engine = await three_runs(bench)
    engine.planner.accept(await plan_retry(engine, "one"))
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    plan = await plan_all(engine, "one.r1", "one")
    assert [part.parent for part in plan.parts] == ["one"]
    assert plan.requests == 1
    assert plan.left[0].id == "one.r1" and "one family with one" in plan.left[0].reason


async def test_attempts_of_different_requests_of_one_family_do_not_stand_for_each_other(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["x", "y", "z"], ["x", "y"], "one")
    for custom_id in ("x", "y"):
        (part,) = (await plan_all(engine, "one", policy=RetryPolicy(custom_ids=frozenset({custom_id})))).parts
        engine.planner.accept(part)
        await send_all(engine)
        await end_open(bench, engine, [custom_id])
    plan = await plan_all(engine, "one.r1", "one.r2")
    assert [(part.parent, part.requests) for part in plan.parts] == [("one.r1", 1)]
    (left,) = plan.left
    assert (left.id, left.exit_code) == ("one.r2", ExitCode.ERROR)
    assert "`batchtui retry one.r2`" in left.reason
    accept_all(engine.planner, plan)
    alone = await plan_all(engine, "one.r2")
    assert [(part.parent, part.requests) for part in alone.parts] == [("one.r2", 1)]


async def test_the_days_budget_is_held_against_the_sum(bench: Bench) -> None:
    engine = await three_runs(bench)
    alone = await plan_all(engine, "one", "two")
    high = [float(part.cost.high_usd) for part in alone.parts]
    engine.planner.discard(alone)
    assert not any(path.exists() for path in alone.stagings)
    leave_of_budget(engine, sum(high) - min(high) / 2)
    plan = await plan_all(engine, "one", "two")
    assert [part.exceeds for part in plan.parts] == [None, None]
    assert plan.exceeds is not None and plan.exceeds_together
    accept_all(engine.planner, plan)
    assert all(engine.state.runs[run].over_budget for run in ("one.r1", "two.r1"))


def leave_of_budget(engine: Engine, left_usd: float) -> None:
    """So much is left of today's budget beside what was taken."""
    taken = committed_today(engine.state, engine.core.clock.now()) + held_commitment(engine.state)
    engine.core.settings = Settings(budget=BudgetSettings(daily_usd=float(taken) + left_usd))
