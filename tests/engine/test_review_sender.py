"""What an adversary tries on the sender: locks taken away, full disks, cancels in the middle, bodies that vanish."""

import inspect
from collections.abc import Awaitable, Callable, Sequence

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record, RunCanceled, SubmissionConfirmed
from batchtui.domain.submission import ChunkState, Seen, Status
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Answer, Body
from batchtui.engine.verbs_batches import cancel, plan_cancel
from batchtui.workspace.journal import FileTransaction
from tests.engine.conftest import Bench


def chunk_state(engine: Engine, label: str = "0001", run: str = "evals") -> ChunkState:
    return engine.state.runs[run].chunks[label].state


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


@pytest.mark.parametrize("suffix", [".json.gz", ".index"])
async def test_a_body_that_vanished_is_refused_and_the_others_go_on(bench: Bench, suffix: str) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    (engine.store.root / "runs" / "evals" / "chunks" / f"0001{suffix}").unlink()
    while await engine.sender.send_next():
        pass
    assert chunk_state(engine, "0001") is ChunkState.REFUSED
    assert chunk_state(engine, "0002") is ChunkState.CONFIRMED
    assert bench.service.posts == [["d"]]


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


async def test_a_run_canceled_while_a_chunk_is_being_halved_sends_no_half(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    split = engine.jobs.split

    async def canceled_meanwhile(task: object) -> object:
        engine.core.commit(RunCanceled(at=bench.clock.now(), run="evals"))
        return await split(task)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(engine.jobs, "split", canceled_meanwhile)
    bench.service.script = [Status(status=413)]
    while await engine.sender.send_next():
        pass
    assert bench.service.posts == [["a", "b", "c"]]
    assert [chunk.state for chunk in engine.state.runs["evals"].live_chunks] == [ChunkState.ABANDONED]


async def test_a_429_keeps_every_chunk_back(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    bench.service.script = [Status(status=429, retry_after_seconds=40)] * 2
    assert await engine.sender.send_next()
    assert not await engine.sender.send_next()
    assert len(bench.service.posts) == 1


async def test_a_body_of_many_blocks_wakes_its_watchers_seldom(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    submit = bench.service.submit

    async def in_blocks(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        for done in range(1, 1001):
            sent(min(done, body.size_bytes - 1))
        return await submit(body, release=release, sent=sent)

    monkeypatch.setattr(bench.service, "submit", in_blocks)
    before = engine.core.snapshot().version
    await engine.sender.send_next()
    assert engine.core.snapshot().version - before < 20
