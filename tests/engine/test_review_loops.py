"""The loops at 3 a.m.: a network that comes and goes, a wrong key, disks that fail, lists that flap."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from unittest.mock import AsyncMock

import pytest
from msgspec.structs import replace

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.link import LinkState
from batchtui.domain.records import CancelIntended, DeleteIntended, Record
from batchtui.domain.submission import ChunkState
from batchtui.engine import verbs_cancel
from batchtui.engine.engine import Duty
from batchtui.engine.ports import BatchPage, ServiceProblem
from batchtui.engine.stopper import MOST_ATTEMPTS
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace.journal import FileTransaction
from batchtui.workspace.store import FileStore
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


async def test_a_page_that_says_more_but_not_where_proves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.batches.clear()

    async def vague(*, limit: int, after_id: str | None = None, before_id: str | None = None) -> BatchPage:
        return BatchPage(batches=(), has_more=True, last_id=None, answer=bench.service.answer())

    monkeypatch.setattr(bench.service, "list_batches", vague)
    for _ in range(3):
        bench.clock.advance(3600)
        await engine.poller.poll()
    (submission,) = engine.state.submissions.values()
    assert submission.empty_since is None
    assert not engine.state.has_read_list


async def test_a_list_that_begins_anew_at_a_vanished_cursor_ends_and_shows_nothing_twice(bench: Bench) -> None:
    engine = bench.start()
    bench.service.page = 1
    await bench.submit(engine, ["a"])
    bench.service.script = ["lost"]
    await send_all(engine)
    for _ in range(3):
        bench.service.add(7)
    bench.clock.advance(30)
    pages = bench.service.list_batches
    calls = 0

    async def forgetful(*, limit: int, after_id: str | None = None, before_id: str | None = None) -> BatchPage:
        nonlocal calls
        calls += 1
        return await pages(limit=limit, after_id="gone" if calls == 2 else after_id)

    bench.service.list_batches = forgetful  # type: ignore[method-assign]  # the service forgets
    async with asyncio.timeout(1):
        await engine.poller.poll()
    await engine.poller.poll()
    assert engine.state.runs["evals"].chunks["0001"].state is ChunkState.ADOPTED


async def test_a_submission_that_waits_for_a_person_does_not_make_polls_hurry(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.batches.clear()
    for _ in range(2):
        bench.clock.advance(3600)
        assert engine.connection.interval() == engine.settings.poll.after_action
        await engine.poller.poll()
    assert engine.connection.interval() > engine.settings.poll.after_action


async def test_a_folder_that_cannot_be_read_for_a_while_ends_no_loop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    read = engine.core.journal.read_new
    failures = [WorkspaceDamaged("cannot read the journal: input/output error")] * 3

    def flaky() -> list[Record]:
        if failures:
            raise failures.pop()
        return read()

    monkeypatch.setattr(engine.core.journal, "read_new", flaky)
    async with engine.running(Duty.ALL):
        async with asyncio.timeout(5):
            await engine.until(lambda _state: None if failures else True)
    assert engine.core.live.is_leader


async def test_a_disk_that_is_full_when_the_lead_is_taken_ends_no_loop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start(leads=False)
    failures = [WorkspaceDamaged("no space left")] * 2

    def full(_decide: Callable[[object], Sequence[Record]]) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(engine.core, "transact", full)
    async with engine.running(Duty.NONE):
        async with asyncio.timeout(5):
            await engine.until(lambda _state: True if engine.core.live.is_leader else None)


async def test_a_lock_that_could_not_be_taken_is_forgotten_once_it_could(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start(leads=False)
    acquire = engine._leadership.try_acquire

    def failing() -> bool:
        raise WorkspaceDamaged("read-only file system")

    monkeypatch.setattr(engine._leadership, "try_acquire", failing)
    assert not engine.try_lead()
    assert engine.core.live.damage == "read-only file system"
    monkeypatch.setattr(engine._leadership, "try_acquire", acquire)
    assert engine.try_lead()
    assert engine.core.live.damage == ""


async def test_a_leader_whose_lock_was_removed_steps_down(bench: Bench) -> None:
    first = bench.start()
    (bench.root / "engine.lock").unlink()
    second = bench.start()
    assert second.core.live.is_leader
    assert not first.try_lead()
    assert not first.core.live.is_leader


async def test_a_second_interrupt_while_an_answer_is_awaited_ends_every_loop_and_leaves_the_chunk_unknown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    released = asyncio.Event()

    async def no_answer(_body: object, *, release: Callable[[], Awaitable[None]], sent: object) -> None:
        await release()
        released.set()
        await asyncio.Event().wait()

    async def run() -> None:
        async with engine.running(Duty.ALL):
            await asyncio.Event().wait()

    monkeypatch.setattr(bench.service, "submit", no_answer)
    monkeypatch.setattr("batchtui.engine.checked_body.CheckedBody.must_be_intact", AsyncMock())
    main = asyncio.create_task(run())
    async with asyncio.timeout(5):
        await released.wait()
    loops = list(engine._loops._tasks)
    main.cancel()
    await asyncio.sleep(0.05)
    assert not main.done()
    main.cancel()
    await asyncio.gather(main, return_exceptions=True)
    assert all(loop.done() for loop in loops)
    assert engine.state.runs["evals"].chunks["0001"].state is ChunkState.UNKNOWN


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


async def test_who_paused_while_another_one_led_says_so_once_it_leads_and_can_go_on(bench: Bench) -> None:
    leader, follower = bench.start(), bench.start(leads=False)
    await leader.poller.poll()
    follower.pause_polling(True)
    await follower.poll_once()
    assert follower.core.live.link.state is LinkState.LIVE, "what is shown is still the leader's"
    bench.die(leader)
    assert follower.try_lead()
    assert follower.core.live.link.state is LinkState.PAUSED
    follower.pause_polling(False)
    await follower.poller.poll()
    assert follower.core.live.link.state is LinkState.LIVE
