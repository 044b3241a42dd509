"""A later attempt whose results were pruned: what it sent is not sent again, and nothing else becomes unusable."""

import json
from pathlib import Path

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.retry import RetryPolicy
from batchtui.engine import pruning
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import AttemptRun, ExportTask
from batchtui.engine.lineage import attempts
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all


def lineage(bench: Bench, engine: Engine, run: str = "evals") -> tuple[AttemptRun, ...]:
    return attempts(engine.state, engine.store, run, bench.clock.now())


async def retried_and_pruned(bench: Bench, engine: Engine, *, errored_again: list[str]) -> None:
    """`b` and `c` errored and were sent again; the results of that are gone."""
    await ended(bench, engine, ["a", "b", "c"], ["b", "c"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    await send_all(engine)
    await end_open(bench, engine, errored_again)
    pruning.prune(engine, "evals.r1", results=True)


@pytest.mark.parametrize("errored_again", [[], ["c"]])
async def test_nothing_that_a_pruned_attempt_sent_is_sent_again(bench: Bench, errored_again: list[str]) -> None:
    engine = bench.start()
    await retried_and_pruned(bench, engine, errored_again=errored_again)
    plan = await plan_retry(engine, "evals")
    assert plan.included == 0
    assert sum(skip.requests for skip in plan.skipped) == 2
    assert all("evals.r1" in skip.reason for skip in plan.skipped)


async def test_an_export_has_what_is_here_and_says_which_attempt_it_is_without(bench: Bench, tmp_path: Path) -> None:
    engine = bench.start()
    await retried_and_pruned(bench, engine, errored_again=[])
    target = tmp_path / "out.jsonl"
    exported = await engine.jobs.export(ExportTask(lineage=lineage(bench, engine), target=str(target)), lambda _: None)
    assert exported.pruned == ("evals.r1",)
    written = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(line["custom_id"], line["result"]["type"]) for line in written] == [
        ("a", "succeeded"), ("b", "errored"), ("c", "errored"),
    ]  # fmt: skip


async def test_errors_are_gone_only_if_all_that_was_sent_again_succeeded(bench: Bench) -> None:
    engine = bench.start()
    await retried_and_pruned(bench, engine, errored_again=[])
    assert list(engine.library.effective_issues(lineage(bench, engine))) == []


async def test_errors_stay_where_nothing_tells_which_succeeded_since(bench: Bench) -> None:
    engine = bench.start()
    await retried_and_pruned(bench, engine, errored_again=["c"])
    assert [entry.issue.custom_id for entry in engine.library.effective_issues(lineage(bench, engine))] == ["b", "c"]


async def test_of_the_pruned_attempt_itself_nothing_is_told(bench: Bench) -> None:
    engine = bench.start()
    await retried_and_pruned(bench, engine, errored_again=[])
    with pytest.raises(BadInput, match=r"the results of evals\.r1 were pruned"):
        lineage(bench, engine, "evals.r1")


async def test_what_a_pruned_attempt_alone_has_is_left_out_and_the_rest_is_sent(bench: Bench) -> None:
    """Bodies of a retry may hold what was edited: what came before is no body of it."""
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b", "c"])
    engine.planner.accept(await plan_named(engine, "b"))
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    pruning.prune(engine, "evals.r1", results=False)
    plan = await plan_retry(engine, "evals")
    assert plan.included == 1
    assert [(skip.reason, skip.requests) for skip in plan.skipped] == [("what evals.r1 sent of it was pruned here", 1)]


async def plan_named(engine: Engine, custom_id: str) -> Plan:
    policy = RetryPolicy(classes=frozenset({"overloaded_error"}), custom_ids=frozenset({custom_id}))
    return await engine.planner.plan_retry("evals", policy, builds=True, options=SubmitOptions())
