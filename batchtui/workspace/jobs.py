"""Fulfils ports.Jobs: heavy work in a child process, or in a thread where no screen has to stay quick."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import cast

from batchtui.domain.run import ChunkPlan
from batchtui.engine.jobs import (
    Exported,
    ExportTask,
    Prepared,
    PrepareTask,
    Progress,
    RetryPrepared,
    RetryTask,
    SplitTask,
    Verified,
    VerifyTask,
)
from batchtui.engine.ports import ProgressSink
from batchtui.workspace.pace import Canceled, Pace
from batchtui.workspace.target import STDOUT
from batchtui.workspace.work import NAMES, Answer, Task, perform


class _Jobs(ABC):
    """The verbs; how a task is run is left to the two kinds."""

    async def prepare(self, task: PrepareTask, progress: ProgressSink) -> Prepared:
        return cast("Prepared", await self._run(task, progress))

    async def prepare_retry(self, task: RetryTask, progress: ProgressSink) -> RetryPrepared:
        return cast("RetryPrepared", await self._run(task, progress))

    async def split(self, task: SplitTask) -> tuple[ChunkPlan, ChunkPlan]:
        return cast("tuple[ChunkPlan, ChunkPlan]", await self._run(task, lambda _: None))

    async def verify(self, task: VerifyTask, progress: ProgressSink) -> Verified:
        return cast("Verified", await self._run(task, progress))

    async def export(self, task: ExportTask, progress: ProgressSink) -> Exported:
        return cast("Exported", await self._run(task, progress))

    @abstractmethod
    async def _run(self, task: Task, progress: ProgressSink) -> Answer: ...


class LocalJobs(_Jobs):
    """Does the work in a thread of this process: the keys of a screen would feel it, a command's user does not."""

    async def _run(self, task: Task, progress: ProgressSink) -> Answer:
        is_canceled = Event()
        tell = _from_thread(asyncio.get_running_loop(), progress)
        pace = Pace(NAMES[type(task)], tell, is_canceled.is_set)
        work = asyncio.ensure_future(asyncio.to_thread(perform, task, pace))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            is_canceled.set()
            with suppress(Canceled):
                await work  # a few milliseconds: what was begun is removed before anyone goes on
            raise


class ChildJobs(_Jobs):
    """Does each task in a child process of its own."""

    async def _run(self, task: Task, progress: ProgressSink) -> Answer:
        if isinstance(task, ExportTask) and task.target == STDOUT:
            return await LocalJobs()._run(task, progress)  # the child's stdout is where it answers
        from batchtui.workspace.child_process import run_in_child  # only where there is work

        return await run_in_child(task, progress)


def _from_thread(loop: asyncio.AbstractEventLoop, progress: ProgressSink) -> Callable[[Progress], None]:
    def tell(news: Progress) -> None:
        with suppress(RuntimeError):  # the loop may be closed by now: nobody is left to be told
            loop.call_soon_threadsafe(progress, news)

    return tell
