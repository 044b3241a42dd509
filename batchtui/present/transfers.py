"""Bodies on their way out and results on their way in: how far, how fast, how long still."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from batchtui.engine.jobs import Progress
from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.formats import brief, count, percent, size
from batchtui.present.scene import Scene

_WORDS: Final = {"send": "sending", "collect": "collecting", "verify": "verifying"}


def transfers_fact(scene: Scene) -> Cell:
    """What goes over the wire or is judged now, for a header; nothing while nothing does.

    Several of a kind are one amount: how long the first of them takes tells nobody when all are there.
    """
    by_kind = {kind: [each for each in scene.live.work.values() if _kind(each) == kind] for kind in _WORDS}
    busy = [(words, by_kind[kind]) for kind, words in _WORDS.items() if by_kind[kind]]
    if not busy:
        return NOTHING
    (words, first), *others = busy
    number = f"{len(first)}: " if len(first) > 1 else ""
    rest = "".join(f"   {word} {len(work)}" for word, work in others)
    return (Span(f"{words} {number}", "dim"), *cell(figures(together(first)), "run"), *cell(rest, "dim"))


def together(work: Sequence[Progress]) -> Progress:
    """Several of a kind as one: at the sum of their speeds, and with an end only when each has one."""
    done, speed = sum(each.done for each in work), sum(each.speed for each in work)
    totals = [each.total for each in work if each.total is not None]
    of_requests = [each.of_requests for each in work if each.of_requests is not None]
    return replace(
        work[0],
        done=done,
        total=sum(totals) if len(totals) == len(work) else None,
        requests=sum(each.requests for each in work),
        of_requests=sum(of_requests) if len(of_requests) == len(work) else None,
        seconds=done / speed if speed else 0.0,
    )


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
