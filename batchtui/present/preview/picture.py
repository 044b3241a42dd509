"""A run's picture in small, where a preview has room for it: when its chunks ran, and how many requests ended when."""

from collections.abc import Iterator

from batchtui.domain.status import Status
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import chunk_name
from batchtui.present.axis import Axis
from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell
from batchtui.present.run.hours_chart import chart_title, hours_chart
from batchtui.present.run.timeline import Timeline
from batchtui.present.scene import Scene
from batchtui.present.views import BatchView, ChunkView, RunView

LEAST_WIDTH = 44
NUMBER_CELLS = 6
HEAD_ROWS = 3
"""A blank, the title, the axis."""

CHART_ROWS = 4
LEAST_CHUNKS = 8
"""Of a picture of more chunks than fit; one of fewer tells nothing."""


def picture_lines(scene: Scene, view: RunView, width: int, rows: int) -> Iterator[Cell]:
    """At most so many rows; nothing where they do not do, or where nothing was sent."""
    timeline = Timeline(scene, scene.views.chunks(scene.state.runs[view.run]))
    axis = timeline.axis(max(1, width - NUMBER_CELLS))
    room = rows - HEAD_ROWS
    if (
        axis is None
        or view.status is Status.ARCHIVED
        or width < LEAST_WIDTH
        or room < min(LEAST_CHUNKS, len(timeline.chunks))
    ):
        return
    left = room - len(timeline.chunks)
    yield from _chunks(scene, timeline, axis, room)
    if left >= CHART_ROWS + HEAD_ROWS and any(chunk.batch and chunk.batch.ended_at for chunk in timeline.chunks):
        yield NOTHING
        yield _title(scene, chart_title(axis), "", width)
        yield from hours_chart(axis, timeline.chunks, CHART_ROWS, scene.glyphs, indent=NUMBER_CELLS, width=width)


def batch_picture(scene: Scene, view: BatchView, width: int) -> Iterator[Cell]:
    """A batch on a time axis of its own; nothing where it is too narrow or the batch is gone."""
    timeline = Timeline(scene, (_alone(scene, view),))
    axis = timeline.axis(max(1, width))
    if axis is None or view.status is Status.ARCHIVED or width < LEAST_WIDTH:
        return
    yield _title(scene, "timeline", timeline.note(), width)
    yield timeline.head(axis.width)
    yield timeline.line(timeline.chunks[0], axis.width, scene.glyphs)


def _alone(scene: Scene, view: BatchView) -> ChunkView:
    """The chunk that a batch of ours is, with its estimate; another's as if it were one."""
    run = scene.state.runs.get(view.run or "")
    own = scene.views.chunks(run) if run is not None else ()
    found = next((chunk for chunk in own if chunk.chunk == view.chunk), None)
    return found or ChunkView(
        run=view.run or "",
        chunk=view.chunk or "",
        state=ChunkState.CONFIRMED,
        status=view.status,
        requests=view.counts.total,
        bytes=0,
        batch=view,
        submission=None,
        eta=None,
        cost_high_usd=None,
        note="",
    )


def _chunks(scene: Scene, timeline: Timeline, axis: Axis, room: int) -> Iterator[Cell]:
    count = len(timeline.chunks)
    shown = timeline.chunks if count <= room else timeline.chunks[: room - 1]
    yield NOTHING
    yield _title(scene, "timeline", timeline.note(), axis.width + NUMBER_CELLS)
    yield (*blanks(NUMBER_CELLS), *timeline.head(axis.width))
    for chunk in shown:
        number = Span(f"{chunk_name(chunk.chunk):>{NUMBER_CELLS - 2}}  ", "dim")
        yield (number, *timeline.line(chunk, axis.width, scene.glyphs))
    if count > len(shown):
        yield cell(f"and {count - len(shown):,} more: enter", "dim")


def _title(scene: Scene, words: str, note: str, width: int) -> Cell:
    """Words at the left and, where there is room, at the right of a rule."""
    rule = width - len(words) - len(note) - (2 if note else 1)
    if rule < 1:
        return _title(scene, words, "", width) if note else cell(words, "dim")
    line = (Span(f"{words} ", "dim"), Span(scene.glyphs.horizontal * rule, "rule"))
    return (*line, Span(f" {note}", "dim")) if note else line
