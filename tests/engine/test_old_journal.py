"""A journal that was brought back from a backup knows less than was done: nothing on disk is lost by that."""

from batchtui.engine import verbs_runs
from batchtui.engine.engine import Engine
from batchtui.workspace import layout
from tests.engine.conftest import SETTINGS, Bench
from tests.engine.steps import end_open, ended, send_all


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
