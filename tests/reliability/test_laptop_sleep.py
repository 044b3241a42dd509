"""A laptop that wakes up looks at once, whatever interval it had fallen asleep in."""

import asyncio
from pathlib import Path

from batchtui.domain.settings import ApiSettings, PollSettings, Settings
from batchtui.engine.engine import Duty, Engine
from batchtui.wiring import Session, open_engine
from tests.reliability.matrix import surroundings
from tests.reliability.matrix_clock import QuickClock
from tests.reliability.matrix_servers import simulated

HOURS_8 = 8 * 3600.0


async def wait_for_polls(engine: Engine, number: int) -> None:
    async with asyncio.timeout(10):
        while sum(notice.event == "polled" for notice in engine.core.notices_since(0)) < number:
            await engine.core.changed()


async def test_a_wake_up_is_followed_by_a_poll_and_not_by_the_rest_of_the_interval(tmp_path: Path) -> None:
    with surroundings(), simulated(1) as server:
        api = ApiSettings(base_url=f"http://127.0.0.1:{server.port}")
        settings = Settings(api=api, poll=PollSettings(idle=300))
        clock = QuickClock(rate=1)
        engine = open_engine(Session(root=tmp_path / "space", settings=settings, may_create=True), clock=clock)
        async with engine.running(Duty.POLL):
            await wait_for_polls(engine, 1)
            clock.sleep_laptop(HOURS_8)
            await wait_for_polls(engine, 2)
        await engine.close()
