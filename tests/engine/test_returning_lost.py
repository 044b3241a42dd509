"""`retry --lost`: which chunks may be sent once more in their own run, and which no longer."""

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.submission import ChunkState, OtherAnswer
from batchtui.engine import pruning, verbs_submissions
from tests.engine.conftest import Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all


async def test_what_a_later_attempt_may_have_sent_again_is_not_returned(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    bench.service.script = [OtherAnswer(status=401, type="authentication_error", message="bad key")]
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
    bench.service.script = ["accept", OtherAnswer(status=400, message="no")]
    await send_all(engine)
    await end_open(bench, engine, ["b"])
    engine.planner.accept(await plan_retry(engine, "evals"))
    plan = verbs_submissions.plan_lost(engine.state, "evals")
    assert (plan.requests, plan.overtaken) == (1, ())


async def test_chunks_of_a_pruned_run_are_not_offered_to_be_sent(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = [OtherAnswer(status=400, message="no")]
    await send_all(engine)
    pruning.prune(engine, "evals", results=False)
    with pytest.raises(BadInput, match="pruned"):
        verbs_submissions.plan_lost(engine.state, "evals")
