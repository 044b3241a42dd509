"""Which chunks the members of a group are in, and whether that was one burst. Results carry no times of their own."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from batchtui.domain.words import chunk_name
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell
from batchtui.present.errors.gathered import Gathered
from batchtui.present.errors.issue_words import class_role
from batchtui.present.formats import brief, duration, exact
from batchtui.present.glyphs import Glyphs
from batchtui.present.preview.preview_facts import when
from batchtui.present.scene import Scene
from batchtui.present.stacked import section

COLUMN_WIDTH = 6
HEIGHT = 2

BURST_SHARE = 0.5
CALM_AFTER = timedelta(minutes=10)
"""Trouble of the service that ended less than this ago may not be over."""

TRANSIENT = frozenset({"overloaded_error", "rate_limit_error", "api_error", "timeout_error"})
INDENT = 12


class Burst(Struct, frozen=True, kw_only=True):
    """The batch that has most of a group, and when it ended."""

    chunk: str
    requests: int
    of: int
    ended_at: datetime | None = None

    @property
    def is_one(self) -> bool:
        """Most of the group is in it."""
        return self.requests > self.of * BURST_SHARE


def burst_of(gathered: Gathered, ended_at: Mapping[str, datetime]) -> Burst | None:
    """The fullest chunk of a group; None for one without chunks, as of a batch from elsewhere."""
    if not gathered.chunks or not all(key.chunk for key in gathered.chunks):
        return None
    fullest = max(gathered.chunks, key=lambda key: gathered.chunks[key])
    return Burst(
        chunk=fullest.chunk,
        requests=gathered.chunks[fullest],
        of=len(gathered.members),
        ended_at=ended_at.get(fullest.batch_id),
    )


def wait_advice(cls: str, burst: Burst | None, now: datetime) -> str:
    """Whether to wait before a retry, in words; empty where waiting makes no difference."""
    if cls not in TRANSIENT or burst is None or burst.ended_at is None:
        return ""
    ago = now - burst.ended_at
    if ago < CALM_AFTER:
        return f"ended {brief(ago.total_seconds())} ago: waiting ten minutes may help"
    return f"over for {duration(ago.total_seconds())}, so no wait is needed before a retry"


def where_lines(scene: Scene, gathered: Gathered, burst: Burst | None, width: int) -> list[Cell]:
    """A section with a column for each chunk and the finding in words."""
    if burst is None or len({key.run for key in gathered.chunks}) != 1:
        return []
    counts = {key.chunk: number for key, number in gathered.chunks.items()}
    words = [_finding(scene, burst), wait_advice(gathered.group.cls, burst, scene.server_now)]
    room = width - INDENT - max(map(len, words)) - 4
    chart = chunk_columns(counts, room, scene.glyphs, class_role(gathered.group.cls))
    if not chart:
        return []
    note = f"{exact(len(counts))} chunk{'' if len(counts) == 1 else 's'}"
    beside = [NOTHING] * (len(chart) - 2) + [cell(words[0]), cell(words[1], "dim")]
    labels = ("", "", "requests", "chunk")
    rows = [
        (*cell(f"{label:<{INDENT}}", "dim"), *line, *blanks(4), *text)
        for label, line, text in zip(labels, chart, beside, strict=True)
    ]
    return [section("where", note, width, scene.glyphs), *rows]


def _finding(scene: Scene, burst: Burst) -> str:
    ended = f", ended {when(scene, burst.ended_at)}" if burst.ended_at is not None else ""
    word = ": one burst" if burst.is_one and burst.of > 2 else ""
    return f"{exact(burst.requests)} of {exact(burst.of)} in chunk {chunk_name(burst.chunk)}{ended}{word}"


def chunk_columns(counts: Mapping[str, int], width: int, glyphs: Glyphs, role: Role) -> list[Cell]:
    """Rows of columns, then figures, then chunk numbers; the fullest chunks when there is no room for all."""
    shown = _those_that_fit(counts, max(1, width // COLUMN_WIDTH))
    most = max(shown.values(), default=0)
    if not most:
        return []
    rows = [_level(shown, most, level, glyphs, role) for level in reversed(range(HEIGHT))]
    figures = tuple(Span(f"{number:<{COLUMN_WIDTH}}", "text") for number in shown.values())
    names = tuple(Span(f"{name:<{COLUMN_WIDTH}}", "dim") for name in shown)
    return [*rows, figures, names]


def _those_that_fit(counts: Mapping[str, int], most: int) -> dict[str, int]:
    fullest = sorted(counts, key=lambda name: -counts[name])[:most]
    return {chunk_name(name): counts[name] for name in counts if name in fullest}


def _level(shown: Mapping[str, int], most: int, level: int, glyphs: Glyphs, role: Role) -> Cell:
    """One row of the chart, counted from the bottom."""
    steps = len(glyphs.columns)
    spans: list[Span] = []
    for number in shown.values():
        filled = max(1, round(number / most * HEIGHT * steps)) - level * steps
        glyph = glyphs.columns[min(filled, steps) - 1] if filled > 0 else " "
        spans += (Span(glyph * (COLUMN_WIDTH - 2), role), *blanks(2))
    return tuple(spans)
