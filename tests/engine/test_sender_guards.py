"""What is looked at once more before a submission is written down, and before its last block leaves."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record, RunCanceled, RunHeld, SubmissionConfirmed
from batchtui.domain.submission import ChunkState, Seen
from batchtui.engine import verbs_runs
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Answer, BatchPage, Body
from batchtui.engine.verbs_cancel import cancel, plan_cancel
from batchtui.workspace import layout
from batchtui.workspace.journal.file_journal import FileTransaction
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state


def while_listing(bench: Bench, monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen between the moment a turn is found and the record of the intention."""
    pages = bench.service.list_batches

    async def listing(*, limit: int, after_id: str | None = None) -> BatchPage:
        happen()
        return await pages(limit=limit, after_id=after_id)

    monkeypatch.setattr(bench.service, "list_batches", listing)


async def started(bench: Bench) -> Engine:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    return engine


async def test_a_sender_whose_lock_was_removed_writes_no_intention_and_asks_the_service_nothing(bench: Bench) -> None:
    engine = await started(bench)
    (bench.root / "engine.lock").unlink()
    bench.service.calls.clear()
    with pytest.raises(WorkspaceDamaged, match=r"engine\.lock was taken away"):
        await engine.sender.send_next()
    assert not engine.state.submissions
    assert bench.service.calls == []


async def test_a_run_that_another_process_holds_while_the_list_is_read_is_not_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await started(bench)
    other = bench.start(leads=False)
    hold = RunHeld(at=bench.clock.now(), run="evals", reason="by hand")
    while_listing(bench, monkeypatch, lambda: other.core.commit(hold))
    await engine.sender.send_next()
    assert not engine.state.submissions
    assert "submit" not in bench.service.calls


async def test_a_line_that_is_damaged_while_the_list_is_read_keeps_anything_from_being_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the one that says this chunk was sent."""
    engine = await started(bench)

    def damage() -> None:
        with layout.journal(bench.root).open("ab") as journal:
            journal.write(b"{no record\n")

    while_listing(bench, monkeypatch, damage)
    await engine.sender.send_next()
    assert engine.core.live.damage
    assert not engine.state.submissions
    assert "submit" not in bench.service.calls


async def test_the_servers_time_of_the_list_is_written_down_for_when_its_newest_batch_is_gone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await started(bench)
    server_time = bench.clock.now() + timedelta(minutes=7)
    answer = bench.service.answer()
    monkeypatch.setattr(bench.service, "answer", lambda: type(answer)(account=answer.account, server_time=server_time))
    await engine.sender.send_next()
    (submission,) = engine.state.submissions.values()
    assert submission.listed_at == server_time


@pytest.mark.parametrize(("is_released", "expected"), [(False, ChunkState.HELD), (True, ChunkState.UNKNOWN)])
async def test_an_adapter_that_breaks_leaves_an_outcome_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, is_released: bool, expected: ChunkState
) -> None:
    engine = await started(bench)
    submit = bench.service.submit

    async def breaks(body: object, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]) -> None:
        if is_released:
            await submit(body, release=release, sent=sent)  # type: ignore[arg-type]  # passed through
        raise RuntimeError("a defect of the adapter")

    monkeypatch.setattr(bench.service, "submit", breaks)
    with pytest.raises(RuntimeError, match="a defect of the adapter"):
        await engine.sender.send_next()
    assert engine.state.runs["evals"].chunks["0001"].state is expected
    assert len(bench.service.posts) == int(is_released)


def before_release(bench: Bench, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Let something happen, once, between the first byte of a POST and its last block."""
    submit = bench.service.submit

    async def interrupted(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        async def late() -> None:
            monkeypatch.setattr(bench.service, "submit", submit)
            happening = meanwhile()
            if inspect.isawaitable(happening):
                await happening
            await release()

        return await submit(body, release=late, sent=sent)

    monkeypatch.setattr(bench.service, "submit", interrupted)


async def test_a_sender_whose_lock_was_removed_hands_nothing_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    before_release(bench, monkeypatch, (bench.root / "engine.lock").unlink)
    await engine.sender.send_next()
    assert bench.service.posts == []


async def test_a_chunk_that_a_second_leader_took_over_is_accepted_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = bench.start()
    await bench.submit(slow, ["a"])

    async def take_over() -> None:
        (bench.root / "engine.lock").unlink()
        assert await bench.start().sender.send_next()
        # The first is fooled about its lock, as a network filesystem may fool it: the journal still tells.
        monkeypatch.setattr(slow._leadership, "is_held", lambda: True)

    before_release(bench, monkeypatch, take_over)
    await slow.sender.send_next()
    assert bench.service.posts == [["a"]]
    assert chunk_state(slow) is ChunkState.CONFIRMED


async def test_an_answer_that_the_full_disk_did_not_take_is_written_before_anything_else_is_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    append = FileTransaction.append

    def full(self: FileTransaction, records: Sequence[Record]) -> None:
        if any(isinstance(record, SubmissionConfirmed) for record in records):
            raise WorkspaceDamaged("no space left")
        append(self, records)

    monkeypatch.setattr(FileTransaction, "append", full)
    with pytest.raises(WorkspaceDamaged):
        await engine.sender.send_next()
    with pytest.raises(WorkspaceDamaged):
        await engine.sender.send_next()
    assert len(bench.service.posts) == 1
    monkeypatch.setattr(FileTransaction, "append", append)
    assert await engine.sender.send_next()
    assert chunk_state(engine, "0001") is ChunkState.CONFIRMED
    assert chunk_state(engine, "0002") is ChunkState.CONFIRMED
    assert bench.service.posts == [["a", "b", "c"], ["d"]]


async def test_a_run_that_is_canceled_before_the_last_block_is_never_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])

    def cancel_now() -> None:
        plan = plan_cancel(engine.state, ["evals"])
        assert (plan.held_chunks, plan.unknown_chunks) == (0, 1)
        order = cancel(engine, plan)
        with pytest.raises(StopIteration):
            order.send(None)

    before_release(bench, monkeypatch, cancel_now)
    while await engine.sender.send_next():
        bench.clock.advance(3600)
    assert bench.service.posts == []
    assert chunk_state(engine) is ChunkState.ABANDONED


async def test_a_run_that_is_canceled_after_the_last_block_has_its_batch_stopped(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    submit = bench.service.submit

    async def canceled_late(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        seen = await submit(body, release=release, sent=sent)
        engine.core.commit(RunCanceled(at=bench.clock.now(), run="evals"))
        return seen

    monkeypatch.setattr(bench.service, "submit", canceled_late)
    await engine.sender.send_next()
    await engine.stopper.carry_out()
    assert chunk_state(engine) is ChunkState.CONFIRMED
    assert bench.service.batches[0].is_canceling


async def test_a_run_that_is_held_while_a_chunk_is_on_its_way_sends_no_last_block(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    submit = bench.service.submit

    async def held_meanwhile(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        verbs_runs.hold(engine, "evals", "wait")
        return await submit(body, release=release, sent=sent)

    with monkeypatch.context() as patch:
        patch.setattr(bench.service, "submit", held_meanwhile)
        await engine.sender.send_next()
    assert bench.service.batches == [] and chunk_state(engine) is ChunkState.HELD
    verbs_runs.release(engine, "evals")
    bench.clock.advance(3600)
    assert await engine.sender.send_next()
    assert bench.service.posts == [["a"]]
