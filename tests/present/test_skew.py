"""A clock that is a day behind the service's: ages are told by the clock that also gave what they begin with."""

from datetime import timedelta

import pytest

from batchtui.cli.rows import run_row as listed_row
from batchtui.domain.link import LinkState
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.glyphs import UNICODE
from batchtui.present.home.batch_rows import batch_row
from batchtui.present.home.rows import run_row, unsure_row
from batchtui.present.preview.pace_line import pace_line
from batchtui.present.preview.preview import preview_lines
from batchtui.present.run.detail import run_line
from batchtui.present.run.timeline import Timeline
from batchtui.present.scene import Scene
from tests.present.scenes import scene_of
from tests.tui.still import NOW, live_link
from tests.tui.world import Part, World, ago

AHEAD = timedelta(hours=25)


@pytest.fixture
def scene() -> Scene:
    """Two hours old: one run that has ended, and one whose only chunk got no answer."""
    world, sent = World(), ago(hours=2) + AHEAD
    first = Part(10, sent=sent, ended=sent + timedelta(minutes=30), ok=10)
    world.run("done", ago(hours=2), [first, Part(10, sent=sent, ended=sent + timedelta(minutes=90), ok=10)])
    world.run("lost", ago(hours=2), [Part(10, sent=ago(hours=2), is_unsure=True)])
    return scene_of(world.records(), link=live_link(state=LinkState.LIVE, skew_seconds=AHEAD.total_seconds()))


def text(content: object) -> str:
    assert isinstance(content, tuple)
    return plain(content)


def test_a_run_is_as_old_as_our_clock_says_and_a_batch_as_the_services(scene: Scene) -> None:
    run = scene.views.run(scene.state.runs["done"])
    assert text(run_row(scene, run, needs_you=False).cells["age"]) == "2h00"
    assert {text(batch_row(scene, each, needs_you=False).cells["age"]) for each in scene.views.batches()} == {"2h00"}
    assert "2h00 ago" in plain(next(iter(preview_lines(scene, run, 60))))
    assert text(listed_row(scene.views, run).cells["age"]) == "2h00"


def test_what_was_created_now_is_not_said_to_be_a_day_old(scene: Scene) -> None:
    world = World()
    world.run("held", NOW, [Part(10)])
    fresh = scene_of(world.records(), link=scene.live.link)
    line = plain(lay_facts(run_line(fresh, fresh.views.run(fresh.state.runs["held"]), is_wide=False), 100))
    assert "created 14:02Z   0h00 ago" in line


def test_an_unsure_submission_is_as_old_as_our_clock_says(scene: Scene) -> None:
    (submission,) = scene.state.unknown_submissions()
    assert text(unsure_row(scene, submission).cells["age"]) == "2h00"


def test_the_hours_of_a_run_begin_with_its_first_batch(scene: Scene) -> None:
    run = scene.state.runs["done"]
    line = pace_line(scene.views.run(run), scene.views.chunks(run), NOW + AHEAD, UNICODE)
    assert plain(line) == "······█···········█  at most 10 in 5 min"


def test_the_picture_of_an_unsure_chunk_is_drawn_on_the_clock_its_now_is_of(scene: Scene) -> None:
    axis = Timeline(scene, scene.views.chunks(scene.state.runs["lost"])).axis(60)
    assert axis is not None and axis.now - axis.start == timedelta(hours=2)
