"""The two lines of a preview that say how a run comes along."""

from batchtui.present.cells import plain
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.preview.pace_line import pace_line, share_line
from batchtui.present.views import ChunkView, RunView
from tests.present.scenes import scene_of
from tests.tui.still import NOW
from tests.tui.world import Part, World, ago


def _seen(*parts: Part) -> tuple[RunView, list[ChunkView]]:
    world = World()
    world.run("paced", ago(hours=6), parts)
    scene = scene_of(world.records())
    view = next(view for view in scene.views.runs() if view.run == "paced")
    return view, scene.views.chunks(scene.state.runs["paced"])


def test_each_hour_has_its_column_and_an_empty_one_is_a_dot() -> None:
    view, chunks = _seen(
        Part(100, sent=ago(hours=6), ended=ago(hours=5.5), ok=100),
        Part(800, sent=ago(hours=6), ended=ago(hours=2.5), ok=800),
        Part(400, sent=ago(hours=6)),
    )
    assert plain(pace_line(view, chunks, NOW, UNICODE)) == "▁··█···  at most 800 an hour"
    assert plain(pace_line(view, chunks, NOW, ASCII)).startswith("#..#...")


def test_one_ended_chunk_says_nothing_about_hours() -> None:
    view, chunks = _seen(Part(100, sent=ago(hours=6), ended=ago(hours=5), ok=100), Part(100, sent=ago(hours=6)))
    assert pace_line(view, chunks, NOW, UNICODE) == ()


def test_the_share_is_of_what_has_a_result() -> None:
    view, _ = _seen(Part(100, sent=ago(hours=6), ended=ago(hours=5), ok=98, errored=2), Part(900, sent=ago(hours=6)))
    assert plain(share_line(view)) == "2.0 % of 100 with a result"


def test_nothing_is_said_before_there_is_a_result() -> None:
    view, _ = _seen(Part(900, sent=ago(hours=6)))
    assert share_line(view) == ()
