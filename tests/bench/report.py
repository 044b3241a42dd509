"""docs/speed-ratios.md: a section for each part of the bench, so that a part measured again replaces its own."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench.rows import HEAD, Row, cells
from tests.bench.table import table
from tests.bench.wire_report import load_words

_SECTION = "\n## "
_BEGINNING = """# Speed, beside the usual technique

Written by `python -m tests.bench --report docs/speed-ratios.md`, which takes some fifteen minutes; name parts to
measure less. Both sides run on the same data, in turn, against the same server on loopback, in processes of their own.
The usual technique: the JSONL in a list of dicts, split with `json.dumps` sizes at 90 % of the limits,
`batches.create(requests=…)`, typed iteration over `results()`. Peaks are the sum over all processes of a side (PSS).
*holds* says whether the goal does, or the stretch goal as well.
"""


@dataclass(frozen=True)
class Measured:
    """One part, and how busy the machine was around it."""

    part: str
    rows: Sequence[Row]
    at: datetime
    loads: tuple[tuple[float, ...], tuple[float, ...]]
    repeats: int


def write(path: Path, measured: Sequence[Measured], order: Sequence[str]) -> None:
    """Put each part in its place among those that are there."""
    sections = _sections(path.read_text()) if path.exists() else {}
    sections.update((entry.part, _text(entry)) for entry in measured)
    kept = [sections[part] for part in order if part in sections]
    path.write_text("\n".join([_BEGINNING, *kept]))


def _sections(page: str) -> dict[str, str]:
    """The parts of a page as they stand, by their names."""
    _, *found = page.split(_SECTION)
    return {text.partition("\n")[0]: f"## {text.rstrip()}\n" for text in found}


def _text(entry: Measured) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {entry.at:%Y-%m-%d %H:%M}Z"
    repeats = "measured once" if entry.repeats == 1 else f"{entry.repeats} repeats, their median"
    figures = table(HEAD, [cells(row) for row in entry.rows])
    return f"## {entry.part}\n\n{machine}; {repeats}. {load_words(*entry.loads)}\n\n{figures}\n"
