"""Events in orders that nobody planned: clocks that jump, disks that fail at any record, lists that go round."""

import errno
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record
from batchtui.domain.submission import ChunkState, NoConnection, OtherAnswer, Seen
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Answer, BatchPage, Body
from batchtui.workspace import syscalls
from batchtui.workspace.journal.file_journal import FileTransaction
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state, end_open, poll, send_all
from tests.fakes import FakeClock, result_line

DAY = 86_400.0
SEVEN = ["a", "b", "c", "d", "e", "f", "g"]


class ServersClock(FakeClock):
    """The service's time, which goes on as ever when somebody sets this machine's."""

    def __init__(self, machine: FakeClock) -> None:
        super().__init__(machine.now())
        self._machine = machine
        self.behind = 0.0

    def now(self) -> datetime:
        return self._machine.now() - timedelta(seconds=self.behind)


def jumping(bench: Bench, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the machine's clock once, between the first byte of a POST and its last block; the service's stays."""
    submit = bench.service.submit
    server = bench.service.clock = ServersClock(bench.clock)

    async def with_a_jump(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        async def late() -> None:
            monkeypatch.setattr(bench.service, "submit", submit)
            bench.clock.advance(seconds)
            server.behind += seconds
            await release()

        return await submit(body, release=late, sent=sent)

    monkeypatch.setattr(bench.service, "submit", with_a_jump)


@pytest.mark.parametrize("jump", [-30 * DAY, -3600.0, 3600.0, 30 * DAY])
@pytest.mark.parametrize(
    "met",
    ["accept", "lost", "drop", OtherAnswer(status=429, retry_after_seconds=40), NoConnection("refused")],
    ids=lambda met: met if isinstance(met, str) else type(met).__name__,
)
async def test_a_clock_that_jumps_during_a_post_neither_doubles_nor_strands_anything(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, jump: float, met: Seen | str
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SEVEN)
    bench.service.script = [met]
    jumping(bench, monkeypatch, jump)
    assert await engine.sender.send_next()
    for _ in range(30):
        await poll(bench, engine, 60)
        await send_all(engine)
    sent = sorted(tuple(bench.service.custom_ids[batch.id]) for batch in bench.service.batches)
    assert sent == [("a", "b", "c"), ("d", "e", "f"), ("g",)], "each accepted once"
    owners = [engine.state.batches[batch.id].chunk for batch in bench.service.batches]
    assert sorted(owner for owner in owners if owner) == ["0001", "0002", "0003"]


@contextmanager
def failing(number: int, times: int, *, keeps: bool) -> Iterator[None]:
    """Appends from this one on fail, so many of them; `keeps` where the record is on the disk all the same."""
    append, done = FileTransaction.append, 0

    def appending(self: FileTransaction, records: Sequence[Record]) -> None:
        nonlocal done
        done += 1
        if number <= done < number + times:
            if keeps:
                append(self, records)
            raise WorkspaceDamaged(f"append {done}: no space left on device")
        append(self, records)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileTransaction, "append", appending)
        yield


async def go_on(bench: Bench, engine: Engine, rounds: int = 12) -> None:
    """What the loops of an engine do, past whatever the disk refuses."""
    for _ in range(rounds):
        for step in (engine.poller.poll, engine.sender.send_next, engine.sender.send_next):
            try:
                await step()
            except WorkspaceDamaged:
                continue
        bench.clock.advance(60)


@pytest.mark.parametrize("keeps", [False, True], ids=["nothing written", "written and not synced"])
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("number", range(1, 13))
async def test_a_disk_that_refuses_any_record_on_the_way_loses_and_doubles_nothing(
    bench: Bench, number: int, times: int, keeps: bool
) -> None:
    engine = bench.start()
    await bench.submit(engine, SEVEN)
    with failing(number, times, keeps=keeps):
        await go_on(bench, engine)
    assert [chunk.state for chunk in engine.state.runs["evals"].live_chunks] == [ChunkState.CONFIRMED] * 3
    assert sorted(bench.service.posts) == [SEVEN[:3], SEVEN[3:6], SEVEN[6:]]
    bench.die(engine)
    assert bench.start().state.runs == engine.state.runs


@pytest.mark.parametrize("keeps", [False, True], ids=["nothing written", "written and not synced"])
@pytest.mark.parametrize("number", range(1, 9))
async def test_a_death_on_a_disk_that_takes_nothing_any_more_leaves_what_the_list_settles(
    bench: Bench, number: int, keeps: bool
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SEVEN)
    with failing(number, 1000, keeps=keeps):
        await go_on(bench, engine, rounds=4)
        bench.die(engine)
    after = bench.start()
    await go_on(bench, after)
    assert sorted(bench.service.posts) == [SEVEN[:3], SEVEN[3:6], SEVEN[6:]]
    states = {chunk.state for chunk in after.state.runs["evals"].live_chunks}
    assert states <= {ChunkState.CONFIRMED, ChunkState.ADOPTED}


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
async def test_a_sync_that_fails_at_the_point_of_no_return_keeps_the_last_block_here(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    submit = bench.service.submit

    async def on_a_bad_disk(
        body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        def fails(_fd: int) -> None:
            raise OSError(code, "it failed")

        async def late() -> None:
            with monkeypatch.context() as patch:
                patch.setattr(syscalls, "fsync", fails)
                await release()

        return await submit(body, release=late, sent=sent)

    with monkeypatch.context() as patch:
        patch.setattr(bench.service, "submit", on_a_bad_disk)
        await engine.sender.send_next()
    assert bench.service.batches == []
    assert chunk_state(engine) is ChunkState.HELD
    bench.clock.advance(600)
    assert await engine.sender.send_next()
    assert bench.service.posts == [["a"]]


def paged(bench: Bench, monkeypatch: pytest.MonkeyPatch, pages: Callable[[int, BatchPage], BatchPage]) -> None:
    """Let the list give other pages than it should."""
    asked, real = 0, bench.service.list_batches

    async def listed(*, limit: int, after_id: str | None = None) -> BatchPage:
        nonlocal asked
        asked += 1
        assert asked < 100, "it goes round for ever"
        return pages(asked, await real(limit=limit, after_id=after_id))

    monkeypatch.setattr(bench.service, "list_batches", listed)


@pytest.mark.parametrize("how", ["the first page again and again", "no cursor", "a cursor nobody knows"])
async def test_a_list_that_never_ends_is_left_and_proves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SEVEN[:3])
    bench.service.script = [OtherAnswer(status=500)]  # no batch came of it, and nobody knows
    await engine.sender.send_next()
    bench.service.add(9)
    first = bench.service.batches[0]
    last = {"no cursor": None, "a cursor nobody knows": "msgbatch_nobody"}.get(how, first.id)
    paged(bench, monkeypatch, lambda _n, page: replace(page, batches=(first,), has_more=True, last_id=last))
    for _ in range(4):
        await poll(bench, engine, 3600)
    (submission,) = engine.state.submissions.values()
    assert (submission.empty_since, submission.is_not_found) == (None, False), "an incomplete read shows no absence"


async def test_pages_that_repeat_entries_or_come_in_a_jumble_are_read_once_each(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await bench.submit(engine, SEVEN)
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.page = 2
    newest = bench.service.batches[0]

    def repeating(_number: int, page: BatchPage) -> BatchPage:
        return replace(page, batches=(*page.batches, newest, *reversed(page.batches)))

    paged(bench, monkeypatch, repeating)
    for _ in range(3):
        await poll(bench, engine, 60)
        await send_all(engine)
    assert sorted(bench.service.posts) == [SEVEN[:3], SEVEN[3:6], SEVEN[6:]]
    assert len(engine.state.batches) == 3
    assert all(known.run == "evals" for known in engine.state.batches.values())


async def test_a_read_that_skips_the_page_of_the_batch_does_not_send_it_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SEVEN[:3])
    bench.service.script = ["lost"]
    await engine.sender.send_next()
    with monkeypatch.context() as patch:
        paged(bench, patch, lambda _n, page: replace(page, batches=()))
        for _ in range(5):
            await poll(bench, engine, 600)
            await send_all(engine)
    (submission,) = engine.state.submissions.values()
    assert submission.is_not_found, "it is for a person to say, and nothing was sent"
    await poll(bench, engine, 60)
    assert len(bench.service.posts) == 1
    assert chunk_state(engine) is ChunkState.ADOPTED


SPOILED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a line twice": lambda lines: [*lines, lines[0]],
    "a line twice in place of another": lambda lines: [lines[0], lines[0], *lines[2:]],
    "a stranger's line more": lambda lines: [*lines, result_line("stranger")],
    "a stranger's line in place of one": lambda lines: [result_line("stranger"), *lines[1:]],
    "one that failed where all succeeded": lambda lines: [result_line("a", is_good=False), *lines[1:]],
    "a line less": lambda lines: lines[1:],
    "half a line at its end": lambda lines: [*lines[:-1], lines[-1][:20]],
    "nothing": lambda _lines: [],
}


@pytest.mark.parametrize("how", SPOILED)
async def test_results_that_are_not_those_of_the_chunk_are_never_complete(bench: Bench, how: str) -> None:
    engine = bench.start()
    await bench.submit(engine, SEVEN[:3])
    await send_all(engine)
    (batch,) = bench.service.batches
    bench.service.end(batch.id)
    good = bench.service.results_lines[batch.id]
    bench.service.results_lines[batch.id] = SPOILED[how](good)
    await poll(bench, engine)
    assert not await engine.collector.collect(batch.id)
    known = engine.state.batches[batch.id]
    assert known.collected is None and known.collect_why
    assert not list(bench.root.rglob("results/*")), "nothing half stays"
    bench.service.results_lines[batch.id] = good
    assert await engine.collector.collect(batch.id)
    assert engine.state.batches[batch.id].collected is not None


async def test_a_confirmed_batch_that_no_list_ever_has_is_told_and_not_sent_again(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SEVEN[:3])
    await send_all(engine)
    bench.service.batches.clear()
    for _ in range(8):
        await poll(bench, engine, 120)
        await send_all(engine)
    assert len(bench.service.posts) == 1
    (known,) = engine.state.batches.values()
    assert known.is_gone
    assert any("no longer knows it" in notice.text for notice in engine.core.notices_since(0))
    found = alerts(engine.state, engine.core.live.link, engine.settings, bench.clock.now())
    assert [alert.kind for alert in found] == [AlertKind.GONE], "somebody paid for it, and has nothing"
    assert known.batch.id in found[0].text


async def test_ended_runs_are_whole_after_all_of_it(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SEVEN)
    with failing(4, 2, keeps=True):
        await go_on(bench, engine)
    await end_open(bench, engine, [])
    assert all(known.collected is not None for known in engine.state.batches.values())
