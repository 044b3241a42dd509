"""A clock for the matrix: it runs faster than the machine's, and a laptop can be put to sleep under it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

RATE = 30.0
"""Seconds of the engine in one real second: a back-off of ten seconds takes a third of one."""


class QuickClock:
    """Fulfils ports.Clock."""

    def __init__(self, rate: float = RATE) -> None:
        self._rate = rate
        self._origin = datetime.now(UTC)
        self._started = time.monotonic()
        self._passed = 0.0
        self._slept = 0.0

    def monotonic(self) -> float:
        """Does not count the seconds a laptop sleeps, as on Linux."""
        return (time.monotonic() - self._started) * self._rate + self._passed

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=self.monotonic() + self._slept)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._rate)

    def pass_time(self, seconds: float) -> None:
        """So much time passes at once, awake."""
        self._passed += seconds

    def sleep_laptop(self, seconds: float) -> None:
        """The lid is closed for so long."""
        self._slept += seconds
