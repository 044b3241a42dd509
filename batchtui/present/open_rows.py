"""The table of what is with the API: a row a batch, in the order they may end, at the edges of what waits here."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from batchtui.domain.submission import ChunkState
from batchtui.domain.words import chunk_name
from batchtui.present.cells import NOTHING, Cell, Row, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import count_cell, short_id, size
from batchtui.present.home.batch_rows import hours_left
from batchtui.present.home.home_lines import eta_facts
from batchtui.present.planner.waiting_rows import WAITING
from batchtui.present.run.chunk_panel import cost_words
from batchtui.present.scene import Scene
from batchtui.present.selection import of_batch, of_chunk
from batchtui.present.status_words import status_cell
from batchtui.present.views import BatchView, ChunkView

_HEADS: Final = {"priority": " STATUS", "goes": "SENT", "waits": f" {'LEFT':>5}"}
OPEN: Final = tuple(structs.replace(column, head=_HEADS.get(column.key, column.head)) for column in WAITING)
LEFT_WIDTH: Final = 6
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def open_rows(scene: Scene) -> list[Row]:
    """Ours and those without an answer by their estimates, then by their expiry; those of others last."""
    own = sorted(_own(scene), key=_order)
    others = [scene.views.batch(known) for known in scene.state.elsewhere() if known.is_open]
    rows = [_own_row(scene, number, view) for number, view in enumerate(own, 1)]
    return rows + [_other_row(scene, number, view) for number, view in enumerate(others, len(rows) + 1)]


def _own(scene: Scene) -> Iterator[ChunkView]:
    """Only of runs of which something is out: there may be thousands of others."""
    state = scene.state
    names = {known.run for known in state.batches.values() if known.is_open and known.run is not None}
    names |= {submission.run for submission in state.unknown_submissions()}
    for name in names:
        for view in scene.views.chunks(state.runs[name]):
            if view.state is ChunkState.UNKNOWN or (view.batch is not None and view.batch.ended_at is None):
                yield view


def _order(view: ChunkView) -> tuple[datetime, datetime, str, str]:
    expires = view.batch.expires_at if view.batch is not None else None
    return view.eta.at if view.eta is not None else _NEVER, expires or _NEVER, view.run, view.chunk


def _own_row(scene: Scene, number: int, view: ChunkView) -> Row:
    batch = view.batch
    submission = scene.state.submissions.get(view.submission or "")
    sent = batch.created_at if batch is not None else submission.intended_at if submission is not None else None
    total = len(scene.state.runs[view.run].live_chunks)
    return Row(
        id=of_chunk(view.run, view.chunk).row_id,
        cells={
            "place": cell(str(number), "dim"),
            "run": cell(clean(view.run)),
            "chunk": cell(f"{chunk_name(view.chunk)}/{total}", "dim"),
            "requests": count_cell(view.requests, scene.glyphs),
            "size": cell(size(view.bytes), "dim"),
            "cost": cell(cost_words(view)) if view.cost_high_usd is not None else _unknown(scene),
            "priority": (Span(" "), *status_cell(view.status)),
            "goes": cell(scene.minute(sent), "dim") if sent is not None else _unknown(scene),
            "done": _done(scene, view),
            "waits": (Span(" "), *_left(scene, view)),
        },
    )


def _other_row(scene: Scene, number: int, view: BatchView) -> Row:
    return Row(
        id=of_batch(view.batch_id).row_id,
        cells={
            "place": cell(str(number), "dim"),
            "run": cell(short_id(view.batch_id, scene.glyphs)),
            "chunk": NOTHING,
            "requests": count_cell(view.counts.total, scene.glyphs),
            "size": _unknown(scene),
            "cost": _unknown(scene),
            "priority": cell(" elsewhere"),
            "goes": cell(scene.minute(view.created_at), "dim"),
            "done": _unknown(scene),
            "waits": (Span(" "), *_until(scene, view)),
        },
    )


def _done(scene: Scene, view: ChunkView) -> Cell:
    if view.eta is None or view.eta.is_late:
        return _unknown(scene)
    return cell(f"~{scene.minute(view.eta.at)}")


def _left(scene: Scene, view: ChunkView) -> Cell:
    """To the expiry, and on what its estimate rests; what has no answer has neither."""
    if view.batch is None:
        return cell("no answer: A settles", "alert", bold=False)
    basis = eta_facts(scene, view.eta)
    return (*_until(scene, view.batch), Span("  "), *(basis[-1] if view.eta else basis[0]))


def _until(scene: Scene, batch: BatchView) -> Cell:
    left = hours_left(scene, batch.expires_at)
    return (*blanks(LEFT_WIDTH - cell_width(left)), *left)


def _unknown(scene: Scene) -> Cell:
    return cell(scene.glyphs.unknown, "dim")
