"""A journal that was brought back from a backup knows less than was done: nothing on disk is lost by that."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.settings import RetrySettings
from batchtui.domain.submission import OtherAnswer
from batchtui.engine import verbs_runs
from batchtui.engine.engine import Engine
from batchtui.workspace import layout
from tests.engine.conftest import SETTINGS, Bench
from tests.engine.steps import end_open, ended, send_all
from tests.engine.test_again import steps
from tests.fakes import NOON


def alerts(engine: Engine) -> list[str]:
    return [notice.text for notice in engine.core.notices_since(0) if notice.event == "alert"]


def end_well(bench: Bench, engine: Engine) -> None:
    """What a session leaves that was closed: the lock is free, and it claims nothing any more."""
    bench.die(engine)
    engine.store.release()


async def test_a_run_that_was_collected_after_the_backup_stays_where_it_is(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a"], [], run="one")
    backup = layout.journal(bench.root).read_bytes()
    bench.clock.advance(60)
    await ended(bench, engine, ["b"], [], run="two")
    body, results = engine.store.body_path("two", "0001"), engine.store.results_path("msgbatch_0002", "two")
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(backup)
    after = bench.start()
    assert body.exists()
    assert results.exists()
    assert [text for text in alerts(after) if "runs/two" in text]


async def test_a_run_that_was_sent_after_the_backup_is_set_aside_whole(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a"], [], run="one")
    backup = layout.journal(bench.root).read_bytes()
    for _ in range(2):
        bench.clock.advance(60)
        await bench.submit(engine, ["b"], "two")
        await send_all(engine)
        body = engine.store.body_path("two", "0001").read_bytes()
        end_well(bench, engine)
        layout.journal(bench.root).write_bytes(backup)
        engine = bench.start()
        assert [text for text in alerts(engine) if "aside/two" in text]
        assert not (bench.root / "runs" / "two").exists()
    for name in ("two", "two.2"):
        assert (bench.root / "aside" / name / "chunks" / "0001.json.gz").read_bytes() == body


async def test_chunks_that_were_sent_after_the_backup_are_not_sent_again_by_themselves(bench: Bench) -> None:
    """Planned before the backup, so the journal has them waiting; results of a batch it does not know are here."""
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"], "one")
    backup = layout.journal(bench.root).read_bytes()
    await send_all(engine)
    await end_open(bench, engine, [])
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(backup)
    engine = bench.start()
    await engine.poller.poll()
    await send_all(engine)
    assert len(bench.service.posts) == 2
    reason = engine.state.runs["one"].held_reason
    assert reason and "msgbatch_0001" in reason and "backup" in reason
    verbs_runs.release(engine, "one")
    await send_all(engine)
    assert len(bench.service.posts) == 4, "a person said so"


async def test_results_that_a_crash_left_before_their_record_hold_nothing(bench: Bench) -> None:
    engine = bench.start(SETTINGS)
    await bench.submit(engine, ["a", "b", "c", "d"], "one")
    assert await engine.sender.send_next()
    path = engine.store.results_path("msgbatch_0001", "one")
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"")
    await send_all(engine)
    assert len(bench.service.posts) == 2


class MemoryWitness:
    """What is noted outside the folder."""

    def __init__(self) -> None:
        self.noted: str | None = None

    def newest(self) -> str | None:
        return self.noted

    def note(self, text: str) -> None:
        self.noted = text or None


async def brought_back(bench: Bench, *, sent_before: int) -> MemoryWitness:
    """Two chunks; the journal was saved when so many of them were sent, and brought back when both were."""
    witness = bench.witness = MemoryWitness()
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c", "d"], "one")
    for _ in range(sent_before):
        assert await engine.sender.send_next()
    backup = layout.journal(bench.root).read_bytes()
    await send_all(engine)
    await engine.poller.poll()
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(backup)
    bench.clock.advance(3600)
    return witness


async def look(bench: Bench, engine: Engine) -> None:
    """Twice, so far apart that nothing the list left out for a moment is overlooked."""
    await engine.poller.poll()
    bench.clock.advance(61)
    await engine.poller.poll()


async def test_a_workspace_made_anew_in_the_same_place_waits_for_nothing(bench: Bench) -> None:
    """Its note is of the workspace that was there before, and so are the batches of the same size."""
    witness = await brought_back(bench, sent_before=1)
    layout.journal(bench.root).unlink()
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"], "other")
    await engine.poller.poll()
    await send_all(engine)
    assert engine.state.runs["other"].held_reason is None
    assert len(bench.service.posts) == 4
    assert witness.noted and any(name in witness.noted for name in engine.state.submissions)


@pytest.mark.parametrize("sent_before", [0, 1])
async def test_chunks_sent_after_the_backup_that_have_not_ended_are_told_by_the_list(
    bench: Bench, sent_before: int
) -> None:
    await brought_back(bench, sent_before=sent_before)
    engine = bench.start()
    assert not await engine.sender.send_next(), "nothing goes out before the list was read"
    assert engine.core.live.is_journal_old
    await look(bench, engine)
    assert not engine.core.live.is_journal_old
    await send_all(engine)
    assert len(bench.service.posts) == 2
    reason = engine.state.runs["one"].held_reason
    newest = bench.service.batches[0].id if sent_before else "msgbatch_"
    assert reason and newest in reason and "backup" in reason
    verbs_runs.release(engine, "one")
    await send_all(engine)
    assert len(bench.service.posts) == 4 - sent_before, "a person said so"


async def test_the_hold_outlives_the_session_that_found_it(bench: Bench) -> None:
    await brought_back(bench, sent_before=1)
    engine = bench.start()
    await look(bench, engine)
    end_well(bench, engine)
    engine = bench.start()
    await look(bench, engine)
    await send_all(engine)
    assert len(bench.service.posts) == 2


async def test_what_the_first_read_leaves_out_is_found_by_the_second(bench: Bench) -> None:
    await brought_back(bench, sent_before=1)
    engine = bench.start()
    whole, bench.service.batches = bench.service.batches, []
    await engine.poller.poll()
    assert not await engine.sender.send_next()
    bench.service.batches = whole
    bench.clock.advance(61)
    await engine.poller.poll()
    await send_all(engine)
    assert len(bench.service.posts) == 2
    assert engine.state.runs["one"].held_reason


async def test_a_backup_of_the_moment_between_the_intention_and_the_last_block_is_told_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal has the submission, as one that never left; recovery puts its chunk back in the queue."""
    bench.witness = MemoryWitness()
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b"], "one")
    submit, saved = bench.service.submit, []

    async def saved_meanwhile(*given: object, **named: object) -> object:
        saved.append(layout.journal(bench.root).read_bytes())
        return await submit(*given, **named)  # type: ignore[arg-type]  # passed through

    with monkeypatch.context() as patch:
        patch.setattr(bench.service, "submit", saved_meanwhile)
        assert await engine.sender.send_next()
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(saved[0])
    bench.clock.advance(3600)
    engine = bench.start()
    await look(bench, engine)
    await send_all(engine)
    assert bench.service.posts == [["a", "b"]]
    assert engine.state.runs["one"].held_reason


async def test_halves_that_were_sent_after_the_backup_are_those_of_the_whole_chunk(bench: Bench) -> None:
    bench.witness = MemoryWitness()
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c"], "one")
    backup = layout.journal(bench.root).read_bytes()
    bench.service.script = [OtherAnswer(status=413)]
    await send_all(engine)
    assert len(bench.service.batches) == 2
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(backup)
    bench.clock.advance(3600)
    engine = bench.start()
    await look(bench, engine)
    await send_all(engine)
    assert len(bench.service.batches) == 2


async def test_on_another_machine_nothing_is_noted_and_the_list_tells_all_the_same(bench: Bench) -> None:
    witness = await brought_back(bench, sent_before=1)
    witness.noted = None
    engine = bench.start()
    await engine.poller.poll()
    await send_all(engine)
    assert len(bench.service.posts) == 2
    assert engine.state.runs["one"].held_reason


async def test_a_strangers_batch_of_the_same_size_holds_nothing_where_the_journal_is_the_newest(bench: Bench) -> None:
    bench.witness = MemoryWitness()
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c", "d", "e", "f"], "one")
    assert await engine.sender.send_next()
    end_well(bench, engine)
    bench.service.add(3)
    engine = bench.start()
    await engine.poller.poll()
    await send_all(engine)
    assert engine.state.runs["one"].held_reason is None
    assert len(bench.service.posts) == 2


async def test_what_was_there_before_the_run_was_planned_or_is_of_another_size_holds_nothing(bench: Bench) -> None:
    witness = await brought_back(bench, sent_before=1)
    witness.noted = f"sub_of_a_journal_that_is_gone sending {bench.clock.now().isoformat()}"
    bench.service.batches = bench.service.batches[1:]  # what chunk 2 became is no more
    bench.service.add(1, created_at=NOON - timedelta(days=2))
    bench.service.add(9)
    engine = bench.start()
    await look(bench, engine)
    await send_all(engine)
    assert engine.state.runs["one"].held_reason is None
    assert len(bench.service.posts) == 3


async def test_what_a_lost_answer_explains_holds_nothing(bench: Bench) -> None:
    witness = bench.witness = MemoryWitness()
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b", "c", "d", "e", "f"], "one")
    bench.service.script = ["lost"]
    assert await engine.sender.send_next()
    end_well(bench, engine)
    witness.noted = None  # as where a power cut took the note
    engine = bench.start()
    for _ in range(2):
        bench.clock.advance(60)
        await engine.poller.poll()
        await send_all(engine)
    assert engine.state.runs["one"].held_reason is None
    assert sorted(bench.service.posts) == [["a", "b", "c"], ["d", "e", "f"]]


@pytest.mark.parametrize("ended_before", [True, False])
async def test_an_automatic_retry_that_was_sent_after_the_backup_is_not_made_again(
    bench: Bench, ended_before: bool
) -> None:
    bench.witness = MemoryWitness()
    automatic = replace(SETTINGS, retry=RetrySettings(automatic=True, delay=60))
    engine = bench.start(automatic)
    await engine.poller.poll()
    await bench.submit(engine, ["a", "b"], "one")
    await send_all(engine)
    backup = layout.journal(bench.root).read_bytes()
    await end_open(bench, engine, ["a"])
    if ended_before:
        backup = layout.journal(bench.root).read_bytes()
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert bench.service.posts == [["a", "b"], ["a"]]
    end_well(bench, engine)
    layout.journal(bench.root).write_bytes(backup)
    engine = bench.start(automatic)
    await steps(engine)  # nothing is planned either before the list was read
    for _ in range(3):
        bench.clock.advance(61)
        await engine.poller.poll()
        for batch_id in engine.collector.wanted():
            await engine.collector.collect(batch_id)
        await steps(engine)
    assert len(bench.service.posts) == 2
    reason = engine.state.runs["one"].held_reason
    assert reason and "may be its automatic retry" in reason
