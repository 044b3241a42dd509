"""Bodies that cannot be sent as they were planned: gone from the disk, or unreadable in the middle."""

from collections.abc import AsyncIterator

import pytest

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.submission import ChunkState
from batchtui.workspace.bodies.body import GzipBody
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state


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
