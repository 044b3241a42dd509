"""Bodies on their way out and results on their way in: how far, how fast, how long still."""

from typing import Final

from batchtui.engine.jobs import Progress
from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.formats import brief, count, percent, size
from batchtui.present.scene import Scene

_WORDS: Final = {"send": "sending", "collect": "collecting", "verify": "verifying"}


def transfers_fact(scene: Scene) -> Cell:
    """What goes over the wire or is judged now, for a header; nothing while nothing does."""
    work = sorted(scene.live.work.values(), key=lambda progress: list(_WORDS).index(_kind(progress)))
    if not work:
        return NOTHING
    first = work[0]
    more = f" and {len(work) - 1} more" if len(work) > 1 else ""
    return (Span(f"{_WORDS[_kind(first)]}{more} ", "dim"), *cell(figures(first), "run"))


def figures(progress: Progress) -> str:
    """Its amount, its speed and an estimate of what is left, as far as each is known."""
    parts = [_amount(progress)]
    if progress.speed:
        amount = size if progress.unit == "bytes" else count
        parts.append(f"{amount(int(progress.speed))}/s")
    if progress.seconds_left:
        parts.append(f"~{brief(progress.seconds_left)} left")
    return ", ".join(parts)


def chunk_words(scene: Scene, run: str, chunk: str, batch_id: str | None) -> str:
    """The same for the note of one chunk; empty while nothing of it is under way."""
    for job in (f"send {run}/{chunk}", f"collect {batch_id}", f"verify {batch_id}"):
        progress = scene.live.work.get(job)
        if progress is not None:
            return f"{_WORDS[_kind(progress)]}: {figures(progress)}"
    return ""


def _kind(progress: Progress) -> str:
    return progress.job.partition(" ")[0]


def _amount(progress: Progress) -> str:
    if progress.unit != "bytes":
        of = f" of {progress.total:,}" if progress.total is not None else ""
        return f"{progress.done:,}{of} {progress.unit}"
    if progress.total is not None:
        return f"{size(progress.done)} of {size(progress.total)}"
    if progress.of_requests and progress.requests:
        return f"{size(progress.done)}, {percent(progress.requests, progress.of_requests)}"
    return size(progress.done)
