"""Results that stay incomplete are told while there is still time to mend it."""

from datetime import timedelta

from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts import all_alerts
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import CollectFailed
from batchtui.domain.settings import Settings
from tests.domain.builders import ended, folded, planned, sent
from tests.fakes import NOON


def failed(attempt: int, *, gives_up: bool = False) -> CollectFailed:
    retry_at = None if gives_up else NOON + timedelta(seconds=20)
    return CollectFailed(at=NOON, batch_id="msgbatch_0001", why="9 of 10 results", attempt=attempt, retry_at=retry_at)


def alerts_after(*failures: CollectFailed) -> list[Alert]:
    state = folded(planned(chunks=1), sent("0001", 1), ended(1, succeeded=10), *failures)
    found = all_alerts(state, Link(state=LinkState.LIVE), Settings(), NOON)
    return [alert for alert in found if alert.kind is AlertKind.COLLECT]


def test_downloads_that_keep_failing_say_when_the_next_is_and_how_long_results_are_kept() -> None:
    assert not alerts_after(failed(1))
    (alert,) = alerts_after(failed(1), failed(2))
    kept = NOON + timedelta(days=29)
    assert alert.told == (
        f"evals chunk 1: 2 downloads have failed, tried again at 12:00:20Z, "
        f"kept there until {kept:%Y-%m-%d}: 9 of 10 results"
    )


def test_giving_up_is_another_alert_than_trying_again() -> None:
    (trying,), (given_up,) = alerts_after(failed(2)), alerts_after(failed(12, gives_up=True))
    assert trying.key != given_up.key
    assert given_up.text == "evals chunk 1: 9 of 10 results"
