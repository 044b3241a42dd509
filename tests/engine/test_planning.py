"""What is built for a plan that comes to nothing does not stay."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from batchtui.domain.failures import BadInput, NotConfirmed, NotFound, OtherAccount, WorkspaceDamaged
from batchtui.domain.records import Record
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace.journal.file_journal import FileTransaction
from tests.engine.conftest import Bench
from tests.engine.steps import ended


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


async def test_a_run_whose_record_the_disk_refuses_leaves_its_name_free(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()

    def full(*_given: object) -> None:
        raise WorkspaceDamaged("no space left")

    with monkeypatch.context() as failing:
        failing.setattr(FileTransaction, "append", full)
        with pytest.raises(WorkspaceDamaged):
            await bench.submit(engine, ["a"])
    assert not list(bench.root.glob("runs/*")) and not built(bench)
    assert await bench.submit(engine, ["a"]) == "evals"


async def test_a_run_whose_record_was_written_all_the_same_is_not_taken_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error can come after the bytes: who takes back a run that is recorded takes back what may be sent."""
    engine = bench.start()
    append = FileTransaction.append

    def failing_late(self: FileTransaction, records: Sequence[Record]) -> None:
        append(self, records)
        raise WorkspaceDamaged("input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(FileTransaction, "append", failing_late)
        with pytest.raises(WorkspaceDamaged):
            await bench.submit(engine, ["a"])
    assert (bench.root / "runs" / "evals" / "run.toml").exists()
    engine.core.refresh()
    assert "evals" in engine.state.runs


async def test_the_same_content_that_was_accepted_meanwhile_is_not_made_a_run_twice(bench: Bench) -> None:
    engine = bench.start()
    plans = [
        await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name=name), builds=True)
        for name in ("one", "two")
    ]
    engine.planner.accept(plans[0])
    with pytest.raises(NotConfirmed, match="the same content was submitted as one"):
        engine.planner.accept(plans[1])
    assert list(engine.state.runs) == ["one"]
    assert not built(bench)


async def test_nothing_is_made_a_run_with_the_key_of_another_account(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    plan = await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name="evals"), builds=True)
    bench.service.account = replace(bench.service.account, organization_id="org-2")
    with pytest.raises(OtherAccount):
        await engine.poller.poll()
    with pytest.raises(OtherAccount):
        engine.planner.accept(plan)
    assert not engine.state.runs


async def test_a_plan_that_fails_removes_no_run_of_another_process(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    plan = await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name="evals"), builds=True)
    theirs = bench.root / "runs" / "evals" / "chunks"

    def busy(_decide: object) -> None:
        theirs.mkdir(parents=True)  # another process is between its rename and its record
        raise WorkspaceDamaged("another process has held journal.lock for 10 seconds")

    monkeypatch.setattr(engine.core, "transact", busy)
    with pytest.raises(WorkspaceDamaged):
        engine.planner.accept(plan)
    assert theirs.exists()
