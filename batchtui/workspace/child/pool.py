"""Children that are kept between tasks: to start one costs more than to judge a small chunk's results."""

import asyncio
from typing import Final

from batchtui.engine.jobs import VerifyTask
from batchtui.engine.ports import ProgressSink
from batchtui.workspace.child.process import Child
from batchtui.workspace.child.work import Answer, Task

IDLE_SECONDS: Final = 5.0
"""So long a child waits for the next chunk: a run's chunks come one after another, and then for hours none."""


class Children:
    """Lends a child to each task. Used by one event loop."""

    def __init__(self) -> None:
        self._idle: list[Child] = []
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def do(self, task: Task, progress: ProgressSink) -> Answer:
        """The answer, or the failure raised here; cancelling ends the child and removes what it had begun."""
        child = await self._take()
        try:
            return await child.do(task, progress)
        finally:
            if child.is_ready and isinstance(task, VerifyTask):  # others come seldom, and leave a child large
                self._keep(child)
            else:
                await child.end(None if child.is_ready else task)

    async def close(self) -> None:
        """Wait until those that were kept have ended."""
        self._dismiss()
        await asyncio.gather(*self._leaving)

    async def _take(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
            await child.end()
        return await Child.start()

    def _keep(self, child: Child) -> None:
        self._idle.append(child)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._dismiss)

    def _dismiss(self) -> None:
        """Nothing came for a while."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        while self._idle:
            leaving = asyncio.create_task(self._idle.pop().end())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
