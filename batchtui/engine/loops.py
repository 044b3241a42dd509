"""The loops of a running engine as tasks: begun together, ended together. Knows not what they do."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import TypeVar

from batchtui.domain.state import AppState
from batchtui.engine.core import Core
from batchtui.engine.sender import Sender

T = TypeVar("T")

Loop = Coroutine[object, object, None]

LOOK_SECONDS = 0.25
"""Longest sleep of who waits for a state, or for the end of a loop."""


class Loops:
    """Owns the tasks. A loop never ends by itself: one that does has met a defect, which is raised to who waits."""

    def __init__(self, core: Core, sender: Sender) -> None:
        self._core = core
        self._sender = sender
        self._tasks: list[asyncio.Task[None]] = []
        self.is_winding_down = False

    def begin(self, loops: Iterable[Loop]) -> None:
        """Run them until `wind_down`, which whoever calls this must call."""
        self.is_winding_down = False
        self._tasks = [asyncio.create_task(loop) for loop in loops]

    async def wind_down(self) -> None:
        """Stop at once what cannot have been accepted; wait for the answer of a POST whose last block is out."""
        self.is_winding_down = True
        try:
            while self._sender.is_waiting_for_an_answer and not self._has_ended_by_itself():
                await self._core.changed_within(LOOK_SECONDS)
        finally:  # also when somebody does not want to wait
            await self._end()

    async def _end(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        self._sender.write_outcome()

    def _has_ended_by_itself(self) -> bool:
        return any(task.done() for task in self._tasks)

    async def until(self, found: Callable[[AppState], T | None], *, within: float | None = None) -> T | None:
        """The first answer of `found` that is not None; None when there is none within so many seconds."""
        deadline = None if within is None else self._core.clock.monotonic() + within
        while (answer := found(self._core.state)) is None:
            if self._has_ended_by_itself():
                await self.wind_down()
                raise RuntimeError("a loop of the engine ended by itself")
            if deadline is not None and self._core.clock.monotonic() >= deadline:
                return None
            await self._core.changed_within(LOOK_SECONDS)
        return answer
