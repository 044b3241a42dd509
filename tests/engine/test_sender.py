"""Sending: what is on disk at each moment, and what each answer leads to."""

import pytest

from batchtui.domain.records import (
    SubmissionIntended,
    SubmissionReleasing,
)
from batchtui.domain.submission import SPEND_CAP, ChunkState, NoConnection, OtherAnswer, Undecodable
from batchtui.engine import verbs_runs
from batchtui.engine.ports import ServiceProblem
from batchtui.workspace.journal.file_journal import FileJournal
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state


async def test_a_confirmed_chunk_was_posted_once_byte_for_byte(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    while await engine.sender.send_next():
        pass
    assert bench.service.posts == [["a", "b", "c"], ["d"]]
    assert chunk_state(engine) is ChunkState.CONFIRMED
    assert engine.state.batches["msgbatch_0001"].run == "evals"


async def test_the_intention_is_on_disk_before_the_call_and_the_release_before_the_last_block(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    on_disk: list[list[type]] = []
    submit = bench.service.submit

    async def spying(body, *, release, sent):  # type: ignore[no-untyped-def]  # the fake's own signature
        on_disk.append([type(record) for record in FileJournal(bench.root).load()])

        async def spied_release() -> None:
            await release()
            on_disk.append([type(record) for record in FileJournal(bench.root).load()])

        return await submit(body, release=spied_release, sent=sent)

    bench.service.submit = spying  # type: ignore[method-assign]
    await engine.sender.send_next()
    before, released = on_disk
    assert before[-1] is SubmissionIntended
    assert released[-1] is SubmissionReleasing


async def test_the_newest_batch_just_listed_is_written_down(bench: Bench) -> None:
    engine = bench.start()
    newest = bench.service.add(5)
    await bench.submit(engine, ["a"])
    await engine.sender.send_next()
    (submission,) = engine.state.submissions.values()
    assert submission.newest_batch_id == newest.id


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (OtherAnswer(status=400, type="invalid_request_error", message="no"), ChunkState.REFUSED),
        (OtherAnswer(status=307), ChunkState.REFUSED),
        (OtherAnswer(status=500), ChunkState.UNKNOWN),
        (OtherAnswer(status=409), ChunkState.UNKNOWN),
        (Undecodable(200, "html"), ChunkState.UNKNOWN),
        (NoConnection("refused"), ChunkState.HELD),
    ],
)
async def test_each_answer_leaves_the_chunk_where_the_table_says(
    bench: Bench, seen: OtherAnswer | Undecodable | NoConnection, expected: ChunkState
) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = [seen]
    await engine.sender.send_next()
    assert chunk_state(engine) is expected


async def test_a_lost_answer_is_unknown_and_never_posted_again_by_itself(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = ["lost"]
    assert await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.UNKNOWN
    for _ in range(50):
        bench.clock.advance(3600)
        assert not await engine.sender.send_next()
    assert len(bench.service.posts) == 1


async def test_a_cut_before_the_last_block_is_sent_again_after_a_wait(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = ["drop"]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.HELD
    assert not await engine.sender.send_next()
    bench.clock.advance(60)
    assert await engine.sender.send_next()
    assert bench.service.posts == [["a"]]


async def test_a_429_waits_exactly_as_long_as_it_was_asked_to(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = [OtherAnswer(status=429, retry_after_seconds=40)]
    await engine.sender.send_next()
    bench.clock.advance(39)
    assert not await engine.sender.send_next()
    bench.clock.advance(2)
    assert await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.CONFIRMED


async def test_a_spend_cap_holds_the_run(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    bench.service.script = [OtherAnswer(status=429, error_code=SPEND_CAP, message="limit reached")]
    await engine.sender.send_next()
    bench.clock.advance(10_000_000)
    assert not await engine.sender.send_next()
    assert engine.state.runs["evals"].held_reason == "limit reached"


async def test_a_413_is_answered_by_halves_and_every_request_arrives_once(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c"])
    bench.service.script = [OtherAnswer(status=413)]
    while await engine.sender.send_next():
        pass
    assert [chunk.label for chunk in engine.state.runs["evals"].live_chunks] == ["0001a", "0001b"]
    assert sorted(id_ for post in bench.service.posts[1:] for id_ in post) == ["a", "b", "c"]


async def test_one_request_that_is_too_large_alone_is_refused(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.script = [OtherAnswer(status=413)]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.REFUSED


async def test_a_body_that_changed_on_disk_is_never_released(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    await bench.submit(engine, ["b"], run="other")
    other = engine.store.body_path("other", "0001")
    engine.store.body_path("evals", "0001").write_bytes(other.read_bytes())
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.REFUSED
    assert bench.service.posts == []


async def test_without_the_list_nothing_is_intended(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    bench.service.problems["list"] = [ServiceProblem("offline", "no route")]
    with pytest.raises(ServiceProblem):
        await engine.sender.send_next()
    assert engine.state.submissions == {}


@pytest.mark.parametrize(("is_released", "expected"), [(False, ChunkState.HELD), (True, ChunkState.UNKNOWN)])
async def test_the_next_leader_says_what_a_death_left(bench: Bench, is_released: bool, expected: ChunkState) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a"])
    now = bench.clock.now()
    engine.core.commit(SubmissionIntended(at=now, submission="sub_1", run="evals", chunk="0001", requests=1, bytes=1))
    if is_released:
        engine.core.commit(SubmissionReleasing(at=now, submission="sub_1"))
    bench.die(engine)
    assert chunk_state(bench.start()) is expected


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_a_no_about_the_account_holds_the_rest_of_the_run_until_it_is_released(bench: Bench, status: int) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    bench.service.script = [OtherAnswer(status=status, message="mend the account")]
    while await engine.sender.send_next():
        bench.clock.advance(60)
    assert chunk_state(engine) is ChunkState.REFUSED
    assert chunk_state(engine, "0002") is ChunkState.HELD
    assert len(bench.service.posts) == 1
    verbs_runs.release(engine, "evals")
    assert await engine.sender.send_next()
    assert chunk_state(engine, "0002") is ChunkState.CONFIRMED


async def test_a_429_keeps_every_chunk_back(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, ["a", "b", "c", "d"])
    bench.service.script = [OtherAnswer(status=429, retry_after_seconds=40)] * 2
    assert await engine.sender.send_next()
    assert not await engine.sender.send_next()
    assert len(bench.service.posts) == 1
