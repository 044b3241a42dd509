"""Which pages of the list a poll reads, what a page that is not whole proves, and when the next poll comes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from batchtui.domain.link import LinkState
from batchtui.domain.submission import ChunkState
from batchtui.engine.ports import BatchPage, ServiceProblem
from tests.engine.conftest import Bench
from tests.engine.steps import send_all


async def test_an_open_batch_on_an_older_page_is_read_however_roughly_times_are_given(bench: Bench) -> None:
    engine = bench.start()
    now = bench.clock.now()
    older = bench.service.add(2, created_at=now + timedelta(seconds=0.4))
    newer = bench.service.add(2, created_at=now)  # made 0.3 s later, but this service rounds it down
    bench.service.page = 1
    await engine.poll_once()
    bench.service.end(older.id)
    await engine.poll_once()
    assert engine.state.batches[older.id].batch.is_ended
    assert not engine.state.batches[newer.id].batch.is_ended


async def test_pages_that_are_older_than_every_open_batch_are_left_unread(bench: Bench) -> None:
    engine = bench.start()
    now = bench.clock.now()
    for hours in range(5, 0, -1):
        batch = bench.service.add(2, created_at=now - timedelta(hours=hours))
        if hours > 2:
            bench.service.end(batch.id)
    bench.service.page = 1
    await engine.poll_once()
    bench.service.calls.clear()
    await engine.poll_once()
    assert bench.service.calls == ["list", "list"]


async def test_a_page_that_says_more_but_not_where_proves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.batches.clear()

    async def vague(*, limit: int, after_id: str | None = None) -> BatchPage:
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

    async def forgetful(*, limit: int, after_id: str | None = None) -> BatchPage:
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


async def test_nobody_asks_before_the_time_that_the_service_gave(bench: Bench) -> None:
    engine, asked = bench.start(), bench.service.calls
    bench.service.problems["list"] = [ServiceProblem("limited", "slow down", status=429, retry_after_seconds=100)]
    beating = asyncio.create_task(engine._rhythm.beat())
    try:
        await turns(lambda: engine.core.live.link.state is LinkState.LIMITED)
        for _ in range(5):
            engine.refresh_now()
            await turns()
        engine.pause_polling(True)
        await turns(lambda: engine.core.live.link.state is LinkState.PAUSED)
        engine.pause_polling(False)
        assert engine.core.live.link.state is LinkState.LIMITED
        bench.clock.advance(30)
        engine.refresh_now()
        await turns()
        assert asked.count("list") == 1
        bench.clock.advance(71)
        engine.refresh_now()
        await turns(lambda: engine.core.live.link.state is LinkState.LIVE)
        assert asked.count("list") == 2
        engine.refresh_now()
        await turns(lambda: asked.count("list") == 3)
    finally:
        beating.cancel()


async def turns(is_so: Callable[[], bool] | None = None) -> None:
    """Let the loop turn until something is so; without it, so often that whatever was begun is done."""
    for _ in range(20 if is_so is None else 20_000):
        if is_so is not None and is_so():
            return
        await asyncio.sleep(0.001)
    assert is_so is None, "it never came to that"
