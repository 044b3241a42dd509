"""A batch whose owner is in doubt, or changes meanwhile: only whole results with the very custom_ids decide."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from batchtui.domain.batch import Batch
from batchtui.domain.records import CollectOrdered, SubmissionAdopted
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state, poll, send_all


async def two_candidates(bench: Bench) -> tuple[Engine, Batch, Batch]:
    """A submission without an answer, the batch it became, and a stranger's of the same size; both have ended."""
    engine = bench.start()
    await engine.poller.poll()
    bench.service.script = ["lost"]
    await bench.submit(engine, ["a", "b", "c"])
    await send_all(engine)
    own, stranger = bench.service.batches[0], bench.service.add(3, ids=["x", "y", "z"])
    await poll(bench, engine)
    bench.service.end(stranger.id)
    bench.service.end(own.id)
    await poll(bench, engine)
    return engine, own, stranger


async def test_a_cut_download_gives_a_contested_batch_to_nobody(bench: Bench) -> None:
    engine, own, _stranger = await two_candidates(bench)
    bench.service.results_lines[own.id] = bench.service.results_lines[own.id][:2]
    assert not await engine.collector.collect(own.id)
    known = engine.state.batches[own.id]
    assert (known.run, known.collected) == (None, None)
    assert known.collect_why and "2 of 3 results" in known.collect_why
    assert chunk_state(engine) is ChunkState.UNKNOWN


async def test_a_strangers_batch_is_never_a_candidate_again_and_is_no_failed_download(bench: Bench) -> None:
    engine, own, stranger = await two_candidates(bench)
    assert not await engine.collector.collect(stranger.id)
    (submission,) = engine.state.submissions.values()
    assert submission.disproved == (stranger.id,)
    assert submission.candidates == (own.id,)
    assert engine.state.batches[stranger.id].collect_why is None


async def interrupted(
    bench: Bench, engine: Engine, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """Let something happen while results are judged."""
    verify = engine.jobs.verify

    async def slow(*given: object) -> object:
        verified = await verify(*given)  # type: ignore[arg-type]  # passed through
        await meanwhile()
        return verified

    monkeypatch.setattr(engine.jobs, "verify", slow)


async def test_what_a_person_settled_while_it_was_judged_stands(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, own, stranger = await two_candidates(bench)
    (submission,) = engine.state.submissions.values()

    async def settled() -> None:
        engine.core.commit(SubmissionAdopted(at=bench.clock.now(), submission=submission.id, batch_id=stranger.id))

    await interrupted(bench, engine, monkeypatch, settled)
    assert not await engine.collector.collect(own.id)
    assert engine.state.submissions[submission.id].batch_id == stranger.id
    assert engine.state.batches[own.id].collected is None


async def test_a_batch_that_nobody_claims_or_wants_any_more_is_not_recorded_as_collected(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, own, stranger = await two_candidates(bench)
    (submission,) = engine.state.submissions.values()
    download = engine.collector._download

    async def settled_meanwhile(*given: object) -> None:
        await download(*given)  # type: ignore[arg-type]  # passed through
        engine.core.commit(SubmissionAdopted(at=bench.clock.now(), submission=submission.id, batch_id=own.id))

    monkeypatch.setattr(engine.collector, "_download", settled_meanwhile)
    assert not await engine.collector.collect(stranger.id)
    assert engine.state.batches[stranger.id].collected is None
    assert not list(bench.root.rglob("*.partial"))


async def test_a_batch_that_is_adopted_while_it_is_fetched_is_not_taken_for_proved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    own = bench.service.batches.pop()
    first, second = bench.service.add(3, ids=["x", "y", "z"]), bench.service.add(3, ids=["u", "v", "w"])
    bench.service.end(first.id)
    await poll(bench, engine)
    assert engine.collector.wanted() == [first.id]
    download = engine.collector._download

    async def settled_meanwhile(*given: object) -> None:
        await download(*given)  # type: ignore[arg-type]  # passed through
        bench.service.batches = [batch for batch in bench.service.batches if batch.id != second.id]
        await poll(bench, engine)
        assert engine.state.batches[first.id].run == "evals"

    monkeypatch.setattr(engine.collector, "_download", settled_meanwhile)
    await engine.collector.collect(first.id)
    known = engine.state.batches[first.id]
    assert known.collected is None
    assert (known.run, engine.state.runs["evals"].chunks["0001"].state) == (None, ChunkState.UNKNOWN)
    bench.service.batches.insert(0, own)
    await poll(bench, engine)
    assert engine.state.runs["evals"].chunks["0001"].batch_id == own.id


async def test_a_batch_that_is_adopted_while_it_is_judged_is_not_taken_for_proved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    bench.service.batches.clear()
    stranger = bench.service.add(3, ids=["x", "y", "z"])
    bench.service.end(stranger.id)
    verify = engine.jobs.verify

    async def adopted_meanwhile(*given: object) -> object:
        verified = await verify(*given)  # type: ignore[arg-type]  # passed through
        await poll(bench, engine)
        return verified

    bench.service.change(stranger.id, request_counts=replace(bench.service.find(stranger.id).request_counts))
    await engine.poller._ask_for(stranger.id)
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=stranger.id))
    monkeypatch.setattr(engine.jobs, "verify", adopted_meanwhile)
    assert not await engine.collector.collect(stranger.id)
    known = engine.state.batches[stranger.id]
    assert (known.run, known.is_proved, known.collected) == ("evals", False, None)
    monkeypatch.setattr(engine.jobs, "verify", verify)
    assert not await engine.collector.collect(stranger.id)
    assert engine.state.batches[stranger.id].run is None
