"""Which pages of the list a poll reads."""

from datetime import timedelta

from tests.engine.conftest import Bench


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
