"""How many requests would be with the service at each of the next hours: columns with their figure beneath."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from batchtui.domain.forecasting.departures import Arrival, Departure
from batchtui.present.canvas import Canvas
from batchtui.present.cells import Cell, cell
from batchtui.present.formats import count
from batchtui.present.scene import Scene

COLUMN, SPACE = 6, 3


def hours_ahead(
    scene: Scene, out: Sequence[Arrival], waiting: Sequence[Departure], width: int, height: int
) -> list[Cell]:
    """The chart's lines; nothing is drawn of what has no estimate, and a line says how much that is."""
    hours = max(1, (width + SPACE) // (COLUMN + SPACE))
    now = scene.server_now
    times = [now, *(_full_hour(now) + timedelta(hours=ahead) for ahead in range(1, hours))]
    amounts = [_at(time, out, waiting) for time in times]
    highest = max(amounts, default=0)
    lines = [_columns(scene, amounts, highest, level, height - 2, width) for level in range(height - 2, 0, -1)]
    figures, words = Canvas(width), Canvas(width)
    for place, (time, amount) in enumerate(zip(times, amounts, strict=True)):
        x = place * (COLUMN + SPACE)
        text = count(amount) if not place else f"~{count(amount)}"
        figures.put(x, cell(text, "text" if amount and not place else "dim"))
        words.put(x, cell("now", "head", bold=True) if not place else cell(scene.minute(time).removesuffix("Z"), "dim"))
    return [*lines, figures.cell(), words.cell()]


def unknown_words(out: Sequence[Arrival], waiting: Sequence[Departure]) -> str:
    """What the chart leaves out from the next hour on."""
    left_out = sum(entry.requests for entry in out if entry.at is None)
    left_out += sum(entry.turn.requests for entry in waiting if entry.goes is not None and entry.done is None)
    if not left_out:
        return "est from p50 of similar chunks"
    return f"est from p50 of similar chunks; {count(left_out)} have none, counted as staying"


def _at(time: datetime, out: Sequence[Arrival], waiting: Sequence[Departure]) -> int:
    # an estimate that has passed counts as due now, and what is due at a time is still out at it
    there = sum(entry.requests for entry in out if entry.at is None or entry.at >= time)
    return there + sum(
        entry.turn.requests
        for entry in waiting
        if entry.goes is not None and entry.goes < time and (entry.done is None or entry.done > time)
    )


def _columns(scene: Scene, amounts: Sequence[int], highest: int, level: int, height: int, width: int) -> Cell:
    canvas, eighths = Canvas(width), len(scene.glyphs.columns)
    for place, amount in enumerate(amounts):
        filled = round(amount / highest * height * eighths) if highest else 0
        here = max(0, min(eighths, filled - (level - 1) * eighths))
        if here:
            x = place * (COLUMN + SPACE)
            canvas.stroke(x, x + COLUMN, scene.glyphs.columns[here - 1], "run" if not place else "dim")
    return canvas.cell()


def _full_hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)
