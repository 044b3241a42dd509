"""Eight hours in front of the dashboard on a bad link: bytes, memory, and whether what is shown at the end is true.

The server's clock and the program's run RATE times as fast; the link does not, so that it is RATE times as bad as it
says. Batches of strangers and runs begin, their counts move, and they end.
"""

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench import process
from tests.tui.slow_link import DELAY_SECONDS, SlowLink

PAST_BATCHES = 300
STRANGERS = 48
REQUESTS = 30
WARM_SHARE = 0.15
"""Of the time: before it is over, modules are still being loaded and pools filled."""

END_SHARE = 0.75
"""So late the last batch begins."""

PATIENCE_SECONDS = 60.0
CLOCK_SECONDS = 5.0
MOST_GROWTH_MB = 20.0
MOST_BYTES_AN_HOUR = 720 * 60.0 + 120 * 2_500
"""60 bytes for each clock step of five seconds, 2,500 for each poll that changes twenty rows."""

SHOWN_OF_ID = 4
FEWEST_ROWS = 5
ROW = re.compile(r"msgbatch_\S*…(\w{4})\b(.*)")
COUNTS = re.compile(r"\s(\d[\d,]*)\s+(\d[\d,]*)\s")


@dataclass(frozen=True)
class Watch:
    """What the terminal got and the program became."""

    hours: float
    real_seconds: float
    bytes: int
    rss_begin_mb: float
    rss_end_mb: float
    cpu_seconds: float
    steps: int
    shown_seconds: float
    """Simulated, from the first paint to the last: longer than the watch itself."""
    calls: int
    runs: int
    batches: int
    frames_dropped: int
    rows_compared: int

    @property
    def growth_mb(self) -> float:
        return self.rss_end_mb - self.rss_begin_mb

    @property
    def bytes_an_hour(self) -> float:
        return self.bytes / self.hours

    @property
    def steps_share(self) -> float:
        """Of the steps of the clock that were due while the dashboard was there."""
        return self.steps * CLOCK_SECONDS / self.shown_seconds

    @property
    def is_light(self) -> bool:
        return self.bytes_an_hour <= MOST_BYTES_AN_HOUR

    @property
    def is_small(self) -> bool:
        return self.growth_mb <= MOST_GROWTH_MB

    @property
    def is_within(self) -> bool:
        return self.is_light and self.is_small


class Server:
    """The simulator, and the simulated hours that it has been there."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._begun = self.now()

    def now(self) -> datetime:
        return datetime.fromisoformat(self._ask("_sim/clock")["now"])

    def passed_seconds(self) -> float:
        return (self.now() - self._begun).total_seconds()

    def add(self, **batch: object) -> None:
        self._ask("_sim/batches", json.dumps(batch).encode())

    def truth(self) -> dict[str, str]:
        """Of each batch that has ended, by the end of its id, how many requests are well and how many are not."""
        batches = self._ask("v1/messages/batches?limit=1000")["data"]
        ended = (batch for batch in batches if batch["processing_status"] == "ended")
        return {batch["id"][-SHOWN_OF_ID:]: _ok_and_bad(batch["request_counts"]) for batch in ended}

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        headers = {"x-api-key": "sk-bench-0000", "anthropic-version": "2023-06-01"}
        call = urllib.request.Request(f"{self.base_url}/{path}", data=body, headers=headers)
        with urllib.request.urlopen(call) as answer:
            return json.load(answer)


def _ok_and_bad(counts: dict[str, int]) -> str:
    """As the page shows them."""
    return f"{counts['succeeded']:,} {counts['errored'] + counts['expired'] + counts['canceled']:,}"


@contextmanager
def simulator(rate: float, *, past: int) -> Iterator[Server]:
    """In a process of its own, with a past."""
    command = process.python("batchtui.simulator", "--speed", str(rate), "--exit-with-parent", "--moving-counts")
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=process.ROOT, env=process.environment()
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        server = Server(child.stdout.readline().decode().strip())
        for number in range(past):
            server.add(n=REQUESTS, prefix=f"past{number}", created_ago=3600.0 * 20 + 60.0 * number)
        yield server
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()


def watch(folder: Path, *, hours: float, rate: float, past: int = PAST_BATCHES) -> Watch:
    """Watch for so many simulated hours.

    Raises:
        TimeoutError: what is shown does not become what is true.
    """
    figures = folder / "figures.json"
    with simulator(rate, past=past) as server:
        words = (folder / "workspace", server.base_url, rate, hours * 3600, figures)
        command = process.python("tests.bench.watched", *map(str, words))
        with SlowLink(command, env=process.environment()) as app:
            app.wait_for("live", PATIENCE_SECONDS)
            begun, passed, received = time.monotonic(), server.passed_seconds(), app.received
            cpu, rss_begin = cpu_seconds(app.process.pid), _live_through(app, server, passed, hours * 3600, rate)
            seen: dict[str, Any] = {
                "hours": (server.passed_seconds() - passed) / 3600,
                "real_seconds": time.monotonic() - begun,
                "bytes": app.received - received,
                "cpu_seconds": cpu_seconds(app.process.pid) - cpu,
                "rss_begin_mb": rss_begin,
                "rss_end_mb": rss_mb(app.process.pid),
            }
            compared = _wait_for_truth(app, server)
            app.send("q")
            app.wait_exit(PATIENCE_SECONDS)
    return Watch(**seen, **json.loads(figures.read_text()), rows_compared=compared)


def _live_through(app: SlowLink, server: Server, begun: float, seconds: float, rate: float) -> float:
    """Let the time pass, with strangers' batches and a key now and then; the memory held once it was warm."""
    strangers, rss = 0, 0.0
    while (gone := server.passed_seconds() - begun) < seconds:
        if gone >= seconds * END_SHARE * strangers / STRANGERS and strangers < STRANGERS:
            strangers += 1
            server.add(n=REQUESTS, prefix=f"other{strangers}", state="running", duration=seconds / 12)
            app.send("jk"[strangers % 2])
        if not rss and gone >= seconds * WARM_SHARE:
            rss = rss_mb(app.process.pid)
        time.sleep(min(0.25, seconds / STRANGERS / rate / 4))
    return rss


def _wait_for_truth(app: SlowLink, server: Server) -> int:
    """Rows of the page of batches that say of ended ones what the server says, once all of them do."""
    app.send("b")
    app.wait_for(" batches ", PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        app.send("g")  # rows that are new above the cursor come into sight
        time.sleep(3 * DELAY_SECONDS)  # there and back; the clock alone never lets the screen come to rest
        truth = server.truth()
        shown = [_row(match) for match in map(ROW.search, app.lines()[:-2]) if match]
        wanted = [(end, truth[end]) for end, _ in shown if end in truth]
        found = [(end, row) for end, row in shown if end in truth]
        if len(found) >= FEWEST_ROWS and found == wanted:
            return len(found)
        if time.monotonic() > deadline:
            raise TimeoutError(f"shown {found}, true {wanted}\n{app.text()}")


def _row(match: re.Match[str]) -> tuple[str, str]:
    counts = COUNTS.search(match[2])
    return match[1], f"{counts[1]} {counts[2]}" if counts else "not yet counted"


def rss_mb(pid: int) -> float:
    """What a process holds in memory now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processors, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
