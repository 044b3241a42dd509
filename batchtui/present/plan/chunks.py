"""The chunks of a plan beside it: what travels in which batch, how full each is, and which of them start at once."""

from math import ceil

from batchtui.domain.run import ChunkPlan
from batchtui.engine.plans import Plan
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.formats import count, exact, size
from batchtui.present.glyphs import Glyphs
from batchtui.present.plan.pace import starting
from batchtui.present.scene import Scene

_HEAD = f"{'#':>6}  {'REQS':>7}  {'SIZE':>9}   OF THE LIMIT  START"
_BAR_CELLS = 12


def chunk_table(scene: Scene, plan: Plan, height: int) -> list[Cell]:
    """As many rows as there is room for; the last one says how many more there are."""
    at_once = starting(scene, plan)
    limits = (scene.settings.submit.chunk_requests, scene.settings.submit.chunk_bytes)
    rows = [
        _row(number, chunk, limits, scene.glyphs, is_at_once=number <= at_once)
        for number, chunk in enumerate(plan.chunks[: max(1, height)], 1)
    ]
    if len(plan.chunks) > len(rows):
        rows = rows[:-1]
        rows.append(cell(f"{'':6}  and {exact(len(plan.chunks) - len(rows))} more chunks", "dim"))
    return [cell(_HEAD, "dim"), *rows]


def _row(number: int, chunk: ChunkPlan, limits: tuple[int, int], glyphs: Glyphs, *, is_at_once: bool) -> Cell:
    return (
        Span(f"{number:>6}", "dim"),
        Span(f"  {count(chunk.requests):>7}"),
        Span(f"  {size(chunk.bytes):>9}   ", "dim"),
        *_share(max(chunk.requests / limits[0], chunk.bytes / limits[1]), glyphs),
        Span("  at once") if is_at_once else Span("  waits", "dim"),
    )


def _share(share: float, glyphs: Glyphs) -> Cell:
    """How much of what a chunk may hold it takes, by requests or by bytes, whichever is nearer to its limit."""
    filled = min(_BAR_CELLS, max(1, ceil(share * _BAR_CELLS)))
    return (Span(glyphs.succeeded * filled, "run"), Span(glyphs.unsent * (_BAR_CELLS - filled), "dim"))
