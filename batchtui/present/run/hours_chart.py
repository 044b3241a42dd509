"""How many requests ended in each hour: columns at the start of their hour, the figure beneath each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from batchtui.present.axis import Axis
from batchtui.present.canvas import Canvas
from batchtui.present.cells import Cell, cell, head_cell
from batchtui.present.formats import count
from batchtui.present.glyphs import Glyphs
from batchtui.present.views import ChunkView

COLUMN_CELLS = 6
WORDS = "counted when a chunk ends, so the newest hours fill late"


def hours_chart(
    axis: Axis, chunks: Sequence[ChunkView], height: int, glyphs: Glyphs, *, indent: int, width: int
) -> list[Cell]:
    """The chart's lines, cut to a width: columns, then figures."""
    bins = _bins(axis, chunks)
    highest = max(bins.values(), default=0)
    rows = [_row(axis, bins, highest, level, height, glyphs) for level in range(height, 0, -1)]
    figures = _figures(axis, bins)
    lead, zero = _lead(count(highest), indent), _lead("0", indent)
    blank = " " * indent
    leads = [lead, *[blank] * (height - 2), zero] if height > 1 else [lead]
    lines = [(*cell(words, "dim"), *row) for words, row in zip(leads, rows, strict=True)]
    return [head_cell(line, width) for line in (*lines, (*cell(blank), *figures))]


def _lead(figure: str, indent: int) -> str:
    """A figure before the columns, two cells from them; one where it takes the other, none where it takes both."""
    gap = min(2, max(0, indent - len(figure)))
    return f"{figure:>{indent - gap}}{' ' * gap}" if len(figure) <= indent else " " * indent


def bin_step(axis: Axis) -> timedelta:
    """An hour, unless everything took less than two or hours would be narrower than their columns."""
    hour = timedelta(hours=1)
    return axis.step() if axis.end - axis.start < 2 * hour else max(hour, axis.step())


def chart_title(axis: Axis) -> str:
    """What a column stands for."""
    minutes = round(bin_step(axis).total_seconds() / 60)
    if minutes == 60:
        return "requests ended per hour"
    return f"requests ended per {minutes} min" if minutes < 60 else f"requests ended per {minutes // 60} hours"


def _bins(axis: Axis, chunks: Sequence[ChunkView]) -> dict[datetime, int]:
    """Requests ended in each step; a step begins at a round time."""
    step = bin_step(axis)
    midnight = axis.start.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (axis.start - midnight) // step * step
    bins: dict[datetime, int] = {}
    while start <= axis.end:
        bins[start] = 0
        start += step
    for chunk in chunks:
        ended = chunk.batch.ended_at if chunk.batch else None
        home = max((start for start in bins if ended is not None and start <= ended), default=None)
        if home is not None:
            bins[home] += chunk.requests
    return bins


def _row(axis: Axis, bins: dict[datetime, int], highest: int, level: int, height: int, glyphs: Glyphs) -> Cell:
    canvas = Canvas(axis.width)
    _lines(axis, canvas, glyphs)
    eighths = len(glyphs.columns)
    for start, amount in bins.items():
        filled = round(amount / highest * height * eighths) if highest else 0
        here = max(0, min(eighths, filled - (level - 1) * eighths))
        if here:
            x, end = _column(axis, start)
            canvas.stroke(x, end, glyphs.columns[here - 1], "run")
    if level == height:
        x = axis.now_x + 2
        if axis.limit_at is not None and canvas.is_free(x, x + len(WORDS)):
            canvas.put(x, cell(WORDS, "dim"))
    return canvas.cell()


def _column(axis: Axis, start: datetime) -> tuple[int, int]:
    """The cells of a column; of a step that has just begun those before the line of now, at least two."""
    x = axis.x(max(start, axis.start))
    if axis.limit_at is None:
        return x, x + COLUMN_CELLS
    x = max(0, min(x, axis.now_x - 2))
    return x, min(x + COLUMN_CELLS, axis.now_x)


def _figures(axis: Axis, bins: dict[datetime, int]) -> Cell:
    canvas = Canvas(axis.width)
    for start, amount in bins.items():
        if start < axis.start and not amount:
            continue  # of an hour that is cut at the left, where the next one's figure wants to stand
        if start <= axis.now:
            is_newest = start + bin_step(axis) > axis.now and axis.limit_at is not None
            words = f"{count(amount)}{' so far' if is_newest else ''}"
            x = axis.x(max(start, axis.start))
            if canvas.is_free(max(0, x - 1), min(canvas.width, x + len(words))):
                canvas.put(x, cell(words, "text" if amount else "dim"))
    return canvas.cell()


def _lines(axis: Axis, canvas: Canvas, glyphs: Glyphs) -> None:
    if axis.limit_at is None:
        return
    canvas.put(axis.now_x, cell(glyphs.now, "head", bold=False))
    if axis.limit_x is not None:
        canvas.put(axis.limit_x, cell(glyphs.limit, "warn"))
