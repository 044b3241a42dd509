"""A workspace whose disk is pulled out sends nothing more, and goes on where it was when it is back."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import Failure
from batchtui.domain.submission import ChunkState, Seen
from batchtui.engine.ports import Answer, Body
from tests.engine.conftest import Bench
from tests.fakes import FakeClock, FakeService


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for engine in made.engines:
        engine._leadership.release()


class PulledOut(FakeService):
    """The disk goes away when all of a body but its last block is out."""

    def __init__(self, clock: FakeClock, root: Path) -> None:
        super().__init__(clock)
        self._root = root

    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        async def pulled() -> None:
            self._root.rename(unplugged(self._root))
            await release()

        return await super().submit(body, release=pulled, sent=sent)


def unplugged(root: Path) -> Path:
    return root.with_name("unplugged")


async def test_nothing_is_sent_while_the_folder_is_gone(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.root.rename(unplugged(bench.root))
    with pytest.raises(Failure):
        await engine.sender.send_next()
    assert bench.service.posts == []
    unplugged(bench.root).rename(bench.root)
    assert await engine.sender.send_next()
    assert bench.service.posts == [["a", "b", "c"]]


async def test_a_body_is_not_released_when_the_folder_goes_away_under_it(bench: Bench) -> None:
    bench.service = PulledOut(bench.clock, bench.root)
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    with pytest.raises(Failure):
        await engine.sender.send_next()
    assert bench.service.posts == []
    unplugged(bench.root).rename(bench.root)
    engine.sender.write_outcome()
    (chunk,) = engine.state.runs["evals"].live_chunks
    assert chunk.state == ChunkState.HELD
