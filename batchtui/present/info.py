"""Account, session, folder and settings, as `batchtui info` has them."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import zip_longest

import msgspec

from batchtui.domain.limits import load
from batchtui.domain.settings import Settings
from batchtui.domain.statistics import Statistics, statistics
from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell, cell_width
from batchtui.present.empty import account, key_words
from batchtui.present.lines import labelled
from batchtui.present.scene import Scene
from batchtui.present.spent import spent_lines
from batchtui.present.statistics import statistics_lines

LABEL_WIDTH = 22


def info_lines(scene: Scene, width: int, *, folder: str) -> Iterator[Cell]:
    """Every fact and every setting; those that are not the default in bold."""
    facts = (
        ("key", key_words(scene)),
        ("account", account(scene)),
        ("folder", folder),
        ("link", f"{scene.live.link.state}{': ' + scene.live.link.why if scene.live.link.why else ''}"),
        ("server's clock", f"{scene.live.link.skew_seconds:+.0f}s beside this one"),
        ("session", _session(scene)),
        ("open batches", _load(scene)),
    )
    for label, value in facts:
        yield from labelled(label, cell(value), label_width=LABEL_WIDTH, width=width)
    yield from _headed("cost, measured", spent_lines(scene, width, LABEL_WIDTH))
    yield from _headed(
        "how batches went",
        statistics_lines(_statistics(scene), scene.glyphs, width, label_width=LABEL_WIDTH, zone=scene.zone),
    )
    for section in Settings.__struct_fields__:
        yield from _section(scene, section, width)


def in_two_columns(lines: Sequence[Cell], edge: int) -> list[Cell]:
    """Beside each other in as few rows as blocks with a title can be shared out to; the second column at an edge."""
    ends = [at for at, line in enumerate(lines[:-1]) if not line and lines[at + 1][0].bold]
    middle = min(ends, key=lambda at: max(at, len(lines) - at - 1), default=len(lines))
    rows = zip_longest(lines[:middle], lines[middle + 1 :], fillvalue=NOTHING)
    return [(*left, *blanks(edge - cell_width(left)), *right) if right else left for left, right in rows]


def _statistics(scene: Scene) -> Statistics:
    """Anew every minute, since what is late and what was done in the last hour depend on the time."""
    make = partial(statistics, scene.state, scene.server_now)
    return scene.memory.get("statistics", scene.state, scene.this_minute, make)


def _headed(title: str, lines: Iterator[Cell]) -> Iterator[Cell]:
    yield ()
    yield (Span(title, "text", True),)
    yield from lines


def _session(scene: Scene) -> str:
    if scene.refusal:
        return scene.refusal
    if scene.live.is_leader:
        return "polls and sends"
    return f"follows another process ({scene.live.leader or 'not known which'}), which polls and sends"


def _load(scene: Scene) -> str:
    now, limits = load(scene.state), scene.settings.submit
    return (
        f"{now.own_batches} of {limits.max_open_batches}, {now.requests:,} of {limits.max_queued_requests:,} requests"
    )


def _section(scene: Scene, name: str, width: int) -> Iterator[Cell]:
    mine, theirs = getattr(scene.settings, name), getattr(Settings(), name)
    if not isinstance(mine, msgspec.Struct):
        return
    yield ()
    yield (Span(f"[{name}]", "text", True),)
    for field in mine.__struct_fields__:
        value = getattr(mine, field)
        is_own = value != getattr(theirs, field)
        yield from labelled(
            field, cell(_shown(value), bold=True if is_own else None), label_width=LABEL_WIDTH, width=width
        )


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (", ".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)
