"""What is built for a plan that comes to nothing does not stay."""

from pathlib import Path

import pytest

from batchtui.domain.failures import BadInput, NotFound
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench
from tests.engine.test_review_verbs import ended


def built(bench: Bench) -> list[Path]:
    return sorted(path for path in bench.root.glob("staging/*") if path.is_dir())


async def test_bodies_of_a_name_that_is_taken_are_removed(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    with pytest.raises(BadInput, match="exists with other content"):
        await bench.submit(engine, ["b"])
    assert not built(bench)


async def test_bodies_of_a_file_with_an_error_are_removed_and_the_plan_names_none(bench: Bench) -> None:
    engine = bench.start()
    plan = await engine.planner.plan_submit([bench.write(["a", "a"])], SubmitOptions(name="evals"), builds=True)
    assert not plan.report.ok and plan.staging is None
    assert not built(bench)


async def test_bodies_of_an_agreed_plan_stay_until_it_is_accepted(bench: Bench) -> None:
    engine = bench.start()
    plan = await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name="evals"), builds=True)
    assert built(bench) == [plan.staging]
    engine.planner.accept(plan)
    assert not built(bench)


async def test_bodies_of_a_retry_that_names_what_did_not_fail_are_removed(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    policy = RetryPolicy(custom_ids=frozenset({"never-sent"}))
    with pytest.raises(NotFound, match="never-sent"):
        await engine.planner.plan_retry("evals", policy, builds=True, options=SubmitOptions())
    assert not built(bench)
