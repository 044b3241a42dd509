"""A label and its value as previews and panels have them, times as people say them, and how something stands."""

from collections.abc import Iterator
from datetime import datetime

from batchtui.domain.status import RunCounts, Status
from batchtui.present.bar import bar
from batchtui.present.cells import Cell, Span
from batchtui.present.formats import duration
from batchtui.present.lines import labelled
from batchtui.present.scene import Scene
from batchtui.present.status_words import status_cell

LABEL_WIDTH = 11


def fact_lines(label: str, value: Cell, width: int) -> list[Cell]:
    return labelled(label, value, label_width=LABEL_WIDTH, width=width)


def when(scene: Scene, moment: datetime) -> str:
    """A minute and its day, as people say it."""
    zone_now = scene.now if scene.zone is None else scene.now.astimezone(scene.zone)
    local = moment if scene.zone is None else moment.astimezone(scene.zone)
    apart = (local.date() - zone_now.date()).days
    day = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(apart) or f"{local:%b} {local.day}"
    return f"{scene.minute(moment)} {day}"


def standing_words(status: Status, age_seconds: float, *, is_out: bool) -> Cell:
    """The 24 hours of a batch say nothing about what has none that is open."""
    age = duration(age_seconds)
    return (
        *status_cell(status),
        Span("   "),
        Span(f"{age} of 24h" if is_out else f"{age} ago", "text" if is_out else "dim"),
    )


def picture_line(scene: Scene, counts: RunCounts, width: int, *, has_ended: bool) -> Iterator[Cell]:
    """The bar, where there is anything to draw it of."""
    if counts.total:
        yield bar(counts, width, scene.glyphs, has_ended=has_ended)
