"""`python -m tests.bench.wire`: what the dashboard sends to an 80x24 terminal, beside its budgets and htop.

The real program on a workspace with 1,000 cached batches, against the simulator. `--hours 8` adds a watch on a bad link
(tests/bench/watch.py), `--report` writes docs/wire.md.
"""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import process
from tests.bench.rows import Row, at_most
from tests.bench.table import seconds, table
from tests.bench.terminal import Terminal
from tests.bench.watch import cpu_seconds, simulator, watch
from tests.bench.wire_report import HEAD, amount, load_words, page, percent, wire_cells
from tests.bench.workspaces import make_past

SIZE = (80, 24)
RUNS, BATCHES_EACH = 100, 10
NEWEST = f"nightly-{RUNS - 1:04d}".encode()
ESCAPE, POLL = b"\x1b", b"r"
PAGES = {
    "batches": b"b",
    "run": b"\r",
    "planner": b"P",
    "alerts": b"!",
    "activity": b"a",
    "export": b"w",
    "help": b"?",
    "info": b"i",
    "cost": b"$",
    "commands": b":",
}
SDK_SECONDS = 8.0
"""By then the SDK has been imported in its thread, and the first poll is over."""

ANSWER_SECONDS = 0.5
POLLS_EACH = 5
POLL_SECONDS, POLLS_SECONDS = 4.0, 25.0
REQUESTS, LASTS_SECONDS = 2_000, 300.0
"""Of each batch that runs: the simulator moves its counts 256 times, so more often than they are asked for."""

HTOP = "htop"


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    idle_seconds: float
    keys: int


FULL, QUICK = Effort(idle_seconds=20.0, keys=200), Effort(idle_seconds=6.0, keys=20)


@dataclass(frozen=True)
class Rest:
    """A program that nobody touches: the bytes of each time it wrote, and its share of a processor."""

    bursts: tuple[int, ...]
    cpu_share: float


def rest(terminal: Terminal, for_seconds: float) -> Rest:
    """Leave it alone for so long."""
    bursts, used, begun = [], cpu_seconds(terminal.pid), time.monotonic()
    while time.monotonic() - begun < for_seconds:
        bursts.append(bytes_of(terminal, 0.2))
    share = (cpu_seconds(terminal.pid) - used) / (time.monotonic() - begun)
    return Rest(tuple(filter(None, bursts)), share)


def bytes_of(terminal: Terminal, quiet: float, keys: bytes = b"") -> int:
    """What comes until nothing has come for a while, after keys if there are any."""
    before = len(terminal.output)
    if keys:
        terminal.press(keys)
    terminal.settle(quiet)
    return len(terminal.output) - before


@contextmanager
def dashboard(folder: Path, *, running: int) -> Iterator[Terminal]:
    """With a past in its workspace, and so many batches that strangers have running."""
    with simulator(1.0, past=0) as server:
        for number in range(running):
            server.add(n=REQUESTS, prefix=f"other{number}", state="running", duration=LASTS_SECONDS)
        root = folder / f"workspace-{running}"
        make_past(root, runs=RUNS, batches_each=BATCHES_EACH, base_url=server.base_url)
        if running:  # polls that come by themselves: `r` would add the words that it is done
            (root / "batchtui.toml").write_text(f"[poll]\nrunning = {POLL_SECONDS}\n")
        command = process.python("batchtui", "--workspace", str(root))
        with Terminal(command, {"ANTHROPIC_BASE_URL": server.base_url}, size=SIZE) as terminal:
            yield terminal


def htop(for_seconds: float) -> Rest | None:
    """The same of htop, as it comes; None where it is not installed."""
    found = shutil.which(HTOP)
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as home, Terminal([found], {"HOME": home}, size=SIZE) as terminal:
        terminal.settle(0.3)
        return rest(terminal, for_seconds)


def rows(effort: Effort, folder: Path) -> Iterator[Row]:
    other = htop(effort.idle_seconds)
    missing = "not installed"
    with dashboard(folder, running=0) as terminal:
        terminal.wait_for(NEWEST)
        terminal.settle(ANSWER_SECONDS)
        whole = len(terminal.output)
        rest(terminal, SDK_SECONDS)
        yield Row("home from nothing, with the terminal's set-up and the first poll", amount(whole), "none", True)
        idle = rest(terminal, effort.idle_seconds)
        their_bytes = amount(statistics.median(other.bursts)) if other else missing
        step = statistics.median(idle.bursts)
        yield replace(at_most(f"idle: a clock step, p50 of {len(idle.bursts)}", step, 60, amount), usual=their_bytes)
        yield Row("idle: the largest, where a poll or a minute ends with it", amount(max(idle.bursts)), "none", True)
        yield replace(
            at_most("idle: share of a processor", idle.cpu_share, 0.01, percent),
            usual=percent(other.cpu_share) if other else missing,
        )
        yield from _of_keys(terminal, effort)
        words = "a poll asked for that changes nothing, the largest, with what says so and a clock step"
        yield at_most(words, _poll(terminal), 200 + 60, amount)
    for running, what, budget in ((1, "one row", 200), (20, "twenty rows, 17 in view", 2_500)):
        with dashboard(folder, running=running) as terminal:
            terminal.wait_for(b" new ")
            terminal.press(b"g")  # what is new came above the cursor
            rest(terminal, SDK_SECONDS)  # the clock steps meanwhile: it is never quiet for so long
            largest = max(rest(terminal, POLLS_SECONDS).bursts)
            yield at_most(f"a poll that changes {what}, the largest, or a clock step", largest, budget, amount)


def _poll(terminal: Terminal) -> int:
    terminal.press(POLL)
    terminal.settle(ANSWER_SECONDS)
    sizes = []
    for _ in range(POLLS_EACH):
        time.sleep(1.0)  # the counts move on
        terminal.settle(ANSWER_SECONDS)
        sizes.append(bytes_of(terminal, ANSWER_SECONDS, POLL))
    return max(sizes)


def _of_keys(terminal: Terminal, effort: Effort) -> Iterator[Row]:
    moves = [bytes_of(terminal, ANSWER_SECONDS / 2, key) for key in (b"j", b"k") * 10]
    yield at_most("cursor move, the largest of 20", max(moves), 400, amount)
    terminal.press(b"j" * SIZE[1])
    terminal.settle(ANSWER_SECONDS)
    scrolling = [bytes_of(terminal, ANSWER_SECONDS / 2, b"j") for _ in range(20)]
    yield at_most("cursor move that scrolls among rows that are alike, the largest of 20", max(scrolling), 400, amount)
    bytes_of(terminal, ANSWER_SECONDS, b"g")
    largest = {
        name: max(bytes_of(terminal, ANSWER_SECONDS, key) for key in (keys, ESCAPE)) for name, keys in PAGES.items()
    }
    name = max(largest, key=lambda page: largest[page])
    yield at_most(f"screen change, the largest of {2 * len(PAGES)} ({name})", largest[name], 6_000, amount)
    waits = []
    for number in range(effort.keys):
        waits.append(terminal.latency((b"j", b"k")[number % 2]))
        terminal.settle(0.03)
    yield Row(f"key to first byte, p50 of {len(waits)}", seconds(statistics.median(waits)), "none", True)
    p95 = statistics.quantiles(waits, n=20)[-1]
    yield at_most(f"key to first byte, p95 of {len(waits)}", p95, 0.015, seconds)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wire", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short look")
    parser.add_argument("--hours", type=float, help="watch for so many simulated hours as well")
    parser.add_argument("--rate", type=float, default=120.0, help="simulated seconds of the watch in one real second")
    parser.add_argument("--report", type=Path, help="write the page to this file")
    options = parser.parse_args(argv)
    begun, load = datetime.now(UTC), os.getloadavg()
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for row in rows(QUICK if options.quick else FULL, Path(scratch)):
            found.append(row)
            print("  ".join(wire_cells(row)), flush=True)
        watched = watch(Path(scratch), hours=options.hours, rate=options.rate) if options.hours else None
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {begun:%Y-%m-%d %H:%M}Z. "
    machine += load_words(load, os.getloadavg())
    text = page(machine, table(HEAD, [wire_cells(row) for row in found]), watched, options.rate)
    print(f"\n{text}")
    if options.report:
        options.report.write_text(text)
    return 0 if all(row.is_reached for row in found) and (watched is None or watched.is_within) else 1


if __name__ == "__main__":
    raise SystemExit(main())
