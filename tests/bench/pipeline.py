"""Prepare, send and collect the same file on both sides; and ten times as much on ours, for its memory."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import process
from tests.bench.data import write_requests
from tests.bench.process import Cost
from tests.bench.rows import Row, faster, median
from tests.bench.sizes import Sizes
from tests.bench.table import mib, seconds, times

STEPS = (("prepare", 4, 6), ("send", 12, None), ("collect", 8, 12))
"""Goal and stretch of each; sending is bounded by the wire."""
WORDS = {
    "prepare": "check, split, bodies on disk with sha256 (usual: load, split)",
    "send": "send",
    "collect": "collect, verified and indexed (usual: typed results)",
}
MEMORY_GOAL = 10
GROWTH_STRETCH = 1.1
LEAST_OF = 2
"""Peaks are seen every 20 ms: chance adds some MiB, and takes none away."""


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Each step's time, then the memory of the whole."""
    file = folder / "requests.jsonl"
    size = write_requests(file, sizes.requests)
    label = f"{sizes.requests:,} requests, {size / 1e6:.0f} MB"
    # One after the other in turn, so that a slow minute of the machine meets both.
    pairs = [(_usual(file, folder), _ours(file, folder)) for _ in range(sizes.repeats)]
    for step, goal, stretch in STEPS:
        usual, ours = (median([cost.answer[step] for cost in side]) for side in zip(*pairs, strict=True))
        yield faster(f"{WORDS[step]}; {label}", usual, ours, goal, seconds, stretch=stretch)
    usual, ours = (median([cost.peak_bytes for cost in side]) for side in zip(*pairs, strict=True))
    yield faster(f"peak memory of all processes; {label}", usual, ours, MEMORY_GOAL, mib)


def million_rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Our memory on ten times as many requests."""
    peaks: list[float] = []
    for requests in (sizes.requests, sizes.many_requests):
        file = folder / f"{requests}.jsonl"
        write_requests(file, requests)
        peaks.append(min(_ours(file, folder).peak_bytes for _ in range(LEAST_OF)))
        file.unlink()
    growth = peaks[1] / peaks[0]
    what = f"peak memory, {sizes.many_requests:,} requests against {sizes.requests:,}"
    yield Row(
        what,
        mib(peaks[1]),
        "",
        True,
        mib(peaks[0]),
        times(growth),
        f"at most {GROWTH_STRETCH:g}x",
        growth <= GROWTH_STRETCH,
    )


def _usual(file: Path, folder: Path) -> Cost:
    return _with_server(folder, lambda url: process.python("tests.bench.usual", str(file), url))


def _ours(file: Path, folder: Path) -> Cost:
    workspace = folder / "workspace"
    steps = (f"prepare={file}", "send", "end", "collect")
    try:
        return _with_server(folder, lambda url: process.python("tests.bench.ours", str(workspace), url, *steps))
    finally:
        shutil.rmtree(workspace)


def _with_server(folder: Path, command: Callable[[str], list[str]]) -> Cost:
    served = folder / "server"
    try:
        with process.server(served) as base_url:
            return process.run(command(base_url))
    finally:
        shutil.rmtree(served)
