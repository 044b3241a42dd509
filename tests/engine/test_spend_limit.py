"""What waits because the service says that a spend limit is reached, told from what a person holds."""

from batchtui.domain.never_accepted import is_capped
from batchtui.domain.submission import SPEND_CAP, OtherAnswer
from batchtui.engine import verbs_runs, verbs_submissions
from tests.engine.conftest import Bench
from tests.engine.steps import send_all


async def test_a_spend_limit_holds_the_run_in_the_words_of_the_service(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = [OtherAnswer(status=429, message="the monthly limit", error_code=SPEND_CAP)]
    await send_all(engine)
    run = engine.state.runs["evals"]
    assert (run.held_reason, is_capped(engine.state, run)) == ("the monthly limit", True)
    verbs_runs.release(engine, "evals")
    assert not is_capped(engine.state, engine.state.runs["evals"])
    verbs_runs.hold(engine, "evals", "held by the operator")
    assert not is_capped(engine.state, engine.state.runs["evals"])


async def test_what_was_refused_and_returned_and_is_held_by_hand_meets_no_limit(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = [OtherAnswer(status=401, message="bad key")]
    await send_all(engine)
    verbs_submissions.return_lost(engine, verbs_submissions.plan_lost(engine.state, "evals"))
    assert not is_capped(engine.state, engine.state.runs["evals"])
