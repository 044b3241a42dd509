"""What happened, one line each: when, what kind of thing, and in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from batchtui.engine.live import Notice
from batchtui.present.cells import Cell, Role, Span, cell, fit_cell
from batchtui.present.clean import clean
from batchtui.present.formats import second
from batchtui.present.scene import Scene

_WORDS: Final[dict[str, tuple[str, Role]]] = {
    "polled": ("poll", "dim"),
    "chunk_sent": ("sent", "text"),
    "chunk_held": ("held", "warn"),
    "chunk_refused": ("refused", "err"),
    "chunk_unknown": ("unsure", "alert"),
    "batch_ended": ("ended", "text"),
    "collected": ("collected", "text"),
    "collect_failed": ("not all", "warn"),
    "canceling": ("stopping", "warn"),
    "retry_planned": ("retry", "text"),
    "run_settled": ("settled", "text"),
    "connection": ("link", "text"),
    "alert": ("alert", "alert"),
}
KIND_WIDTH: Final = 11
_TIME_WIDTH: Final = 11
FAR_TIME_WIDTH: Final = 12
"""Of a day, a minute and its Z."""


def kind_word(event: str) -> tuple[str, Role]:
    """A word for a kind of event, and what it means."""
    return _WORDS.get(event, (event.replace("_", " "), "text"))


def log_time(scene: Scene, at: datetime) -> str:
    """Seconds; of another day the day and the minute."""
    return scene.dated(at) if scene.is_far(at) else second(at, scene.zone)


def without_word(text: str, word: str) -> str:
    """What happened, where the word for it stands before it."""
    return text.replace(f" {word}:", ":", 1)


def activity_line(scene: Scene, notice: Notice, *, run: str | None = None, time_width: int = _TIME_WIDTH) -> Cell:
    """One notice; its text does not repeat the word before it, nor the run whose page it stands on."""
    word, role = kind_word(notice.event)
    text = without_word(clean(notice.text), word)
    text = text.removeprefix(f"{run} ") if run is not None else text
    calm: Role = "dim" if notice.event == "polled" else "text"
    return (
        Span(f"{log_time(scene, notice.at):<{time_width}}", "dim"),
        *fit_cell(cell(word, role, bold=True if role == "alert" else None), KIND_WIDTH),
        Span(text, calm),
    )


def newest(scene: Scene, most: int, *, run: str | None = None) -> list[Cell]:
    """The newest notices first, of one run if one is named; polls in which nothing changed only while nothing else
    is left to say."""
    notices = [notice for notice in reversed(scene.notices) if run is None or notice.run == run]
    return _lines(scene, notices, most, run) or [cell("nothing has happened yet", "dim")]


def newest_of_batch(scene: Scene, most: int, batch_id: str) -> list[Cell]:
    """The newest notices about one batch first; nothing where there are none."""
    return _lines(scene, [notice for notice in reversed(scene.notices) if notice.batch_id == batch_id], most)


def _lines(scene: Scene, notices: Sequence[Notice], most: int, run: str | None = None) -> list[Cell]:
    kept: list[Notice] = []
    for notice in notices:
        is_repeated = notice.event == "polled" and any(other.event == "polled" for other in kept)
        if not is_repeated:
            kept.append(notice)
        if len(kept) == most:
            break
    width = FAR_TIME_WIDTH + 2 if any(scene.is_far(notice.at) for notice in kept) else _TIME_WIDTH
    return [activity_line(scene, notice, run=run, time_width=width) for notice in kept]
