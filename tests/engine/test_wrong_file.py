"""A batch from elsewhere that was given a file of other requests before it ended: its results say so, and are kept."""

import pytest

from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts_of_runs import alerts_of_runs
from batchtui.domain.failures import BadInput
from batchtui.domain.records import CollectFailed, CollectOrdered
from batchtui.domain.status import is_run_settled
from batchtui.domain.submission import ChunkState
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Engine
from batchtui.engine.lineage import attempts
from tests.engine.conftest import Bench
from tests.engine.steps import plan_retry
from tests.fakes import NOON

IDS = ["a", "b", "c"]


async def given_another_file(bench: Bench, engine: Engine) -> str:
    """Only their number can be compared while it runs; then it ends."""
    batch = bench.service.add(len(IDS), ids=IDS)
    await engine.poller.poll()
    await verbs_batches.adopt(engine, batch.id, bench.write(["x", "y", "z"], "wrong.jsonl"), name="theirs")
    bench.service.end(batch.id, errored=["b"])
    bench.clock.advance(60)
    await engine.poller.poll()
    return batch.id


def wrong_files(engine: Engine) -> list[Alert]:
    return [each for each in alerts_of_runs(engine.state, engine.settings, NOON) if each.kind is AlertKind.OTHER_FILE]


async def test_its_results_are_kept_without_the_file_and_the_way_on_is_named(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await given_another_file(bench, engine)
    assert await engine.collector.collect(batch_id)
    assert is_run_settled(engine.state, engine.state.runs["theirs"], NOON)
    (alert,) = wrong_files(engine)
    assert alert.text == (
        "theirs: the file it was adopted with holds other requests than its batch (wrong.jsonl); its results are here"
        f" without it, `batchtui adopt {batch_id} --input FILE` gives it the right one"
    )
    bench.die(engine)
    engine = bench.start()
    assert wrong_files(engine) == [alert]
    found = engine.library.effective_issues(attempts(engine.state, engine.store, "theirs", NOON))
    assert [entry.issue.custom_id for entry in found] == ["b"], "what is left of the other file orders nothing"
    with pytest.raises(BadInput, match="without its request file"):
        await plan_retry(engine, "theirs")


async def test_the_right_file_makes_it_whole(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await given_another_file(bench, engine)
    assert await engine.collector.collect(batch_id)
    with pytest.raises(BadInput, match="is not what"):
        await verbs_batches.furnish(engine, batch_id, bench.write(["x", "y", "z"], "wrong.jsonl"))
    assert await verbs_batches.furnish(engine, batch_id, bench.write(IDS, "right.jsonl")) == "theirs"
    assert wrong_files(engine) == []
    plan = await plan_retry(engine, "theirs")
    assert plan.included == 1
    bench.die(engine)
    assert wrong_files(bench.start()) == []


async def test_a_download_that_an_earlier_version_gave_up_is_asked_for_again(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await given_another_file(bench, engine)
    engine.core.commit(CollectFailed(at=NOON, batch_id=batch_id, why="line 1: x was not sent", attempt=1))
    assert engine.collector.wanted() == []
    engine.core.commit(CollectOrdered(at=NOON, batch_id=batch_id))
    assert engine.collector.wanted() == [batch_id]
    assert await engine.collector.collect(batch_id)
    assert len(wrong_files(engine)) == 1


async def test_a_cut_download_says_nothing_about_the_file(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await given_another_file(bench, engine)
    whole = bench.service.results_lines[batch_id]
    bench.service.results_lines[batch_id] = whole[:-1]
    assert not await engine.collector.collect(batch_id)
    assert wrong_files(engine) == [] and engine.state.runs["theirs"].bytes > 0
    bench.service.results_lines[batch_id] = whole
    assert await engine.collector.collect(batch_id)
    assert len(wrong_files(engine)) == 1


async def test_what_was_sent_from_here_keeps_its_bodies_whatever_comes_back(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, IDS)
    assert await engine.sender.send_next()
    (batch,) = bench.service.batches
    bench.service.custom_ids[batch.id] = ["x", "y", "z"]
    bench.service.end(batch.id)
    bench.clock.advance(60)
    await engine.poller.poll()
    assert not await engine.collector.collect(batch.id)
    run = engine.state.runs["evals"]
    assert run.bytes > 0
    assert run.chunks["0001"].state is ChunkState.UNKNOWN, "the answer named another's batch"
    assert engine.state.batches[batch.id].run is None
