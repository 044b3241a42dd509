"""A delete that the service answers with 404: deleted, or a flap."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from batchtui.domain.batch import Batch
from batchtui.domain.failures import BadInput, OtherAccount
from batchtui.domain.records import CancelIntended, CollectOrdered, DeleteIntended, RunPruned
from batchtui.domain.results import TypeTallies
from batchtui.domain.state import Collection
from batchtui.engine import pruning, verbs_batches
from batchtui.engine.deletable import must_be_deletable
from batchtui.engine.engine import Engine
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.verbs_batches import DELETE_SECONDS
from tests.engine.conftest import Bench
from tests.engine.steps import ended


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
    pruning.prune(other, "evals", results=True)
    with pytest.raises(BadInput):
        await verbs_batches.delete(engine, "msgbatch_0001")
    engine.core.refresh()
    with pytest.raises(BadInput, match="pruned here"):
        await verbs_batches.delete(engine, "msgbatch_0001")
    assert engine.state.batches["msgbatch_0001"].delete_intended_at is None


async def test_results_are_not_pruned_while_their_batch_is_to_be_deleted(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b"], [])
    engine.core.commit(DeleteIntended(at=bench.clock.now(), batch_id="msgbatch_0001"))
    other = bench.start(leads=False)
    with pytest.raises(BadInput, match="is to be deleted"):
        pruning.prune(other, "evals", results=True)
    pruning.prune(other, "evals", results=False)
    assert engine.store.results_path("msgbatch_0001", "evals").exists()
    engine.core.refresh()
    assert await engine.stopper.carry_out() == 1
    assert engine.state.batches["msgbatch_0001"].is_deleted
    pruning.prune(engine, "evals", results=True)


@pytest.mark.parametrize("how", ["gone", "cut", "changed", "pruned"])
async def test_an_order_to_delete_is_not_carried_out_once_results_are_not_here_as_they_were(
    bench: Bench, how: str
) -> None:
    """What an earlier version pruned, or a hand removed, between the order and the call: the service has the last."""
    engine = bench.start()
    await ended(bench, engine, ["a", "b"], [])
    engine.core.commit(DeleteIntended(at=bench.clock.now(), batch_id="msgbatch_0001"))
    if how == "pruned":
        engine.core.commit(RunPruned(at=bench.clock.now(), run="evals", results=True))
        engine.store.prune("evals", results=True)
    else:
        damage(engine.store.results_path("msgbatch_0001", "evals"), how)
    await engine.stopper.carry_out()
    assert "delete" not in bench.service.calls
    known = engine.state.batches["msgbatch_0001"]
    assert (known.is_deleted, known.delete_intended_at) == (False, None)
    assert known.delete_why and "service has the only ones" in known.delete_why


def _two_results(bench: Bench) -> Collection:
    tallies = TypeTallies(succeeded=2)
    return Collection(at=bench.clock.now(), results=2, bytes=9, sha256="", tallies=tallies, issues=0, cost_usd=None)


async def test_only_what_has_ended_and_is_collected_and_proved_may_be_deleted(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    bench.service.script = ["lost"]
    await engine.sender.send_next()
    bench.clock.advance(30)
    await engine.poller.poll()
    known = engine.state.batches["msgbatch_0001"]
    assert not known.is_proved, "it was adopted by its count"
    with pytest.raises(BadInput, match="has not ended"):
        must_be_deletable(engine.state, known)
    done = replace(known, batch=replace(known.batch, processing_status="ended"))
    with pytest.raises(BadInput, match="are not collected"):
        must_be_deletable(engine.state, done)
    here = replace(done, collected=_two_results(bench))
    with pytest.raises(BadInput, match="is not proved"):
        must_be_deletable(engine.state, here)
    must_be_deletable(engine.state, replace(here, is_proved=True))


@pytest.mark.parametrize("order", [CancelIntended, DeleteIntended])
async def test_an_order_is_not_carried_out_with_the_key_of_another_account(
    bench: Bench, order: type[CancelIntended] | type[DeleteIntended]
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b"])
    assert await engine.sender.send_next()
    bench.service.account = replace(bench.service.account, organization_id="org-2")
    with pytest.raises(OtherAccount):
        await engine.poller.poll()
    engine.core.commit(order(at=bench.clock.now(), batch_id="msgbatch_0001"))
    with pytest.raises(OtherAccount):
        await engine.stopper.carry_out()
    assert not {"cancel", "delete"} & set(bench.service.calls)
