"""What happened, one line each: when, what kind of thing, and in words."""

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


def kind_word(event: str) -> tuple[str, Role]:
    """A word for a kind of event, and what it means."""
    return _WORDS.get(event, (event.replace("_", " "), "text"))


def activity_line(scene: Scene, notice: Notice, *, run: str | None = None) -> Cell:
    """One notice; its text does not repeat the word before it, nor the run whose page it stands on."""
    word, role = kind_word(notice.event)
    text = clean(notice.text).replace(f" {word}:", ":", 1)
    text = text.removeprefix(f"{run} ") if run is not None else text
    calm: Role = "dim" if notice.event == "polled" else "text"
    return (
        Span(f"{second(notice.at, scene.zone):<11}", "dim"),
        *fit_cell(cell(word, role, bold=True if role == "alert" else None), KIND_WIDTH),
        Span(text, calm),
    )


def newest(scene: Scene, most: int, *, run: str | None = None) -> list[Cell]:
    """The newest notices first, of one run if one is named; polls in which nothing changed only while nothing else
    is left to say."""
    notices = [notice for notice in reversed(scene.notices) if run is None or notice.run == run]
    kept: list[Notice] = []
    for notice in notices:
        is_repeated = notice.event == "polled" and any(other.event == "polled" for other in kept)
        if not is_repeated:
            kept.append(notice)
        if len(kept) == most:
            break
    return [activity_line(scene, notice, run=run) for notice in kept] or [cell("nothing has happened yet", "dim")]
