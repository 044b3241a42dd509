"""Alerts that somebody has seen are quiet in every process, and can be raised again."""

from datetime import timedelta

import pytest

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.failures import NotFound, ReadOnly
from batchtui.engine import verbs_alerts
from batchtui.engine.engine import Engine
from tests.engine.conftest import Bench


def marked(engine: Engine) -> list[AlertKind]:
    core = engine.core
    return [alert.kind for alert in alerts(core.state, core.live.link, core.settings, core.clock.now())]


async def with_a_stranger(bench: Bench) -> Engine:
    engine = bench.start()
    await engine.poller.poll()
    bench.service.add(3)
    await engine.poller.poll()
    return engine


async def test_an_acknowledged_alert_is_quiet_here_elsewhere_and_after_a_restart(bench: Bench) -> None:
    engine = await with_a_stranger(bench)
    (alert,) = verbs_alerts.standing(engine)
    assert verbs_alerts.acknowledge(engine, [alert.key]) == 1
    assert marked(engine) == []
    other = bench.start(leads=False)
    assert marked(other) == []
    assert [each.key for each in verbs_alerts.standing(other)] == [alert.key]


async def test_a_muted_alert_comes_back(bench: Bench) -> None:
    engine = await with_a_stranger(bench)
    (alert,) = verbs_alerts.standing(engine)
    verbs_alerts.acknowledge(engine, [alert.key], mute_for=timedelta(seconds=60))
    assert marked(engine) == []
    await bench.clock.sleep(61)
    assert marked(engine) == [AlertKind.STRANGER]


async def test_what_was_put_aside_can_be_raised_again(bench: Bench) -> None:
    engine = await with_a_stranger(bench)
    (alert,) = verbs_alerts.standing(engine)
    verbs_alerts.acknowledge(engine, [alert.key])
    assert verbs_alerts.raise_again(engine, [alert.key, "held:nobody"]) == 1
    assert marked(engine) == [AlertKind.STRANGER]


async def test_what_is_no_alert_cannot_be_put_aside(bench: Bench) -> None:
    engine = await with_a_stranger(bench)
    with pytest.raises(NotFound):
        verbs_alerts.acknowledge(engine, ["late:nobody"])


async def test_a_read_only_session_puts_nothing_aside(bench: Bench) -> None:
    await with_a_stranger(bench)
    engine = bench.start(is_read_only=True)
    with pytest.raises(ReadOnly):
        verbs_alerts.acknowledge(engine, ["late:nobody"])
