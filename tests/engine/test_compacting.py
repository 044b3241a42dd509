"""A leader shortens a journal that is mostly past; whoever follows sees the same state, and can go on."""

import pytest

from batchtui.domain.fold import compaction
from batchtui.domain.records import RunHeld, RunReleased
from batchtui.workspace import layout
from tests.engine.conftest import Bench


async def long_past(bench: Bench) -> None:
    """A run that was held and released again and again."""
    engine = bench.start()
    run = await bench.submit(engine, ["a", "b", "c", "d"])
    engine.core.commit(
        *(
            record
            for _ in range(compaction.WORTH_RECORDS // 2)
            for record in (
                RunHeld(at=bench.clock.now(), run=run, reason="-"),
                RunReleased(at=bench.clock.now(), run=run),
            )
        )
    )
    bench.die(engine)


async def test_the_next_leader_writes_a_shorter_journal_of_the_same_state(bench: Bench) -> None:
    await long_past(bench)
    looking = bench.start(is_read_only=True)
    before = looking.state
    leader = bench.start()
    assert len(layout.journal(bench.root).read_bytes().splitlines()) < 10
    assert leader.state == before
    looking.core.refresh()
    assert looking.state == before


async def test_a_leader_shortens_what_grew_under_its_eyes_and_tries_no_more_often_than_it_pays(bench: Bench) -> None:
    leader = bench.start()
    run = await bench.submit(leader, ["a", "b", "c", "d"])
    back_and_forth = [
        record
        for _ in range(compaction.WORTH_RECORDS // 2)
        for record in (RunHeld(at=bench.clock.now(), run=run, reason="-"), RunReleased(at=bench.clock.now(), run=run))
    ]
    leader.core.commit(*back_and_forth)
    leader.core.compact()
    assert leader.core.journal.lines < 10
    tries: list[int] = []

    def count(shorten: object) -> bool:
        tries.append(1)
        return True

    leader.core.journal.compact = count  # type: ignore[method-assign]
    leader.core.commit(*back_and_forth)
    for _ in range(3):
        leader.core.compact()
    assert len(tries) == 1, "what could not be shortened is let be until it has grown by half"
    leader.core.commit(*back_and_forth)
    leader.core.compact()
    assert len(tries) == 2


async def test_a_follower_from_before_decides_on_the_new_generation(bench: Bench) -> None:
    await long_past(bench)
    follower = bench.start(leads=False)
    leader = bench.start()
    follower.core.commit(RunHeld(at=bench.clock.now(), run="evals", reason="mine"))
    leader.core.refresh()
    assert leader.state.runs["evals"].held_reason == "mine"
    assert leader.state == follower.state


async def test_a_compacted_run_is_sent_once(bench: Bench) -> None:
    await long_past(bench)
    leader = bench.start()
    while await leader.sender.send_next():
        pass
    assert sorted(bench.service.posts) == [["a", "b", "c"], ["d"]]
    bench.die(leader)
    again = bench.start()
    assert not await again.sender.send_next()


async def test_a_disk_that_cannot_take_it_keeps_the_long_journal(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await long_past(bench)
    before = layout.journal(bench.root).read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("batchtui.workspace.atomic.write_file", full)
    leader = bench.start()
    assert leader.core.live.is_leader
    assert layout.journal(bench.root).read_bytes() == before


async def test_a_follower_hears_of_everything_once_that_was_written_around_a_compaction(bench: Bench) -> None:
    leader = bench.start()
    run = await bench.submit(leader, ["a", "b", "c", "d"])
    follower, looking = bench.start(leads=False), bench.start(is_read_only=True)
    leader.core.commit(RunHeld(at=bench.clock.now(), run=run, reason="before"))
    leader.core.journal.compact(compaction.shorten)
    leader.core.commit(RunHeld(at=bench.clock.now(), run=run, reason="after"))
    follower.core.refresh()
    looking.core.refresh()
    for engine in (follower, looking, leader):
        told = [notice.text for notice in engine.core.notices_since(0) if "is held" in notice.text]
        assert [text.rpartition(" ")[2] for text in told] == ["before", "after"]
        assert engine.state == leader.state


async def test_one_that_decides_on_the_new_generation_hears_of_what_it_missed_as_well(bench: Bench) -> None:
    leader = bench.start()
    run = await bench.submit(leader, ["a", "b", "c", "d"])
    follower = bench.start(leads=False)
    leader.core.commit(RunHeld(at=bench.clock.now(), run=run, reason="before"))
    leader.core.journal.compact(compaction.shorten)
    follower.core.commit(RunReleased(at=bench.clock.now(), run=run))
    told = [notice.text for notice in follower.core.notices_since(0)]
    assert told == [f"{run} is held: before", f"{run} goes on"]
