"""A group put aside is sent neither by `R` nor by itself, also the row of single messages; who asks gets it."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from batchtui.domain.issues.triage import MOST_SINGLES, UNGROUPED, template
from batchtui.domain.records import RetryDeclined, RetryOrdered
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import RetrySettings, SubmitSettings
from batchtui.engine import verbs_groups
from batchtui.engine.engine import Engine
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import SETTINGS, Bench
from tests.engine.steps import ended, plan_retry, send_all
from tests.engine.test_again import not_again, steps, written

WIDE = replace(SETTINGS, submit=SubmitSettings(chunk_requests=200))
BY_CLASS = RetrySettings(automatic=True, delay=60, classes=("overloaded_error",))
OVERLOADED = ("overloaded_error", "Overloaded")
IDS = [f"{first}{second}" for first in "abcdefg" for second in "abcdefgh"]
"""One message each, in words that no template replaces."""


async def with_messages(bench: Bench, engine: Engine, messages: dict[str, str], good: list[str]) -> None:
    """A collected run in which each of these requests is overloaded in its own words."""
    await bench.submit(engine, [*messages, *good])
    await send_all(engine)
    (batch,) = bench.service.batches
    bench.service.end(batch.id, errored=list(messages))
    lines = [json.loads(line) for line in bench.service.results_lines[batch.id]]
    for line in lines:
        if line["custom_id"] in messages:
            line["result"]["error"]["error"]["message"] = messages[line["custom_id"]]
    bench.service.results_lines[batch.id] = [json.dumps(line).encode() for line in lines]
    bench.clock.advance(30)
    await engine.poller.poll()
    for batch_id in engine.collector.wanted():
        assert await engine.collector.collect(batch_id)


def single(custom_id: str) -> str:
    return f"overloaded in the {custom_id} room"


async def test_an_automatic_retry_of_named_classes_leaves_what_is_muted(bench: Bench) -> None:
    engine = bench.start(replace(WIDE, retry=BY_CLASS))
    await with_messages(bench, engine, {"a": "Overloaded", "b": "Overloaded", "c": "try later please"}, ["d"])
    verbs_groups.mute(engine, OVERLOADED, below=4)
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert bench.service.posts[1:] == [["c"]]
    (order,) = written(bench, RetryOrdered)
    assert isinstance(order, RetryOrdered) and order.requests == 1


async def test_nothing_is_ordered_where_all_of_it_is_muted_and_nobody_is_called(bench: Bench) -> None:
    engine = bench.start(replace(SETTINGS, retry=BY_CLASS))
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    verbs_groups.mute(engine, OVERLOADED, below=2)
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    (word,) = written(bench, RetryDeclined)
    assert isinstance(word, RetryDeclined) and word.is_quiet and "put" in word.why
    assert not_again(engine) == []


async def test_what_is_muted_after_the_order_is_not_sent_and_nobody_is_called(bench: Bench) -> None:
    engine = bench.start(replace(SETTINGS, retry=BY_CLASS))
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    verbs_groups.mute(engine, OVERLOADED, below=2)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    (word,) = written(bench, RetryDeclined)
    assert isinstance(word, RetryDeclined) and word.is_quiet
    assert not_again(engine) == []


@pytest.mark.parametrize("how", ["lifted", "over"])
async def test_what_was_put_aside_is_left_to_a_person_also_once_that_is_over(bench: Bench, how: str) -> None:
    engine = bench.start(replace(SETTINGS, retry=BY_CLASS))
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    verbs_groups.mute(engine, OVERLOADED, until=bench.clock.now() + timedelta(hours=1))
    await steps(engine)
    if how == "lifted":
        verbs_groups.mute(engine, OVERLOADED)
    bench.clock.advance(3601)
    await steps(engine)
    assert len(bench.service.posts) == 1, "taking a mute back asks nothing, so it is nothing that may spend"
    plan = await plan_retry(engine, "evals")
    assert plan.included == 1


async def test_the_row_of_single_messages_stays_when_it_is_muted(bench: Bench) -> None:
    engine = bench.start(WIDE)
    ids = IDS[: MOST_SINGLES + 1]
    assert len({template(single(custom_id)) for custom_id in ids}) == len(ids)
    messages = {custom_id: single(custom_id) for custom_id in ids} | {"y": "Overloaded", "z": "Overloaded"}
    await with_messages(bench, engine, messages, ["x"])
    verbs_groups.mute(engine, ("overloaded_error", UNGROUPED), below=2 * len(ids))
    plan = await plan_retry(engine, "evals")
    assert plan.included == 2
    assert [skip.requests for skip in plan.skipped] == [len(ids)]
    asked = RetryPolicy(classes=frozenset({"overloaded_error"}))
    plan = await engine.planner.plan_retry("evals", asked, builds=False, options=SubmitOptions())
    assert plan.included == len(messages)


async def test_the_row_of_single_messages_that_doubled_is_sent_again(bench: Bench) -> None:
    engine = bench.start(WIDE)
    ids = IDS[: MOST_SINGLES + 1]
    await with_messages(bench, engine, {custom_id: single(custom_id) for custom_id in ids}, ["x"])
    verbs_groups.mute(engine, ("overloaded_error", UNGROUPED), below=len(ids))
    assert (await plan_retry(engine, "evals")).included == len(ids)


async def test_a_muted_row_of_single_messages_stays_when_some_of_them_were_mended(bench: Bench) -> None:
    engine = bench.start(replace(WIDE, retry=BY_CLASS))
    ids = IDS[: MOST_SINGLES + 1]
    await with_messages(bench, engine, {custom_id: single(custom_id) for custom_id in ids}, ["x"])
    verbs_groups.mute(engine, ("overloaded_error", UNGROUPED), below=2 * len(ids))
    named = RetryPolicy(classes=frozenset({"overloaded_error"}), custom_ids=frozenset(ids[:3]))
    engine.planner.accept(await engine.planner.plan_retry("evals", named, builds=True, options=SubmitOptions()))
    await send_all(engine)
    bench.service.end(bench.service.batches[0].id)
    bench.clock.advance(30)
    await engine.poller.poll()
    for batch_id in engine.collector.wanted():
        assert await engine.collector.collect(batch_id)
    assert (await plan_retry(engine, "evals")).included == 0
    await steps(engine)
    bench.clock.advance(121)
    await steps(engine)
    assert len(bench.service.posts) == 2


async def test_a_long_message_that_outgrew_its_mute_is_sent_again(bench: Bench) -> None:
    engine = bench.start(WIDE)
    words = "overloaded " + "in many words " * 30
    await with_messages(bench, engine, {"a": words, "b": words}, ["c"])
    verbs_groups.mute(engine, ("overloaded_error", template(words)), below=2)
    assert (await plan_retry(engine, "evals")).included == 2
    verbs_groups.mute(engine, ("overloaded_error", template(words)), below=4)
    assert (await plan_retry(engine, "evals")).included == 0
