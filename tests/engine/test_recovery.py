"""What a new leader makes of what a death left: records nobody wrote, runs without one, and never the same twice."""

import pytest

from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace.journal.file_journal import FileJournal, FileTransaction
from batchtui.workspace.store import FileStore
from tests.engine.conftest import Bench
from tests.engine.steps import send_all


async def test_a_leader_that_finds_everything_settled_writes_nothing(bench: Bench) -> None:
    first = bench.start()
    await bench.submit(first, ["a", "b", "c", "d"])
    bench.service.script = ["accept", "lost"]
    while await first.sender.send_next():
        pass
    bench.die(first)
    before = FileJournal(bench.root).load()
    bench.start()
    assert FileJournal(bench.root).load() == before


async def test_a_lost_journal_costs_no_body_and_no_result(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a"])
    await send_all(engine)
    bench.die(engine)
    (bench.root / "journal.jsonl").unlink()
    bench.clock.advance(60)
    monkeypatch.setattr(FileStore, "unrecorded", lambda _store, known: tuple({"evals"} - known))
    for _ in range(2):
        engine = bench.start()
        await engine.poller.poll()
        assert engine.store.body_path("evals", "0001").exists()
        assert any("runs/evals is kept" in notice.text for notice in engine.core.notices_since(0))
        bench.die(engine)


async def test_a_run_that_died_before_its_record_is_set_aside(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.start()
    await engine.poller.poll()
    bench.clock.advance(60)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(FileTransaction, "append", killed)
        dying.setattr(engine.planner, "_take_back", killed)
        await bench.submit(engine, ["a"])
    bench.die(engine)
    assert (bench.root / "runs" / "evals").exists()
    monkeypatch.setattr(FileStore, "unrecorded", lambda _store, known: tuple({"evals"} - known))
    bench.start()
    assert not (bench.root / "runs" / "evals").exists()
    assert (bench.root / "aside" / "evals" / "run.toml").exists()


async def test_a_run_planned_before_the_journal_began_is_set_aside_too_when_it_died_before_its_record(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command plans its file while it waits for the first answer, which is the journal's first record."""
    engine = bench.start()
    plan = await engine.planner.plan_submit([bench.write(["a"])], SubmitOptions(name="evals"), builds=True)
    bench.clock.advance(1)
    await engine.poller.poll()

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(FileTransaction, "append", killed)
        dying.setattr(engine.planner, "_take_back", killed)
        engine.planner.accept(plan)
    bench.die(engine)
    monkeypatch.setattr(FileStore, "unrecorded", lambda _store, known: tuple({"evals"} - known))
    bench.start()
    assert not (bench.root / "runs" / "evals").exists()
    assert (bench.root / "aside" / "evals" / "run.toml").exists()
