"""The dashboard in a real terminal: its first paint, and how long a key waits for its answer."""

import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import bare, process
from tests.bench.data import write_requests
from tests.bench.ours import NO_LIMITS, RUN
from tests.bench.rows import Row, at_most, median, within
from tests.bench.sizes import Sizes
from tests.bench.table import seconds
from tests.bench.terminal import Terminal
from tests.bench.workspaces import make_past

PAINTS_EACH = 5
PAINT_GOAL, PAINT_STRETCH = 1.3, 1.15
IDLE_SECONDS, IDLE_STRETCH = 0.015, 0.008
BUSY_SECONDS, BUSY_STRETCH = 0.030, 0.012
SDK_SECONDS = 4.0
"""By then the SDK has been imported in its thread, and the first poll is over."""

ROWS = 15
QUIET_SECONDS = 0.03
"""Between the end of an answer and the next key."""

DOWN, UP, REFRESH = b"\x1b[B", b"\x1b[A", b"r"


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    root = folder / "shown"
    make_past(root, runs=sizes.cached_runs, batches_each=sizes.cached_batches_each)
    newest = f"nightly-{sizes.cached_runs - 1:04d}".encode()
    yield _first_paint(sizes, root, newest)
    yield _idle_keys(sizes, root, newest)
    yield from _busy_keys(sizes, folder)


def _dashboard(root: Path, base_url: str = "http://127.0.0.1:1") -> Terminal:
    return Terminal(process.python("batchtui", "--workspace", str(root)), {"ANTHROPIC_BASE_URL": base_url})


def _first_paint(sizes: Sizes, root: Path, newest: bytes) -> Row:
    laps = []
    for _ in range(1 + PAINTS_EACH * sizes.repeats):
        with Terminal(process.python("tests.bench.bare")) as terminal:
            stock = terminal.wait_for(bare.READY.encode())
        with _dashboard(root) as terminal:
            laps.append((stock, terminal.wait_for(newest)))
    stock, ours = (median(side) for side in zip(*laps[1:], strict=True))  # the first one wrote the bytecode
    batches = sizes.cached_runs * sizes.cached_batches_each
    return within(
        f"first paint with {batches:,} cached batches", stock, ours, PAINT_GOAL, seconds, stretch=PAINT_STRETCH
    )


def _idle_keys(sizes: Sizes, root: Path, newest: bytes) -> Row:
    with _dashboard(root) as terminal:
        terminal.wait_for(newest)
        terminal.settle(SDK_SECONDS)
        waits = _presses(terminal, (DOWN, UP), lambda number: number < sizes.keys)
        what = f"key to first byte, p95 of {len(waits)}, idle"
        return at_most(what, _p95(waits), IDLE_SECONDS, seconds, stretch=IDLE_STRETCH)


def _busy_keys(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Keys while a large file is prepared, and while its results are collected and verified.

    That takes two seconds, so the keys of several times are counted together.
    """
    preparing: list[float] = []
    collecting: list[float] = []
    for _ in range(sizes.repeats):
        for waits, found in zip((preparing, collecting), _one_busy_time(sizes, folder), strict=True):
            waits += found
    for words, waits in (("preparing", preparing), ("collecting", collecting)):
        what = f"key to first byte, p95 of {len(waits)}, {words} {sizes.requests:,} requests"
        yield at_most(what, _p95(waits), BUSY_SECONDS, seconds, stretch=BUSY_STRETCH)


def _one_busy_time(sizes: Sizes, folder: Path) -> tuple[list[float], list[float]]:
    file, root = folder / "requests.jsonl", folder / "busy"
    write_requests(file, sizes.requests)
    newest = f"nightly-{sizes.cached_runs - 1:04d}".encode()
    with process.server(folder / "server") as base_url:
        make_past(root, runs=sizes.cached_runs, batches_each=sizes.cached_batches_each, base_url=base_url)
        (root / "batchtui.toml").write_text(NO_LIMITS)
        process.run(process.python("tests.bench.ours", str(root), base_url, f"prepare={file}", "send"))
        with _dashboard(root, base_url) as terminal:
            terminal.wait_for(newest)
            terminal.settle(SDK_SECONDS)
            found = (
                _while_preparing(terminal, file, folder / "other", base_url),
                _while_collecting(terminal, root / "runs" / RUN, base_url),
            )
    for used in (folder / "server", root, folder / "other"):
        shutil.rmtree(used)
    return found


def _while_preparing(terminal: Terminal, file: Path, other: Path, base_url: str) -> list[float]:
    """The cursor moved on the first page while another command builds a run of the same file."""
    command = process.python("tests.bench.ours", str(other), base_url, f"prepare={file}")
    with subprocess.Popen(command, cwd=process.ROOT, env=process.environment(), stdout=subprocess.DEVNULL) as preparing:
        return _presses(terminal, (DOWN, UP), lambda _: preparing.poll() is None)


def _bodies(folder: Path) -> int:
    """How many bodies of a run are finished: an index is written once its body is."""
    return len(list(folder.glob("chunks/*.index")))


def _while_collecting(terminal: Terminal, run: Path, base_url: str) -> list[float]:
    """The cursor moved on the first page, from the poll that shows the batches ended to the last results."""
    process.get(f"{base_url}/bench/end")
    terminal.press(REFRESH)
    expected = _bodies(run)
    return _presses(terminal, (DOWN, UP), lambda _: len(list(run.glob("results/*.issues.jsonl"))) < expected)


def _presses(terminal: Terminal, keys: tuple[bytes, bytes], goes_on: Callable[[int], bool]) -> list[float]:
    """The cursor some rows down and up again, each key once the answer to the one before is complete.

    Two that take each other back could come out as one frame without a byte, as if nobody had answered.
    """
    waits: list[float] = []
    while goes_on(len(waits)):
        waits.append(terminal.latency(keys[len(waits) // ROWS % 2]))
        terminal.settle(QUIET_SECONDS)
    return waits


def _p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]
