"""New alerts leave the program once, and only from the process that leads."""

from datetime import datetime

from batchtui.domain.alert import Alert, AlertKind
from batchtui.engine.engine import Duty
from batchtui.engine.herald import Herald
from tests.engine.conftest import Bench


class FakeAlarm:
    def __init__(self, why: str = "") -> None:
        self.heard: list[Alert] = []
        self.why = why

    async def ring(self, alert: Alert, at: datetime) -> str:
        self.heard.append(alert)
        return self.why


async def test_an_alert_is_told_once_and_those_of_the_start_are_no_news(bench: Bench) -> None:
    engine, alarm = bench.start(), FakeAlarm()
    await engine.poller.poll()
    bench.service.add(3)
    await engine.poller.poll()
    herald = Herald(engine.core, [alarm])
    await herald.tell_news()
    assert alarm.heard == []
    bench.service.add(5)
    await engine.poller.poll()
    await herald.tell_news()
    await herald.tell_news()
    assert [alert.kind for alert in alarm.heard] == [AlertKind.STRANGER]


async def test_a_process_that_follows_leaves_telling_to_the_leader(bench: Bench) -> None:
    leader, follower, alarm = bench.start(), bench.start(leads=False), FakeAlarm()
    await leader.poller.poll()
    herald = Herald(follower.core, [alarm])
    await herald.tell_news()
    bench.service.add(5)
    await leader.poller.poll()
    follower.core.refresh()
    await herald.tell_news()
    assert alarm.heard == []


async def test_an_alarm_that_fails_is_said_in_the_log_and_the_next_one_rings_all_the_same(bench: Bench) -> None:
    engine, broken, sound = bench.start(), FakeAlarm("alerts.command ended with 1"), FakeAlarm()
    await engine.poller.poll()
    herald = Herald(engine.core, [broken, sound])
    await herald.tell_news()
    bench.service.add(5)
    await engine.poller.poll()
    await herald.tell_news()
    assert len(sound.heard) == 1
    assert "alerts.command ended with 1" in [notice.text for notice in engine.core.notices_since(0)]


async def test_the_engine_looks_for_news_while_it_runs(bench: Bench) -> None:
    alarm = FakeAlarm()
    engine = bench.start(alarms=[alarm])
    await engine.poller.poll()
    async with engine.running(Duty.POLL):
        bench.service.add(5)
        heard = await engine.until(lambda _state: alarm.heard or None, within=60)
    assert heard
