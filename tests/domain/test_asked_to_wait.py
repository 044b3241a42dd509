"""A service that asks to wait: until when is told wherever somebody looks."""

from datetime import timedelta

import pytest

from batchtui.domain.alert import Alert, AlertKind
from batchtui.domain.alerts import all_alerts
from batchtui.domain.limits import turns
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import Record, SubmissionRefused
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.notices import describe
from batchtui.present.cells import plain
from batchtui.present.header import link_cells
from tests.domain.builders import folded, intended, planned
from tests.fakes import NOON
from tests.present.scenes import scene_of
from tests.tui.still import live_link


def limited(seconds: float) -> SubmissionRefused:
    until = NOON + timedelta(seconds=seconds)
    return SubmissionRefused(at=NOON, submission="sub_1", status=429, message="slow down", retry_at=until)


def asked(seconds: float) -> AppState:
    return folded(planned(), intended(), limited(seconds))


def alerts_of(state: AppState, link: Link | None = None) -> list[Alert]:
    found = all_alerts(state, link or Link(state=LinkState.LIVE), Settings(), NOON)
    return [alert for alert in found if alert.kind is AlertKind.LIMITED]


def test_every_held_chunk_says_until_when_and_none_is_stuck_by_itself() -> None:
    waiting = list(turns(asked(3600), Settings(), NOON))
    assert {turn.waits for turn in waiting} == {"the service asked to wait until 13:00Z"}
    assert not any(turn.is_own_reason for turn in waiting)


def test_a_wait_beyond_this_half_of_the_day_says_which_day() -> None:
    first, _ = turns(asked(20 * 3600), Settings(), NOON)
    tomorrow = NOON + timedelta(hours=20)
    assert first.waits == f"the service asked to wait until {tomorrow:%m-%d} 08:00Z"


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_long_wait_is_an_alert_that_counts_what_stands_still(minutes: int) -> None:
    (alert,) = alerts_of(asked(60 * minutes))
    until = NOON + timedelta(minutes=minutes)
    assert alert.told == f"the service asked to wait until {until:%H:%MZ}: 2 chunks wait here"


def test_a_short_wait_needs_nobody() -> None:
    assert not alerts_of(asked(30))


def test_a_long_wait_before_the_next_look_is_an_alert_too() -> None:
    link = Link(state=LinkState.LIMITED, next_at=NOON + timedelta(hours=1), why="429: slow down")
    (alert,) = alerts_of(AppState(), link)
    assert "until 13:00Z" in alert.told


def test_what_is_held_and_tried_again_is_not_called_refused() -> None:
    before = folded(planned(), intended())
    notice = describe(limited(3600), before, asked(3600))
    assert notice is not None
    assert (notice.event, "refused" in notice.text) == ("chunk_held", False)
    assert "held, the service asked to wait until 13:00:00Z (429): slow down" in notice.text


def test_the_header_says_until_when_nothing_is_sent_though_the_service_answers() -> None:
    records: list[Record] = [planned(), intended(), limited(3600)]
    link = live_link(as_of=NOON, next_at=NOON + timedelta(seconds=26))
    words = "  ".join(plain(spans) for spans in link_cells(scene_of(records, link=link, now=NOON)))
    assert words == "live 0s ago  limited until 13:00Z"
    over = scene_of(records, link=link, now=NOON + timedelta(hours=1))
    assert over.limited_until is None
