"""How a run comes along, on one line each: requests ended per hour as a sparkline, and the share that went wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from batchtui.present.cells import Cell, Span
from batchtui.present.formats import count, percent
from batchtui.present.glyphs import Glyphs
from batchtui.present.views import ChunkView, RunView

LEAST_COLUMNS, MOST_COLUMNS = 8, 24
WORDS_CELLS = 26
"""Of "  at most 11.9k in 12 hours"."""

_STEPS_MINUTES = (5, 15, 60, 120, 180, 360, 720, 1440)


def pace_line(
    view: RunView, chunks: Sequence[ChunkView], now: datetime, glyphs: Glyphs, *, room: int = MOST_COLUMNS + WORDS_CELLS
) -> Cell:
    """Requests ended in each step from the first batch's creation on; nothing is spread over hours nobody measured.

    Counts arrive when a chunk ends, so one chunk says nothing about its hours: then the line is empty.

    Args:
        room: cells there are for columns and words.
    """
    ends = [(chunk.batch.ended_at, chunk.requests) for chunk in chunks if chunk.batch and chunk.batch.ended_at]
    if len(ends) < 2:
        return ()
    first = min(chunk.batch.created_at for chunk in chunks if chunk.batch)  # by the clock that says when they ended
    last = max(at for at, _ in ends) if view.status.is_over else now
    step = _step(last - first, max(LEAST_COLUMNS, min(MOST_COLUMNS, room - WORDS_CELLS)))
    amounts = [0] * (int((last - first) / step) + 1)
    for at, requests in ends:
        amounts[min(max(0, int((at - first) / step)), len(amounts) - 1)] += requests
    words = f"  at most {count(max(amounts))} {_per(step)}"
    return (*_columns(amounts, glyphs), Span(words, "dim"))


def share_line(view: RunView) -> Cell:
    """The share of what has a result that did not succeed; nothing before there is any."""
    counts = view.counts
    bad = counts.errored + counts.expired + counts.canceled
    settled = counts.succeeded + bad
    if not view.are_counts_given or not settled:
        return ()
    return (
        Span(percent(bad, settled), "err" if bad else "dim"),
        Span(f" of {count(settled)} with a result", "dim"),
    )


def _step(span: timedelta, columns: int) -> timedelta:
    minutes = span.total_seconds() / 60
    fitting = (step for step in _STEPS_MINUTES if minutes / step < columns)
    return timedelta(minutes=next(fitting, minutes / columns + 1))


def _per(step: timedelta) -> str:
    minutes = round(step.total_seconds() / 60)
    if minutes == 60:
        return "an hour"
    return f"in {minutes} min" if minutes < 60 else f"in {minutes // 60} hours"


def _columns(amounts: Sequence[int], glyphs: Glyphs) -> Cell:
    highest, levels = max(amounts), len(glyphs.columns)
    return tuple(
        Span(glyphs.columns[-(-amount * levels // highest) - 1], "run") if amount else Span(glyphs.unsent, "dim")
        for amount in amounts
    )
