"""Loops outlive disks that fail, and end together when they are told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from unittest.mock import AsyncMock

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Duty
from tests.engine.conftest import Bench


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
