"""What is under way is shown while it is, with what an estimate needs, and not any longer."""

from collections.abc import Awaitable, Callable, Mapping

import pytest

from batchtui.domain.submission import Seen
from batchtui.engine import transfer
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Progress
from batchtui.engine.ports import Answer, Body
from tests.engine.conftest import Bench


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Progress]]:
    """Every state of the work under way; all is shown, since no time passes here."""
    monkeypatch.setattr(transfer, "PROGRESS_SECONDS", 0.0)
    return []


def watched(engine: Engine, shown: list[Mapping[str, Progress]]) -> None:
    change = engine.core.change_live

    def noting(**changes: object) -> None:
        change(**changes)
        shown.append(engine.core.live.work)

    engine.core.change_live = noting  # type: ignore[method-assign]  # what a watcher could have seen


async def test_a_body_is_shown_by_its_bytes_until_it_is_out(bench: Bench, shown: list[Mapping[str, Progress]]) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    watched(engine, shown)
    assert await engine.sender.send_next()
    sent = [work["send evals/0001"] for work in shown if "send evals/0001" in work]
    assert sent and all(progress.total == engine.state.runs["evals"].bytes for progress in sent)
    assert sent[-1].done == sent[-1].total
    assert not engine.core.live.work


async def test_results_are_shown_by_their_lines_while_they_come_and_while_they_are_judged(
    bench: Bench, shown: list[Mapping[str, Progress]]
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    await engine.sender.send_next()
    bench.service.end("msgbatch_0001")
    bench.clock.advance(30)
    await engine.poller.poll()
    watched(engine, shown)
    assert await engine.collector.collect("msgbatch_0001")
    collected = [work["collect msgbatch_0001"] for work in shown if "collect msgbatch_0001" in work]
    assert [progress.requests for progress in collected][-1] == 3
    assert {progress.of_requests for progress in collected} == {3}
    judged = [work["verify msgbatch_0001"] for work in shown if "verify msgbatch_0001" in work]
    assert judged and judged[-1].done == judged[-1].total
    assert not engine.core.live.work


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
