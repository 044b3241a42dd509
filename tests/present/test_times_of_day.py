"""A time of the day says by whose clock it is, and of which day where a nearer one could be meant."""

from datetime import timedelta, timezone

from batchtui.domain.alert import AlertKind
from batchtui.domain.link import LinkState
from batchtui.engine.live import Notice
from batchtui.present.activity import activity_line
from batchtui.present.activity_log import COLUMNS, entries, row_of_entry, with_days
from batchtui.present.alert_words import alert_words
from batchtui.present.cells import plain
from batchtui.present.glyphs import UNICODE
from batchtui.present.grid import lay_row, place_columns
from batchtui.present.header import link_cells
from batchtui.present.run.detail import run_line
from tests.present.scenes import scene_of
from tests.tui.still import NOW, live_link
from tests.tui.world import pictured

TWO_HOURS_EAST = timezone(timedelta(hours=2))


def _expiry(zone: timezone | None) -> str:
    scene = scene_of(pictured(), zone=zone)
    return next(alert_words(alert, scene.zone) for alert in scene.alerts if alert.kind is AlertKind.EXPIRY)


def test_an_alert_tells_its_time_by_the_clock_of_the_page() -> None:
    assert "expires at 15:31Z, " in _expiry(None)
    assert "expires at 17:31, " in _expiry(TWO_HOURS_EAST)


def test_a_time_of_another_day_has_its_day() -> None:
    scene = scene_of([])
    assert scene.moment(NOW - timedelta(hours=23)) == "15:02Z"
    assert scene.moment(NOW - timedelta(hours=25)) == "11-20 13:02Z"
    assert scene_of([], zone=TWO_HOURS_EAST).moment(NOW - timedelta(hours=40, minutes=1)) == "11-20 00:01"


def test_what_was_cached_days_ago_is_not_taken_for_todays() -> None:
    link = live_link(state=LinkState.CACHED, as_of=NOW - timedelta(days=3))
    assert [plain(part) for part in link_cells(scene_of([], link=link))] == ["cached as of 11-18 14:02Z"]


def test_a_run_of_days_ago_says_the_day_it_was_created() -> None:
    scene = scene_of(pictured())
    view = scene.views.run(scene.state.runs["smoke-schema"])
    assert "created 11-19 09:02Z" in "  ".join(plain(part) for part in run_line(scene, view, is_wide=False).left)


def test_a_line_of_the_log_has_its_day_and_does_not_say_the_verb_twice() -> None:
    words = "nightly chunk 1 ended: 50 ok, 0 bad"
    scene = scene_of([])
    scene.notices = (Notice(seq=1, at=NOW - timedelta(days=2), event="batch_ended", text=words, actor="engine"),)
    (entry,) = entries(scene)
    line = plain(lay_row(place_columns(with_days(COLUMNS), 78), row_of_entry(scene, entry), UNICODE))
    assert line.split() == ["11-19", "14:02Z", "ended", "nightly", "chunk", "1:", "50", "ok,", "0", "bad"]
    assert plain(activity_line(scene, scene.notices[0], time_width=14)).startswith("11-19 14:02Z  ended")
