"""A child that judged one chunk judges the next, and none is left when nothing comes any more."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import structs

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import WorkspaceDamaged
from batchtui.engine.jobs import PrepareTask, Verified, VerifyTask
from batchtui.workspace.child import pool as module
from batchtui.workspace.child import process
from batchtui.workspace.child.pool import Children
from batchtui.workspace.child.process import Child

from .files import PRICES, requests, succeeded, write

DEADLINE_SECONDS = 20


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Every child that was started."""
    found: list[Child] = []
    start = Child.start

    async def counting() -> Child:
        found.append(await start())
        return found[-1]

    monkeypatch.setattr(Child, "start", counting)
    return found


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    made = Children()
    yield made
    await made.close()


def results_of(tmp_path: Path, name: str) -> VerifyTask:
    results = write(tmp_path / name, [succeeded("r-00000")])
    return VerifyTask(
        results=str(results), issues=f"{results}.issues", index=None, counts=RequestCounts(succeeded=1), prices=PRICES
    )


async def is_judged(children: Children, task: VerifyTask) -> bool:
    answer = await children.do(task, lambda _: None)
    return isinstance(answer, Verified) and answer.is_complete


async def until_gone(child: Child) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        await child._process.wait()
    assert not child.is_alive


async def test_chunks_that_come_one_after_another_are_judged_by_one_child(
    tmp_path: Path, started: list[Child], children: Children
) -> None:
    for number in range(5):
        assert await is_judged(children, results_of(tmp_path, f"{number}.jsonl"))
    assert len(started) == 1


async def test_what_could_not_be_judged_leaves_the_child_to_the_next(
    tmp_path: Path, started: list[Child], children: Children
) -> None:
    gone = structs.replace(results_of(tmp_path, "0.jsonl"), results=str(tmp_path / "gone.jsonl"))
    with pytest.raises(WorkspaceDamaged):
        await children.do(gone, lambda _: None)
    assert await is_judged(children, results_of(tmp_path, "1.jsonl"))
    assert len(started) == 1


async def test_a_child_that_was_told_to_stop_is_not_used_again(
    tmp_path: Path, started: list[Child], children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.05)
    await children.do(results_of(tmp_path, "0.jsonl"), lambda _: None)
    os.kill(started[0]._process.pid, signal.SIGSTOP)  # so that it is still at work when it is told to stop
    judging = asyncio.create_task(children.do(results_of(tmp_path, "1.jsonl"), lambda _: None))
    await asyncio.sleep(0)
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging
    assert not started[0].is_alive
    assert await is_judged(children, results_of(tmp_path, "2.jsonl"))
    assert len(started) == 2


async def test_a_child_that_died_meanwhile_is_not_asked(
    tmp_path: Path, started: list[Child], children: Children
) -> None:
    await children.do(results_of(tmp_path, "1.jsonl"), lambda _: None)
    os.kill(started[0]._process.pid, signal.SIGKILL)
    await until_gone(started[0])
    assert await is_judged(children, results_of(tmp_path, "2.jsonl"))


async def test_a_child_that_prepared_a_large_file_is_not_kept(
    tmp_path: Path, started: list[Child], children: Children
) -> None:
    source = write(tmp_path / "in.jsonl", requests(2))
    await children.do(PrepareTask(inputs=(str(source),), chunk_requests=10, chunk_bytes=100_000), lambda _: None)
    assert not started[0].is_alive


async def test_a_child_leaves_when_nothing_comes(
    tmp_path: Path, started: list[Child], children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    await children.do(results_of(tmp_path, "1.jsonl"), lambda _: None)
    await until_gone(started[0])


async def test_none_is_left_after_the_end(tmp_path: Path, started: list[Child]) -> None:
    children = Children()
    await asyncio.gather(*(children.do(results_of(tmp_path, f"{n}.jsonl"), lambda _: None) for n in range(3)))
    assert len(started) == 3
    await children.close()
    assert not any(child.is_alive for child in started)
