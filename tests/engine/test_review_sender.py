"""What an adversary tries on the sender: locks taken away, full disks, cancels in the middle, bodies that vanish."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from msgspec.structs import replace

from batchtui.domain.alerts import AlertKind, alerts
from batchtui.domain.failures import BadInput, WorkspaceDamaged
from batchtui.domain.link import Link
from batchtui.domain.records import ChunkSplit, Record, RunCanceled, SubmissionConfirmed
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Chunk
from batchtui.domain.submission import ChunkState, Seen, Status
from batchtui.engine import verbs_runs
from batchtui.engine.ports import Answer, Body
from batchtui.engine.verbs_cancel import cancel, plan_cancel
from batchtui.engine.verbs_runs import split
from batchtui.workspace.bodies import GzipBody
from batchtui.workspace.journal import FileJournal, FileTransaction
from tests.domain.builders import folded, planned
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state
from tests.fakes import NOON


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


async def test_halves_wait_as_long_as_the_service_said_of_the_whole(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    bench.service.script = [Status(status=429, retry_after_seconds=40)]
    assert await engine.sender.send_next()
    label = next(chunk.label for chunk in engine.state.runs["evals"].live_chunks if chunk.not_before is not None)
    await verbs_runs.split(engine, "evals", label)
    assert not await engine.sender.send_next()
    bench.clock.advance(41)
    assert await engine.sender.send_next()


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


def unreadable_body(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    async def blocks(_self: GzipBody) -> AsyncIterator[bytes]:
        yield b"some"
        raise problem

    monkeypatch.setattr(GzipBody, "blocks", blocks)


async def test_a_body_unreadable_in_the_middle_of_a_post_waits_says_so_and_is_sent_once_it_can_be_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    waits = []
    with monkeypatch.context() as failing:
        unreadable_body(failing, OSError(5, "Input/output error"))
        for _ in range(3):
            assert await engine.sender.send_next()
            assert not await engine.sender.send_next(), "no hot loop"
            chunk = engine.state.runs["evals"].chunks["0001"]
            assert chunk.state is ChunkState.HELD and chunk.not_before is not None
            waits.append((chunk.not_before - bench.clock.now()).total_seconds())
            bench.clock.advance(waits[-1])
    assert waits == sorted(set(waits)), "each wait is longer"
    (alert,) = alerts(engine.state, engine.core.live.link, engine.settings, bench.clock.now())
    assert alert.kind is AlertKind.UNREADABLE and "Input/output error" in alert.text
    assert bench.service.posts == []
    assert await engine.sender.send_next()
    assert bench.service.posts == [["a"]]
    assert alerts(engine.state, engine.core.live.link, engine.settings, bench.clock.now()) == []


async def test_a_chunk_that_is_cut_again_and_again_can_be_halved_and_every_request_arrives_once(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    halves = await split(engine, "evals", "0001")
    assert [half.label for half in halves] == ["0001a", "0001b"]
    while await engine.sender.send_next():
        pass
    assert sorted(request for post in bench.service.posts for request in post) == ["a", "b", "c"]
    with pytest.raises(BadInput, match="is split"):
        await split(engine, "evals", "0001")
    with pytest.raises(BadInput, match="is confirmed"):
        await split(engine, "evals", "0001a")


async def test_a_chunk_that_was_sent_while_it_was_halved_is_not_split(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    halve = engine.jobs.split

    async def sent_meanwhile(task: object) -> object:
        assert await engine.sender.send_next()
        return await halve(task)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(engine.jobs, "split", sent_meanwhile)
    with pytest.raises(BadInput, match="was sent meanwhile"):
        await split(engine, "evals", "0001")
    assert not any(isinstance(record, ChunkSplit) for record in FileJournal(bench.root).load())
    while await engine.sender.send_next():
        pass
    assert bench.service.posts == [["a", "b"]]


async def test_the_offer_of_a_smaller_split_names_the_command() -> None:
    chunk = Chunk(label="0007", requests=2, bytes=99_000_000, sha256="", cuts=2)
    run = replace(folded(planned()).runs["evals"], chunks={"0007": chunk})
    state = AppState(runs={"evals": run})
    (alert,) = alerts(state, Link(), Settings(), NOON)
    assert alert.kind is AlertKind.SMALLER_SPLIT and "`batchtui split evals#0007` halves it" in alert.text
