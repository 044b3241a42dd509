"""A run around a batch from elsewhere gets its request file later: whole or not at all, whoever dies when."""

from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.fold.apply import apply
from batchtui.domain.records import RunFurnished
from batchtui.domain.state import AppState
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Engine
from batchtui.engine.lineage import attempts
from batchtui.engine.matching import OtherRequests
from batchtui.workspace.journal.file_journal import FileJournal
from tests.engine.conftest import Bench
from tests.engine.steps import plan_retry
from tests.fakes import NOON

IDS = ["a", "b", "c", "d"]


async def adopted(bench: Bench, engine: Engine) -> str:
    """A batch from elsewhere, ended, taken into a run without its file, collected."""
    batch = bench.service.add(len(IDS), ids=IDS)
    await engine.poller.poll()
    await verbs_batches.adopt(engine, batch.id, None, name="theirs")
    bench.service.end(batch.id, errored=["b"])
    bench.clock.advance(60)
    await engine.poller.poll()
    assert await engine.collector.collect(batch.id)
    return batch.id


def found(engine: Engine) -> str | None:
    request = engine.library.find_request(attempts(engine.state, engine.store, "theirs", NOON)[0], "b")
    return None if request is None else Path(request.file).name


async def test_the_right_file_makes_its_requests_known_also_after_a_restart(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await adopted(bench, engine)
    with pytest.raises(BadInput, match="adopted without its request file"):
        await plan_retry(engine, "theirs")
    assert await verbs_batches.furnish(engine, batch_id, bench.write(IDS, "theirs.jsonl")) == "theirs"
    bench.die(engine)
    engine = bench.start()
    assert found(engine) == "theirs.jsonl"
    assert engine.state.runs["theirs"].models == {"claude-haiku-4-5": 4}
    assert engine.store.manifest("theirs").inputs[0].path.endswith("theirs.jsonl")
    assert (await plan_retry(engine, "theirs")).included == 1
    with pytest.raises(BadInput, match="it has its requests"):
        await verbs_batches.furnish(engine, batch_id, bench.write(IDS))
    assert bench.service.posts == []


async def test_a_file_of_other_requests_changes_nothing(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await adopted(bench, engine)
    with pytest.raises(OtherRequests):
        await verbs_batches.furnish(engine, batch_id, bench.write(["a", "b", "c", "x"]))
    assert found(engine) is None
    assert [entry for entry in (bench.root / "staging").iterdir() if entry.is_dir()] == []


async def test_what_a_death_before_the_record_leaves_is_put_right_by_the_same_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start()
    batch_id = await adopted(bench, engine)
    furnish = engine.store.furnish

    def dies(*given: Any) -> None:
        furnish(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine.store, "furnish", dies)
    with pytest.raises(KeyboardInterrupt):
        await verbs_batches.furnish(engine, batch_id, bench.write(IDS, "theirs.jsonl"))
    bench.die(engine)
    engine = bench.start()
    assert engine.state.runs["theirs"].bytes == 0
    await verbs_batches.furnish(engine, batch_id, bench.write(IDS, "theirs.jsonl"))
    assert found(engine) == "theirs.jsonl" and (await plan_retry(engine, "theirs")).included == 1


async def test_a_second_record_of_it_changes_nothing(bench: Bench) -> None:
    engine = bench.start()
    batch_id = await adopted(bench, engine)
    await verbs_batches.furnish(engine, batch_id, bench.write(IDS, "theirs.jsonl"))
    records = FileJournal(bench.root).load()
    (record,) = [each for each in records if isinstance(each, RunFurnished)]
    once = apply(AppState(), records)
    assert apply(once, [record]) == once
