"""Chunks in halves: every request arrives once, whatever happens while they are made."""

import pytest
from msgspec.structs import replace

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.failures import BadInput
from batchtui.domain.link import Link
from batchtui.domain.records import ChunkSplit, RunCanceled
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Chunk
from batchtui.domain.submission import ChunkState, OtherAnswer
from batchtui.engine import verbs_runs
from batchtui.engine.verbs_runs import split
from batchtui.workspace.journal.file_journal import FileJournal
from tests.domain.builders import folded, planned
from tests.engine.conftest import Bench
from tests.fakes import NOON


async def test_halves_wait_as_long_as_the_service_said_of_the_whole(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    bench.service.script = [OtherAnswer(status=429, retry_after_seconds=40)]
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
    bench.service.script = [OtherAnswer(status=413)]
    while await engine.sender.send_next():
        pass
    assert bench.service.posts == [["a", "b", "c"]]
    assert [chunk.state for chunk in engine.state.runs["evals"].live_chunks] == [ChunkState.ABANDONED]


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
