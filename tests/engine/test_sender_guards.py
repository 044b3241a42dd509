"""What is looked at once more just before a submission is written down, and what it comes to when a call breaks."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import RunHeld
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from batchtui.engine.ports import BatchPage
from batchtui.workspace import layout
from tests.engine.conftest import Bench


def while_listing(bench: Bench, monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen between the moment a turn is found and the record of the intention."""
    pages = bench.service.list_batches

    async def listing(*, limit: int, after_id: str | None = None, before_id: str | None = None) -> BatchPage:
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
