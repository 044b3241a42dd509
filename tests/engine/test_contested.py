"""A batch that several submissions could claim: only whole results with the very custom_ids give it an owner."""

from collections.abc import Awaitable, Callable

import pytest

from batchtui.domain.batch import Batch
from batchtui.domain.records import SubmissionAdopted
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
