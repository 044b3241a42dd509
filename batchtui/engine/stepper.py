"""How a loop goes on: step after step, and past whatever a person or time can mend. Knows not what a step does."""

from collections.abc import Callable, Coroutine
from typing import TypeVar

from batchtui.domain.failures import Failure, OtherAccount
from batchtui.engine.connection import Connection
from batchtui.engine.core import Core
from batchtui.engine.ports import ServiceProblem

T = TypeVar("T")

Step = Callable[[], Coroutine[object, object, T]]

REST_SECONDS = 1.0
"""Longest sleep of a loop that has nothing to do; a change of state ends it early."""

TROUBLE_SECONDS = 10.0
"""Between two tries of what the disk or the folder kept from being done."""


class Stepper:
    """Repeats steps; the only place that decides which failures a loop outlives."""

    def __init__(self, core: Core, connection: Connection) -> None:
        self._core = core
        self._connection = connection

    async def guarded(self, step: Step[T]) -> T | None:
        """What a person or time can mend is told and waited out; a defect ends the engine."""
        try:
            return await step()
        except ServiceProblem as problem:
            self._connection.report(problem)
            await self._core.clock.sleep(self._connection.interval(retry_after=problem.retry_after_seconds))
        except OtherAccount as failure:
            self._core.announce("alert", failure.what)
            await self._core.clock.sleep(self._connection.interval())
        except Failure as failure:
            self._core.announce("alert", str(failure))
            await self._core.clock.sleep(TROUBLE_SECONDS)
        return None

    async def every(self, seconds: float, step: Step[object]) -> None:
        """Do it for ever, with so long between two."""
        while True:
            await self.guarded(step)
            await self._core.clock.sleep(seconds)

    async def while_there_is_work(self, step: Step[bool], *, may_begin: Callable[[], bool]) -> None:
        """Do steps while they say that they did something, rest while they do not, or may not begin."""
        while True:
            has_worked = False
            if may_begin():
                has_worked = await self.guarded(step) or False
            if not has_worked:
                await self._core.changed_within(REST_SECONDS)
