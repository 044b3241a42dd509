"""How far heavy work is: a line bar, figures, speed and what is left."""

from msgspec import Struct

from batchtui.engine.jobs import Progress
from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.formats import brief, exact, size
from batchtui.present.glyphs import Glyphs

LABEL_WIDTH = 13
BAR_WIDTH = 40


class Work(Struct, frozen=True, kw_only=True):
    """The newest progress and how long the work has taken."""

    title: str
    progress: Progress | None = None
    seconds: float = 0.0

    @property
    def speed(self) -> float:
        """Units a second; 0 while nothing can be said."""
        return self.progress.done / self.seconds if self.progress is not None and self.seconds > 0.2 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated; None while nothing can be said."""
        progress = self.progress
        if progress is None or progress.total is None or not self.speed:
            return None
        return max(0.0, progress.total - progress.done) / self.speed


def work_lines(work: Work, glyphs: Glyphs) -> list[Cell]:
    """For the panel where the plan is going to stand."""
    progress = work.progress
    if progress is None:
        return [cell(work.title), NOTHING, _hint()]
    lines = [cell(work.title), NOTHING]
    if progress.total:
        lines.append((*cell(" " * LABEL_WIDTH), *_bar(progress, glyphs)))
    lines.append(_row("read", _amount(progress)))
    lines.append(_row("requests", exact(progress.requests)))
    if work.speed:
        lines.append(_row("speed", _speed(progress, work.speed)))
    left = work.seconds_left
    if left is not None:
        lines.append(_row("left", f"~{brief(left)}"))
    return [*lines, NOTHING, _hint()]


def _hint() -> Cell:
    return (Span("esc", "head", True), Span(" stops; nothing is left behind, nothing is sent", "dim"))


def _row(label: str, value: str) -> Cell:
    return (Span(f"{label:<{LABEL_WIDTH}}", "dim"), Span(value))


def _amount(progress: Progress) -> str:
    show = size if progress.unit == "bytes" else exact
    unit = "" if progress.unit == "bytes" else f" {progress.unit}"
    return (
        f"{show(progress.done)} of {show(progress.total)}{unit}" if progress.total else f"{show(progress.done)}{unit}"
    )


def _speed(progress: Progress, speed: float) -> str:
    return f"{size(int(speed))}/s" if progress.unit == "bytes" else f"{exact(int(speed))} {progress.unit}/s"


def _bar(progress: Progress, glyphs: Glyphs) -> Cell:
    assert progress.total, "asked for only where there is a total"
    filled = min(BAR_WIDTH, BAR_WIDTH * progress.done // progress.total)
    return (Span(glyphs.succeeded * filled, "head"), Span(glyphs.unsent * (BAR_WIDTH - filled), "dim"))
