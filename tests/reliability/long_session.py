"""`python -m tests.reliability.long_session`: a day of polling, simulated fast; how much memory and journal it took.

The real engine with the real SDK in this process, a simulator in another; between two polls half a minute passes on
both clocks. Runs are submitted, strangers send batches, results are collected and answers fail all along.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from batchtui.domain.settings import ApiSettings, PollSettings, Settings, SubmitSettings
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.submit_options import SubmitOptions
from batchtui.wiring import Session, open_engine
from tests.fakes import request_line
from tests.reliability.matrix import surroundings
from tests.reliability.matrix_clock import QuickClock

POLL_SECONDS = 30.0
DAY_POLLS = int(24 * 3600 / POLL_SECONDS)
WARM_POLLS = 200
"""Before these are over, modules are still being loaded and pools filled."""

MOST_GROWTH_MB = 20.0
PAST_BATCHES = 300
FAULTS = ("list:500%1", "list:429:none%1", "results:cut:200%5", "create:lost%3")


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What a session grew by, and what it did."""

    polls: int
    batches: int
    runs: int
    rss_begin_mb: float
    rss_end_mb: float
    journal_begin_bytes: int
    journal_end_bytes: int
    seconds: float

    @property
    def growth_mb(self) -> float:
        return self.rss_end_mb - self.rss_begin_mb


class Simulator:
    """In a process of its own, so that only the program's memory is measured."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, what: str, body: dict[str, Any]) -> None:
        call = urllib.request.Request(f"{self.url}/_sim/{what}", data=json.dumps(body).encode())
        urllib.request.urlopen(call).close()


@contextmanager
def simulator() -> Iterator[Simulator]:
    command = [sys.executable, "-m", "batchtui.simulator", "--speed", "1", "--exit-with-parent", "--moving-counts"]
    command += [word for fault in FAULTS for word in ("--fault", fault)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Simulator(process.stdout.readline().decode().strip())
    finally:
        process.stdin.close()
        process.wait(timeout=10)


class Session24:
    """The day, half a minute after the other."""

    def __init__(self, engine: Engine, clock: QuickClock, server: Simulator, folder: Path) -> None:
        self._engine = engine
        self._clock = clock
        self._server = server
        self._folder = folder
        self._told = 0

    async def live_through(self, polls: int) -> Day:
        self._server_has_a_past()
        began, rss, journal = time.monotonic(), 0.0, 0
        for number in range(polls):
            if number == min(WARM_POLLS, polls // 2):
                rss, journal = rss_mb(), self._journal_bytes()
            await self._half_a_minute(number)
        return Day(
            polls=polls,
            batches=len(self._engine.state.batches),
            runs=len(self._engine.state.runs),
            rss_begin_mb=rss,
            rss_end_mb=rss_mb(),
            journal_begin_bytes=journal,
            journal_end_bytes=self._journal_bytes(),
            seconds=time.monotonic() - began,
        )

    def _server_has_a_past(self) -> None:
        for number in range(PAST_BATCHES):
            self._server.post("batches", {"n": 20, "prefix": f"past{number}", "created_ago": 3600.0 * (number + 1)})

    async def _half_a_minute(self, number: int) -> None:
        if number % 60 == 0:
            await self._submit(f"run-{number}")
        if number % 20 == 10:
            self._server.post("batches", {"n": 30, "prefix": f"other{number}", "state": "running", "duration": 1800.0})
        self._clock.pass_time(POLL_SECONDS)
        self._server.post("clock", {"advance": POLL_SECONDS})
        self._engine.refresh_now()
        await self._tried()

    async def _submit(self, name: str) -> None:
        path = self._folder / "requests.jsonl"
        path.write_text("".join(request_line(f"{name}-{place}") + "\n" for place in range(100)))
        plan = await self._engine.planner.plan_submit([path], SubmitOptions(name=name), builds=True)
        self._engine.planner.accept(plan)

    async def _tried(self) -> None:
        """Until the list was read, or the link says why not; failures in a row say so only once, so time is the end."""
        try:
            async with asyncio.timeout(0.5):
                while not self._has_news():
                    await self._engine.core.changed()
        except TimeoutError:
            return

    def _has_news(self) -> bool:
        new = self._engine.core.notices_since(self._told)
        if new:
            self._told = new[-1].seq
        return any(notice.event in ("polled", "connection") for notice in new)

    def _journal_bytes(self) -> int:
        return (self._engine.store.root / "journal.jsonl").stat().st_size


def rss_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def live_a_day(folder: Path, polls: int) -> Day:
    with surroundings(), simulator() as server:
        settings = Settings(
            api=ApiSettings(base_url=server.url),
            submit=SubmitSettings(chunk_requests=25),
            poll=PollSettings(running=POLL_SECONDS),
        )
        clock = QuickClock(rate=1)
        engine = open_engine(Session(root=folder / "workspace", settings=settings, may_create=True), clock=clock)
        async with engine.running(Duty.ALL):
            day = await Session24(engine, clock, server, folder).live_through(polls)
        await engine.close()
        return day


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polls", type=int, default=DAY_POLLS)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        day = asyncio.run(live_a_day(Path(scratch), options.polls))
    print(f"{day.polls} polls, {day.batches} batches, {day.runs} runs in {day.seconds:.0f} s")
    print(f"memory {day.rss_begin_mb:.1f} -> {day.rss_end_mb:.1f} MB: {day.growth_mb:+.1f} MB")
    grown = day.journal_end_bytes - day.journal_begin_bytes
    print(f"journal {day.journal_begin_bytes:,} -> {day.journal_end_bytes:,} bytes: {grown / day.polls:.0f} a poll")
    return 0 if day.growth_mb < MOST_GROWTH_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
