"""The place of one cell: an engine with the real SDK, a line to a server, a clock, and an attentive person."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from batchtui.domain.failures import Incomplete
from batchtui.domain.link import LinkState
from batchtui.domain.settings import ApiSettings, PollSettings, Settings, SubmitSettings
from batchtui.domain.status import is_run_settled
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_cancel import CancelPlan, cancel
from batchtui.engine.verbs_runs import release
from batchtui.engine.verbs_submissions import plan_lost, return_lost
from batchtui.wiring import Session, open_engine
from tests.fakes import request_line
from tests.reliability.matrix_clock import QuickClock
from tests.reliability.matrix_faults import Fault
from tests.reliability.matrix_line import Line, Names, Weather
from tests.reliability.matrix_servers import OVERLOADED, Server
from tests.reliability.matrix_trail import trail

TOTAL = 8
CHUNK_REQUESTS = 4
PATIENCE_SECONDS = 25.0
TICK_SECONDS = 0.03
STORM_SECONDS = 1.5
"""How long bad weather lasts."""

BATCH_SECONDS = 1800.0
"""Longer than the simulator takes for a batch; archives nothing and expires nothing."""


class TooLong(Exception):
    """Something did not come about in time; the words say what was waited for."""


@dataclass(kw_only=True)
class Place:
    """One cell under way."""

    fault: Fault
    server: Server
    line: Line
    sink: Line
    """Where nothing must ever arrive."""
    names: Names
    host: str
    clock: QuickClock
    engine: Engine
    folder: Path
    runs: list[str] = field(default_factory=list)
    struck_at: datetime | None = None
    storms: list[asyncio.Task[None]] = field(default_factory=list)

    async def until(self, what: str, found: Callable[[], object]) -> None:
        """Wait for something, with a person looking after what only persons decide."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not found():
            if time.monotonic() > give_up_at:
                raise TooLong(what)
            self._attend()
            await asyncio.sleep(TICK_SECONDS)

    def _attend(self) -> None:
        """What is refused, lost or held by a cap waits for a person, who returns it here at once."""
        for name in self.runs:
            run = self.engine.state.runs[name]
            if run.held_reason is not None:
                release(self.engine, name)
            plan = plan_lost(self.engine.state, name)
            if plan.submissions:
                return_lost(self.engine, plan)

    async def submit(self) -> str:
        """Plan and accept the requests as a run."""
        path = self.folder / "requests.jsonl"
        path.write_text("".join(line(number) for number in range(TOTAL)))
        plan = await self.engine.planner.plan_submit([path], SubmitOptions(name="evals"), builds=True)
        run = self.engine.planner.accept(plan)
        self.runs.append(run)
        return run

    def is_sent(self, run: str) -> bool:
        """Every chunk of it has a batch."""
        return all(chunk.batch_id is not None for chunk in self.engine.state.runs[run].live_chunks)

    def is_settled(self, run: str) -> bool:
        state = self.engine.state
        now = self.engine.core.live.link.server_now(self.clock.now())
        is_proved = all(entry.is_proved for entry in state.submissions.values() if entry.run == run)
        return is_proved and is_run_settled(state, state.runs[run], now)

    async def end_batches(self) -> None:
        """Time passes, until every batch has ended and that was seen."""
        self.server.pass_time(BATCH_SECONDS)
        self.clock.pass_time(BATCH_SECONDS)
        self.engine.refresh_now()

    async def settle(self, run: str) -> None:
        """Send everything, let time pass, collect everything, be live again."""
        await self.until("every chunk sent", lambda: self.is_sent(run))
        await self.end_batches()
        await self.until("the run settled", lambda: self.is_settled(run))
        await self.until("live again", lambda: self.engine.core.live.link.state is LinkState.LIVE)

    async def cancel(self, plan: CancelPlan) -> None:
        try:
            await cancel(self.engine, plan)
        except Incomplete as failure:
            raise TooLong("canceled") from failure

    def trail(self) -> list[str]:
        """What came after the fault struck."""
        return trail(self.engine, since=self.struck_at)

    def polls(self) -> int:
        return sum(notice.event == "polled" for notice in self.engine.core.notices_since(0))

    def unsettled_chunks(self) -> list[str]:
        chunks = (chunk for run in self.runs for chunk in self.engine.state.runs[run].live_chunks)
        return [f"{chunk.label} {chunk.state}" for chunk in chunks if chunk.state not in _WITH_BATCH]

    def strike(self, *, where: str, first: int, cuts: bool) -> None:
        """Let the fault happen from now on."""
        self.struck_at = self.clock.now()
        for spec in self.fault.specs:
            self.server.arm(spec.format(where=where, first=first, polls=4, elsewhere=self.sink.url))
        if self.fault.sleeps:
            self.server.pass_time(8 * 3600)
            self.clock.sleep_laptop(8 * 3600)
            self.line.cut()
        if self.fault.is_weather:
            self.storms.append(asyncio.create_task(self._storm(cuts=cuts)))

    async def _storm(self, *, cuts: bool) -> None:
        self._set_weather(self.fault.weather or Weather.FAIR, forgets=self.fault.forgets_name)
        if cuts:
            self.line.cut()
        await asyncio.sleep(STORM_SECONDS)
        self._set_weather(Weather.FAIR, forgets=False)

    def _set_weather(self, weather: Weather, *, forgets: bool) -> None:
        self.line.turn(weather)
        if forgets:
            self.names.forgotten.add(self.host)
        else:
            self.names.forgotten.discard(self.host)


_WITH_BATCH = (ChunkState.CONFIRMED, ChunkState.ADOPTED)


def line(number: int) -> str:
    custom_id = f"doc-{number}"
    if custom_id in OVERLOADED:
        return request_line(custom_id, metadata={"user_id": "sim:overloaded"}) + "\n"
    return request_line(custom_id) + "\n"


def settings_for(url: str) -> Settings:
    return Settings(
        api=ApiSettings(base_url=url),
        submit=SubmitSettings(chunk_requests=CHUNK_REQUESTS, lost_look_seconds=2, lost_after_minutes=1.2),
        poll=PollSettings(after_action=2, running=4, idle=8),
    )


@asynccontextmanager
async def place(fault: Fault, server: Server, sink: Line, names: Names, folder: Path) -> AsyncIterator[Place]:
    """An engine at work on a fresh workspace, with the server on the other end of a line."""
    async with AsyncExitStack() as stack:
        near = stack.enter_context(Line(server.port, is_tls=fault.is_tls))
        host = f"{folder.name}{Names.DOMAIN}" if fault.forgets_name else "127.0.0.1"
        url = f"{'https' if fault.is_tls else 'http'}://{host}:{near.port}"
        clock = QuickClock()
        session = Session(root=folder / "workspace", settings=settings_for(url), may_create=True)
        engine = open_engine(session, clock=clock, timeouts=fault.timeouts)
        stack.push_async_callback(engine.close)
        await stack.enter_async_context(engine.running(Duty.ALL))
        made = Place(
            fault=fault,
            server=server,
            line=near,
            sink=sink,
            names=names,
            host=host,
            clock=clock,
            engine=engine,
            folder=folder,
        )
        yield made
        for storm in made.storms:
            await storm


def custom_ids(path: Path) -> list[str]:
    """Of a results file on disk."""
    return [json.loads(text)["custom_id"] for text in path.read_bytes().splitlines() if text.strip()]
