"""`[retry] automatic`: sent again once, within limits, whoever is killed when; above them a person is asked."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from batchtui.domain.again import wait_before, waits_for_retry
from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts_of_runs import alerts_of_runs
from batchtui.domain.records import BatchGone, CancelIntended, RetryDeclined, RetryOrdered, RunPlanned
from batchtui.domain.settings import BudgetSettings, ConfirmSettings, RetrySettings, Settings
from batchtui.domain.submission import OtherAnswer
from batchtui.engine import pruning, verbs_runs
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.verbs_cancel import cancel, plan_cancel
from batchtui.workspace.journal.file_journal import FileJournal
from tests.engine.conftest import SETTINGS, Bench
from tests.engine.steps import end_open, ended, plan_retry, send_all
from tests.fakes import NOON

AUTOMATIC = replace(SETTINGS, retry=RetrySettings(automatic=True, delay=60))


def written(bench: Bench, kind: type) -> list[object]:
    return [record for record in FileJournal(bench.root).load() if isinstance(record, kind)]


def not_again(engine: Engine) -> list[Alert]:
    found = alerts_of_runs(engine.state, engine.settings, NOON)
    return [alert for alert in found if alert.kind is AlertKind.RETRY_DECLINED]


async def steps(engine: Engine) -> None:
    while await engine.again.step():
        pass
    await send_all(engine)


async def test_what_is_transient_is_sent_again_after_the_delay_and_once(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    await steps(engine)
    assert len(bench.service.posts) == 1
    bench.clock.advance(59)
    await steps(engine)
    assert len(bench.service.posts) == 1
    bench.clock.advance(2)
    await steps(engine)
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]
    assert len(written(bench, RetryOrdered)) == 1


async def test_the_order_is_on_disk_before_anything_is_planned(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    assert len(written(bench, RetryOrdered)) == 1
    assert len(written(bench, RunPlanned)) == 1
    told = [notice for notice in engine.core.notices_since(0) if notice.event == "retry_planned"]
    assert [(notice.run, notice.requests) for notice in told] == [("evals", 1)]


async def test_no_kill_between_two_records_loses_it_or_sends_it_twice(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.die(engine)  # ordered, not planned
    engine = bench.start(AUTOMATIC)
    bench.clock.advance(61)
    assert await engine.again.step()
    bench.die(engine)  # planned, not sent
    engine = bench.start(AUTOMATIC)
    await steps(engine)
    bench.die(engine)
    engine = bench.start(AUTOMATIC)
    bench.clock.advance(61)
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]


async def test_a_person_who_is_faster_leaves_nothing_to_send(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    other = bench.start(leads=False)
    other.planner.accept(await plan_retry(other, "evals"))
    bench.clock.advance(61)
    engine.core.refresh()
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]


async def test_it_ends_with_max_attempts_and_waits_longer_each_time(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b"], ["b"])
    for wait in (61, 121, 10_000, 10_000):
        await steps(engine)
        bench.clock.advance(wait)
        await steps(engine)
        await end_open(bench, engine, ["b"])
    assert bench.service.posts == [["a", "b"], ["b"], ["b"]]


@pytest.mark.parametrize(
    ("backoff", "waits"), [("fixed", [60, 60, 60]), ("linear", [60, 120, 180]), ("exponential", [60, 120, 240])]
)
def test_how_the_delay_grows(backoff: str, waits: list[int]) -> None:
    settings = RetrySettings(backoff=backoff, delay=60)
    assert [wait_before(settings, number) for number in (1, 2, 3)] == [timedelta(seconds=each) for each in waits]


@pytest.mark.parametrize(
    "limits",
    [
        replace(AUTOMATIC, confirm=ConfirmSettings(type_over_requests=0)),
        replace(AUTOMATIC, confirm=ConfirmSettings(type_over_usd=0)),
        replace(AUTOMATIC, budget=BudgetSettings(run_usd=0.0000001)),
    ],
)
async def test_above_a_limit_a_person_is_told_and_nothing_is_sent(bench: Bench, limits: Settings) -> None:
    engine = bench.start(SETTINGS)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    bench.die(engine)
    engine = bench.start(limits)
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert len(written(bench, RetryDeclined)) == 1
    alerts = [notice.text for notice in engine.core.notices_since(0) if notice.event == "alert"]
    assert [text for text in alerts if "waits for a person" in text]
    (standing,) = not_again(engine)
    assert standing.text.startswith("evals is not sent again by itself: 1 request waits for a person: ")
    bench.die(engine)
    engine = bench.start(SETTINGS)
    assert not_again(engine) == [standing]
    engine.planner.accept(await plan_retry(engine, "evals"), over_budget=True)
    assert not_again(engine) == []
    assert [entry for entry in (bench.root / "staging").iterdir() if entry.is_dir()] == []


async def test_what_an_operator_stopped_is_not_sent_again_by_itself(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await bench.submit(engine, ["a", "b", "c"])
    await send_all(engine)
    engine.core.commit(CancelIntended(at=bench.clock.now(), batch_id=bench.service.batches[0].id))
    await end_open(bench, engine, ["b"])
    await steps(engine)
    assert written(bench, RetryOrdered) == []


async def test_a_hold_after_the_order_stops_it_until_somebody_lets_it_go_on(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    verbs_runs.hold(engine, "evals", "wait")
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    (alert,) = [each for each in alerts_of_runs(engine.state, engine.settings, NOON) if each.kind is AlertKind.HELD]
    assert alert.text == "evals is held: wait; its retry waits"
    plan = verbs_runs.plan_release(engine.state, "evals")
    assert plan is not None and plan.chunks == 0
    assert not waits_for_retry(engine.state, engine.settings.retry, "evals", bench.clock.now())
    verbs_runs.release(engine, "evals")
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]


async def test_a_hold_while_it_is_planned_leaves_no_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.clock.advance(61)
    plan_retry = engine.planner.plan_retry

    async def held_meanwhile(*args: Any, **options: Any) -> Plan:
        plan = await plan_retry(*args, **options)
        verbs_runs.hold(engine, "evals", "wait")
        return plan

    monkeypatch.setattr(engine.planner, "plan_retry", held_meanwhile)
    await steps(engine)
    assert len(written(bench, RunPlanned)) == 1
    assert [entry for entry in (bench.root / "staging").iterdir() if entry.is_dir()] == []


async def test_a_cancel_while_it_is_planned_leaves_no_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.clock.advance(61)
    plan_retry = engine.planner.plan_retry

    async def canceled_meanwhile(*args: Any, **options: Any) -> Plan:
        plan = await plan_retry(*args, **options)
        await cancel(engine, plan_cancel(engine.state, ["evals"]))
        return plan

    monkeypatch.setattr(engine.planner, "plan_retry", canceled_meanwhile)
    await steps(engine)
    assert len(written(bench, RunPlanned)) == 1
    assert [entry for entry in (bench.root / "staging").iterdir() if entry.is_dir()] == []
    told = [notice.text for notice in engine.core.notices_since(0) if notice.event == "alert"]
    assert told == ["evals was not sent again by itself: somebody canceled it"]


async def test_switching_it_on_does_not_wake_the_past(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    bench.die(engine)
    bench.clock.advance(2 * 86_400)
    engine = bench.start(AUTOMATIC)
    await steps(engine)
    assert written(bench, RetryOrdered) == []


async def test_switching_it_on_again_does_not_wake_an_order_of_the_past(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.die(engine)
    bench.clock.advance(2 * 86_400)
    engine = bench.start(AUTOMATIC)
    await steps(engine)
    assert len(bench.service.posts) == 1
    (alert,) = not_again(engine)
    assert alert.text == "evals is not sent again by itself: its time is long past"
    assert not waits_for_retry(engine.state, engine.settings.retry, "evals", bench.clock.now())


async def test_what_somebody_lets_go_on_after_days_is_sent_again(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    verbs_runs.hold(engine, "evals", "wait")
    bench.clock.advance(3 * 86_400)
    await steps(engine)
    verbs_runs.release(engine, "evals")
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]


@pytest.mark.parametrize("automatic", [AUTOMATIC, SETTINGS])
async def test_a_cancel_takes_the_order_back(bench: Bench, automatic: Settings) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.die(engine)
    other = bench.start(automatic)
    plan = plan_cancel(other.state, ["evals"])
    assert (plan.retries, plan.is_empty) == (("evals",), False)
    await cancel(other, plan)
    assert plan_cancel(other.state, ["evals"]).is_empty
    bench.die(other)
    engine = bench.start(AUTOMATIC)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert not_again(engine) == []


async def test_what_was_given_up_since_the_order_is_not_sent_again_by_itself(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    engine.core.commit(CancelIntended(at=bench.clock.now(), batch_id=bench.service.batches[0].id))
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert [alert.text for alert in not_again(engine)] == ["evals is not sent again by itself: somebody stopped it"]


async def test_an_order_that_cannot_be_planned_keeps_nobody_waiting(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"], run="pruned")
    await ended(bench, engine, ["d", "e", "f"], ["e"], run="damaged")
    await ended(bench, engine, ["g", "h", "i"], ["h"], run="whole")
    for _ in range(3):
        assert await engine.again.step()
    pruning.prune(engine, "pruned", results=False)
    (bench.root / "runs" / "damaged" / "chunks" / "0001.index").write_bytes(b"x")
    bench.clock.advance(61)
    await steps(engine)
    assert bench.service.posts[3:] == [["h"]]
    texts = [alert.text for alert in not_again(engine)]
    assert len(texts) == 2
    assert texts[0] == "pruned is not sent again by itself: its bodies were pruned"
    assert texts[1].startswith("damaged is not sent again by itself: ") and "index" in texts[1]
    for run in ("pruned", "damaged"):
        assert not waits_for_retry(engine.state, engine.settings.retry, run, bench.clock.now())


async def test_an_order_that_cannot_be_counted_keeps_nobody_waiting(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"], run="damaged")
    await ended(bench, engine, ["g", "h", "i"], ["h"], run="whole")
    bench.die(engine)
    (bench.root / "runs" / "damaged" / "chunks" / "0001.index").unlink()
    engine = bench.start(AUTOMATIC)
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert bench.service.posts[2:] == [["h"]]
    assert [alert.run for alert in not_again(engine)] == ["damaged"]


async def test_nothing_happens_by_itself_unless_it_was_asked_for(bench: Bench) -> None:
    engine = bench.start()
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert not await engine.again.step()


async def test_other_classes_than_those_of_the_settings_stay(bench: Bench) -> None:
    engine = bench.start(replace(AUTOMATIC, retry=RetrySettings(automatic=True, classes=("api_error",))))
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert [notice for notice in engine.core.notices_since(0) if notice.event == "retry_planned"] == []


@pytest.mark.parametrize("moment", ["collected", "ended", "open"])
async def test_what_was_canceled_before_anything_was_ordered_is_not_sent_again_by_itself(
    bench: Bench, moment: str
) -> None:
    engine = bench.start(AUTOMATIC)
    await bench.submit(engine, ["a", "b", "c"])
    await send_all(engine)
    if moment != "open":
        bench.service.end(bench.service.batches[0].id, errored=["b"])
        await engine.poller.poll()
    if moment == "collected":
        await end_open(bench, engine, [])
    plan = plan_cancel(engine.state, ["evals"], AUTOMATIC.retry, bench.clock.now())
    assert (plan.retries, plan.is_empty) == (("evals",), False)
    canceling = asyncio.create_task(cancel(engine, plan))
    await asyncio.sleep(0)
    await engine.stopper.carry_out()
    await canceling
    assert plan_cancel(engine.state, ["evals"], AUTOMATIC.retry, bench.clock.now()).is_empty
    await end_open(bench, engine, ["b"])
    bench.die(engine)
    engine = bench.start(AUTOMATIC)
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert written(bench, RetryOrdered) == []
    assert not waits_for_retry(engine.state, engine.settings.retry, "evals", bench.clock.now())


async def test_a_cancel_that_ends_before_the_answer_of_the_leader_stops_the_retry_all_the_same(bench: Bench) -> None:
    """Ordered by the leader after the plan was shown: the order is taken back, since the plan is made anew."""
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    other = bench.start(AUTOMATIC, leads=False)
    plan = plan_cancel(other.state, ["evals"], AUTOMATIC.retry, bench.clock.now())
    assert await engine.again.step()
    await cancel(other, plan)
    engine.core.refresh()
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 1
    assert not_again(engine) == []


async def test_a_cancel_of_what_is_all_well_has_nothing_to_do(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], [])
    assert plan_cancel(engine.state, ["evals"], AUTOMATIC.retry, bench.clock.now()).is_empty


async def test_a_cancel_of_a_failed_run_of_long_ago_has_nothing_to_do(bench: Bench) -> None:
    engine = bench.start(SETTINGS)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert plan_cancel(engine.state, ["evals"], SETTINGS.retry, bench.clock.now()).is_empty
    bench.clock.advance(2 * 86_400)
    assert plan_cancel(engine.state, ["evals"], AUTOMATIC.retry, bench.clock.now()).is_empty


async def test_what_the_service_refused_to_take_again_is_left_to_a_person(bench: Bench) -> None:
    """A refused chunk is no attempt of its requests, so no number of attempts would ever end this."""
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    await steps(engine)
    bench.clock.advance(61)
    bench.service.script = [OtherAnswer(status=400, type="invalid_request_error", message="no")] * 5
    for _ in range(5):
        await steps(engine)
        bench.clock.advance(10_000)
    assert len(written(bench, RetryOrdered)) == 1
    assert len(bench.service.posts) == 2
    assert not waits_for_retry(engine.state, engine.settings.retry, "evals", bench.clock.now())


async def test_what_an_attempt_came_to_that_is_gone_nobody_knows_so_it_is_not_sent_again_by_itself(
    bench: Bench,
) -> None:
    engine = bench.start(AUTOMATIC)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    await steps(engine)
    bench.clock.advance(61)
    await steps(engine)
    assert len(bench.service.posts) == 2
    engine.core.commit(BatchGone(at=bench.clock.now(), batch_id=bench.service.batches[0].id))
    await steps(engine)
    bench.clock.advance(10_000)
    await steps(engine)
    assert len(bench.service.posts) == 2
    assert not waits_for_retry(engine.state, engine.settings.retry, "evals", bench.clock.now())


async def test_an_order_from_a_clock_that_was_ahead_is_carried_out_when_the_clock_is_set_right(bench: Bench) -> None:
    engine = bench.start(AUTOMATIC)
    bench.clock.advance(400 * 86_400)
    await ended(bench, engine, ["a", "b", "c"], ["b"])
    assert await engine.again.step()
    bench.clock.advance(-400 * 86_400)
    await steps(engine)
    assert bench.service.posts == [["a", "b", "c"], ["b"]]
