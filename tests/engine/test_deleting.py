"""A delete that the service answers with 404: deleted, or a flap."""

from pathlib import Path

import pytest

from batchtui.domain.batch import Batch
from batchtui.domain.failures import BadInput
from batchtui.domain.records import CollectOrdered, DeleteIntended
from batchtui.engine import verbs_batches, verbs_runs
from batchtui.engine.engine import Engine
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.verbs_batches import DELETE_SECONDS
from tests.engine.conftest import Bench
from tests.engine.test_review_verbs import ended


async def collected(bench: Bench) -> tuple[Engine, Batch]:
    engine = bench.start()
    batch = bench.service.add(2, ids=["a", "b"])
    bench.service.end(batch.id)
    await engine.poller.poll()
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=batch.id))
    assert await engine.collector.collect(batch.id)
    engine.core.commit(DeleteIntended(at=bench.clock.now(), batch_id=batch.id))
    return engine, batch


def flap(bench: Bench, times: int) -> None:
    bench.service.problems["delete"] = [ServiceProblem("not_found", "no such batch", status=404) for _ in range(times)]


async def test_a_flap_is_not_taken_for_a_deletion(bench: Bench) -> None:
    engine, batch = await collected(bench)
    flap(bench, 3)
    for _ in range(60):
        if engine.stopper.wanted_deletes():
            assert not engine.state.batches[batch.id].is_deleted
            await engine.stopper.carry_out()
        bench.clock.advance(1)
    assert engine.state.batches[batch.id].is_deleted
    assert bench.service.calls.count("delete") == 4
    assert bench.service.batches == [], "the service itself was asked until it did it"


async def test_a_batch_that_stays_unknown_is_deleted(bench: Bench) -> None:
    engine, batch = await collected(bench)
    bench.service.batches.clear()
    second = 0
    while not engine.state.batches[batch.id].is_deleted:
        await engine.stopper.carry_out()
        bench.clock.advance(1)
        second += 1
    assert 120 <= second < DELETE_SECONDS


def damage(path: Path, how: str) -> None:
    whole = path.read_bytes()
    path.unlink()
    match how:
        case "cut":
            path.write_bytes(whole[:-1])
        case "changed":
            path.write_bytes(b"[" + whole[1:])


@pytest.mark.parametrize("how", ["gone", "cut", "changed"])
async def test_results_that_are_not_here_as_they_were_verified_keep_the_batch_there(bench: Bench, how: str) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b"], [])
    damage(engine.store.results_path("msgbatch_0001", "evals"), how)
    with pytest.raises(BadInput, match="not on this disk as they were verified"):
        await verbs_batches.delete(engine, "msgbatch_0001")
    assert engine.state.batches["msgbatch_0001"].delete_intended_at is None


async def test_results_that_were_pruned_keep_the_batch_there_also_when_that_happens_meanwhile(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b"], [])
    other = bench.start(leads=False)
    await verbs_batches.must_be_safe_here(engine, "msgbatch_0001")
    verbs_runs.prune(other, "evals", results=True)
    with pytest.raises(BadInput):
        await verbs_batches.delete(engine, "msgbatch_0001")
    engine.core.refresh()
    with pytest.raises(BadInput, match="pruned here"):
        await verbs_batches.delete(engine, "msgbatch_0001")
    assert engine.state.batches["msgbatch_0001"].delete_intended_at is None
