"""An answer to a create that cannot be true of it: two chunks never share a batch, and nothing is sent again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.failures import BadInput, OtherAccount
from batchtui.domain.submission import Accepted, ChunkState, Submission
from batchtui.engine import verbs_runs, verbs_submissions
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Account
from tests.engine.conftest import Bench
from tests.engine.steps import chunk_state, poll, send_all
from tests.fakes import NOON, result_line

SIX = ["a", "b", "c", "d", "e", "f"]


def made(bench: Bench, *, ids: list[str] | None = None, **told: object) -> Callable[[list[str]], Accepted]:
    """An answer that names a batch just made, and tells other things of it than the list does."""

    def answer(posted: list[str]) -> Accepted:
        real = bench.service.add(len(ids or posted), ids=ids or posted)
        return Accepted(replace(real, **told), "req_1")

    return answer


def told(engine: Engine, bench: Bench) -> dict[AlertKind, str]:
    found = alerts(engine.state, engine.core.live.link, engine.settings, bench.clock.now())
    return {alert.kind: alert.text for alert in found}


def submission_of(engine: Engine, label: str, run: str = "evals") -> Submission:
    return engine.state.submissions[engine.state.runs[run].chunks[label].submissions[-1]]


async def answered_with_the_first_batch_again(bench: Bench, engine: Engine) -> Batch:
    """Chunk 1 is confirmed; the answer to chunk 2 names the same batch, and nothing came of it."""
    await bench.submit(engine, SIX)
    assert await engine.sender.send_next()
    first = bench.service.batches[0]
    bench.service.script = [Accepted(first, "req_2")]
    assert await engine.sender.send_next()
    return first


async def test_an_answer_that_names_another_chunks_batch_leaves_the_chunk_unsure(bench: Bench) -> None:
    engine = bench.start()
    first = await answered_with_the_first_batch_again(bench, engine)
    assert [chunk_state(engine, label) for label in ("0001", "0002")] == [ChunkState.CONFIRMED, ChunkState.UNKNOWN]
    known = engine.state.batches[first.id]
    assert (known.run, known.chunk) == ("evals", "0001")
    words = f"the answer names {first.id}, which is evals chunk 1's"
    assert submission_of(engine, "0002").why == words
    found = told(engine, bench)
    assert words in found[AlertKind.UNSURE]


async def test_what_is_left_of_its_run_waits_for_a_person(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, [*SIX, "g"])
    assert await engine.sender.send_next()
    bench.service.script = [Accepted(bench.service.batches[0], "req_2")]
    assert await engine.sender.send_next()
    assert not await engine.sender.send_next()
    assert "is held: the answer names" in told(engine, bench)[AlertKind.HELD]


async def test_it_is_never_sent_again_by_itself_and_a_person_may_return_it_once_it_is_not_found(bench: Bench) -> None:
    engine = bench.start()
    await answered_with_the_first_batch_again(bench, engine)
    for _ in range(5):
        await poll(bench, engine, 600)
        await send_all(engine)
    assert bench.service.posts == [SIX[:3], SIX[3:]]
    assert submission_of(engine, "0002").is_not_found
    verbs_submissions.return_lost(engine, verbs_submissions.plan_lost(engine.state, "evals"))
    verbs_runs.release(engine, "evals")
    await send_all(engine)
    assert bench.service.posts == [SIX[:3], SIX[3:], SIX[3:]]
    assert chunk_state(engine, "0002") is ChunkState.CONFIRMED


async def test_the_batch_that_it_really_became_is_adopted_by_the_list(bench: Bench) -> None:
    engine = bench.start()
    await answered_with_the_first_batch_again(bench, engine)
    real = bench.service.add(3, ids=SIX[3:])
    await poll(bench, engine)
    assert engine.state.runs["evals"].chunks["0002"].batch_id == real.id
    bench.service.end(real.id)
    await poll(bench, engine)
    assert await engine.collector.collect(real.id)
    assert engine.state.batches[real.id].is_proved


async def test_an_answer_that_names_a_batch_that_was_there_before_proves_nothing(bench: Bench) -> None:
    engine = bench.start()
    stranger = bench.service.add(3)
    await engine.poller.poll()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [Accepted(stranger, "req_2")]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.UNKNOWN
    assert engine.state.batches[stranger.id].run is None
    assert submission_of(engine, "0001").why == f"the answer names {stranger.id}, which was there before it was sent"
    await poll(bench, engine)
    assert chunk_state(engine) is ChunkState.UNKNOWN, "nor does the list make it a candidate"


async def test_the_newest_batch_just_listed_is_not_what_was_sent(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    newest = bench.service.add(3)
    bench.service.script = [Accepted(newest, "req_2")]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.UNKNOWN
    assert "was there before" in submission_of(engine, "0001").why


async def test_an_answer_that_names_a_batch_proved_for_another_chunk_by_its_results_takes_it_from_nobody(
    bench: Bench,
) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX)
    bench.service.script = ["lost"]
    await engine.sender.send_next()
    first = bench.service.batches[0]
    await poll(bench, engine)
    bench.service.end(first.id)
    await poll(bench, engine)
    assert await engine.collector.collect(first.id)
    bench.service.script = [Accepted(bench.service.find(first.id), "req_2")]
    await send_all(engine)
    assert engine.state.batches[first.id].chunk == "0001"
    assert [chunk_state(engine, label) for label in ("0001", "0002")] == [ChunkState.ADOPTED, ChunkState.UNKNOWN]


@pytest.mark.parametrize("counted", [RequestCounts(), RequestCounts(processing=2), RequestCounts(processing=4)])
async def test_an_answer_with_another_number_of_requests_is_unsure_until_the_custom_ids_decide(
    bench: Bench, counted: RequestCounts
) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, request_counts=counted)]
    await engine.sender.send_next()
    odd = bench.service.batches[0]
    bench.service.change(odd.id, request_counts=counted)
    assert chunk_state(engine) is ChunkState.UNKNOWN
    assert submission_of(engine, "0001").why == f"the answer names {odd.id} with {counted.total} requests, not 3"
    await poll(bench, engine, 3600)
    assert submission_of(engine, "0001").candidates == (odd.id,), "so it is not `not found` while it is there"
    assert AlertKind.STRANGER not in told(engine, bench)
    bench.service.end(odd.id)
    await poll(bench, engine)
    assert await engine.collector.collect(odd.id)
    assert chunk_state(engine) is ChunkState.ADOPTED
    assert engine.state.batches[odd.id].is_proved
    assert bench.service.posts == [SIX[:3]]


async def test_a_count_that_is_right_later_is_the_evidence_that_adopts_it(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, request_counts=RequestCounts())]
    await engine.sender.send_next()
    late = bench.service.batches[0]
    assert chunk_state(engine) is ChunkState.UNKNOWN
    await poll(bench, engine)
    assert engine.state.runs["evals"].chunks["0001"].batch_id == late.id


async def test_another_number_of_requests_that_is_a_strangers_in_the_end_is_given_back(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, ids=["x", "y"])]
    await engine.sender.send_next()
    stranger = bench.service.batches[0]
    await poll(bench, engine)
    bench.service.end(stranger.id)
    await poll(bench, engine)
    assert not await engine.collector.collect(stranger.id)
    assert submission_of(engine, "0001").disproved == (stranger.id,)
    assert chunk_state(engine) is ChunkState.UNKNOWN


async def test_a_batch_that_was_made_long_before_it_was_sent_is_unsure(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, created_at=NOON - timedelta(hours=2))]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.UNKNOWN
    assert "made before it was sent, on 2026-11-21 10:00:00Z" in submission_of(engine, "0001").why


@pytest.mark.parametrize(("older_seconds", "expected"), [(1, ChunkState.CONFIRMED), (5, ChunkState.UNKNOWN)])
async def test_a_batch_older_than_the_newest_one_just_listed_is_not_what_was_sent(
    bench: Bench, older_seconds: float, expected: ChunkState
) -> None:
    engine = bench.start()
    bench.service.add(9)
    await engine.poller.poll()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, created_at=NOON - timedelta(seconds=older_seconds))]
    await engine.sender.send_next()
    assert chunk_state(engine) is expected


async def test_a_proxys_clock_that_is_minutes_wrong_makes_no_answer_doubtful(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, created_at=NOON - timedelta(minutes=5))]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.CONFIRMED


async def test_an_answer_of_another_account_is_unsure_and_nothing_more_is_sent(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, SIX)
    submit = bench.service.submit

    async def answered_by_another(*given: object, **named: object) -> object:
        seen, answer = await submit(*given, **named)  # type: ignore[arg-type]  # passed through
        assert answer is not None
        other = Account(base_url=answer.account.base_url, organization_id="org-2", api_workspace_id="wrkspc_2")
        return seen, replace(answer, account=other)

    bench.service.submit = answered_by_another  # type: ignore[method-assign,assignment]
    with pytest.raises(OtherAccount):
        await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.UNKNOWN
    assert "org-2" in submission_of(engine, "0001").why
    with pytest.raises(OtherAccount):
        await engine.sender.send_next()
    assert bench.service.posts == [SIX[:3]]


async def test_a_person_cannot_settle_a_submission_with_a_batch_that_has_an_owner(bench: Bench) -> None:
    engine = bench.start()
    first = await answered_with_the_first_batch_again(bench, engine)
    with pytest.raises(BadInput, match="belongs to evals"):
        verbs_submissions.adopt_for(engine, submission_of(engine, "0002").id, first.id)


async def test_what_was_doubted_is_the_same_after_a_restart(bench: Bench) -> None:
    engine = bench.start()
    first = await answered_with_the_first_batch_again(bench, engine)
    bench.die(engine)
    again = bench.start()
    assert again.state == engine.state
    for _ in range(3):
        await poll(bench, again, 600)
        await send_all(again)
    assert len(bench.service.posts) == 2
    assert again.state.batches[first.id].chunk == "0001"


async def test_a_confirmed_batch_whose_results_are_all_of_other_requests_is_not_the_chunks(bench: Bench) -> None:
    """A stranger's, made in the same moment and of the same size: nothing but its custom_ids tells."""
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    bench.service.script = [made(bench, ids=["x", "y", "z"])]
    await engine.sender.send_next()
    assert chunk_state(engine) is ChunkState.CONFIRMED
    stranger, real = bench.service.batches[0], bench.service.add(3, ids=SIX[:3])
    bench.service.end(stranger.id)
    await poll(bench, engine)
    assert not await engine.collector.collect(stranger.id)
    assert engine.state.batches[stranger.id].run is None
    assert "has other custom_ids" in told(engine, bench)[AlertKind.UNSURE]
    await poll(bench, engine)
    await send_all(engine)
    assert engine.state.runs["evals"].chunks["0001"].batch_id == real.id
    assert len(bench.service.posts) == 1


async def test_one_odd_line_takes_no_confirmed_batch_from_its_chunk(bench: Bench) -> None:
    engine = bench.start()
    await bench.submit(engine, SIX[:3])
    await send_all(engine)
    (batch,) = bench.service.batches
    bench.service.end(batch.id)
    bench.service.results_lines[batch.id][0] = result_line("stranger")
    await poll(bench, engine)
    assert not await engine.collector.collect(batch.id)
    assert chunk_state(engine) is ChunkState.CONFIRMED
    assert engine.state.batches[batch.id].collect_why
