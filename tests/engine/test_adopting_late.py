"""A batch from elsewhere that was collected, and gets an owner when the service may have dropped its results."""

from datetime import timedelta

import pytest

from batchtui.domain.batch import Batch
from batchtui.domain.failures import BadInput
from batchtui.domain.records import CollectOrdered
from batchtui.domain.state import RESULTS_KEPT
from batchtui.engine import verbs_batches, verbs_submissions
from batchtui.engine.engine import Engine
from tests.engine.conftest import Bench
from tests.engine.steps import send_all

DAY = timedelta(days=1).total_seconds()


async def collected_stranger(bench: Bench, engine: Engine) -> Batch:
    batch = bench.service.add(3, ids=["a", "b", "c"])
    bench.service.end(batch.id)
    await engine.poller.poll()
    engine.core.commit(CollectOrdered(at=bench.clock.now(), batch_id=batch.id))
    assert await engine.collector.collect(batch.id)
    return batch


async def test_results_that_could_not_be_fetched_again_are_not_given_up_for_a_run(bench: Bench) -> None:
    engine = bench.start()
    batch = await collected_stranger(bench, engine)
    bench.clock.advance(RESULTS_KEPT.total_seconds() + DAY)
    with pytest.raises(BadInput, match="no longer has the results"):
        await verbs_batches.adopt(engine, batch.id, None, name=None)
    assert engine.state.batches[batch.id].collected is not None


async def test_nor_for_a_submission_that_a_person_settles(bench: Bench) -> None:
    engine = bench.start()
    batch = await collected_stranger(bench, engine)
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    await send_all(engine)
    (lost,) = engine.state.submissions
    bench.clock.advance(RESULTS_KEPT.total_seconds() + DAY)
    with pytest.raises(BadInput, match="no longer has the results"):
        verbs_submissions.adopt_for(engine, lost, batch.id)
    assert engine.state.batches[batch.id].collected is not None


async def test_as_long_as_they_can_be_fetched_again_an_adoption_goes_on(bench: Bench) -> None:
    engine = bench.start()
    batch = await collected_stranger(bench, engine)
    bench.clock.advance(RESULTS_KEPT.total_seconds() - DAY)
    run = await verbs_batches.adopt(engine, batch.id, None, name=None)
    assert engine.collector.wanted() == [batch.id]
    assert await engine.collector.collect(batch.id)
    assert engine.state.batches[batch.id].run == run
