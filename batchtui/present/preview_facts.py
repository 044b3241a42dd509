"""A label and its value as previews and panels have them, and times as people say them."""

from datetime import datetime

from batchtui.present.cells import Cell
from batchtui.present.lines import labelled
from batchtui.present.scene import Scene

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
