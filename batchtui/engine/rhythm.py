"""When to poll: by the interval that fits, sooner when somebody asks, not while polling is paused.

A time that the service gave wins over all who ask.
"""

import asyncio
import math
from datetime import datetime

from batchtui.domain.link import LinkState
from batchtui.engine.connection import Connection
from batchtui.engine.core import Core
from batchtui.engine.following import FOLLOW_SECONDS
from batchtui.engine.poller import Poller
from batchtui.engine.stepper import Stepper

WAKE_SECONDS = 1.0
"""Longest sleep on the way to a time to come, such as a retry-after: a laptop may sleep, or the time may change."""


class Rhythm:
    """The loop around `Poller.poll`."""

    def __init__(self, core: Core, poller: Poller, connection: Connection, stepper: Stepper) -> None:
        self._core = core
        self._poller = poller
        self._connection = connection
        self._stepper = stepper
        self._poke = asyncio.Event()

    def poll_soon(self) -> None:
        """End the wait for the next poll."""
        self._poke.set()

    async def beat(self) -> None:
        """Poll for ever, while this process leads or only reads."""
        while True:
            live = self._core.live
            if live.is_polling_paused or not (live.is_leader or live.is_read_only):
                await self._core.clock.sleep(FOLLOW_SECONDS)
                continue
            if self._connection.asked_seconds() <= 0:
                await self._stepper.guarded(self._poller.poll)
            await self._wait()

    async def _wait(self) -> None:
        """Sleep to the next poll; a refresh, an action or a shorter interval ends it early.

        Not before a time that the service gave: a retry-after wins.
        """
        begun = self._core.clock.monotonic()
        link = self._core.live.link
        planned = (link.next_at - self._core.clock.now()).total_seconds() if link.next_at else WAKE_SECONDS
        while not self._may_poll_now():
            wait = planned if link.state != LinkState.LIVE else min(planned, self._connection.interval())
            left = min(begun + wait - self._core.clock.monotonic(), self._seconds_to(link.next_at))
            if left <= 0:
                return
            try:
                async with asyncio.timeout(min(left, WAKE_SECONDS)):
                    await self._poke.wait()
            except TimeoutError:
                continue

    def _may_poll_now(self) -> bool:
        """Whether somebody asked for a poll, and the service did not ask to wait."""
        is_wanted = self._poke.is_set()
        self._poke.clear()
        return is_wanted and self._connection.asked_seconds() <= 0

    def _seconds_to(self, moment: datetime | None) -> float:
        """By the wall clock, which goes on while a laptop sleeps; infinite when there is no such moment."""
        return (moment - self._core.clock.now()).total_seconds() if moment else math.inf
