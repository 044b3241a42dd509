"""Fulfils ports.Jobs: heavy work in a child process, or in a thread where no screen has to stay quick."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, cast

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
from batchtui.workspace.child.work import NAMES, Answer, Task, perform
from batchtui.workspace.export.target import STDOUT
from batchtui.workspace.pace import Canceled, Pace

if TYPE_CHECKING:
    from batchtui.workspace.child.pool import Children


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
    async def close(self) -> None:
        """Leave no process behind."""

    @abstractmethod
    async def _run(self, task: Task, progress: ProgressSink) -> Answer: ...


class LocalJobs(_Jobs):
    """Does the work in a thread of this process: the keys of a screen would feel it, a command's user does not."""

    async def close(self) -> None:
        """Nothing is kept."""

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
    """Does each task in a child process; one that judges results is kept for the next."""

    def __init__(self) -> None:
        self._children: Children | None = None

    async def close(self) -> None:
        if self._children is not None:
            await self._children.close()

    async def _run(self, task: Task, progress: ProgressSink) -> Answer:
        if isinstance(task, ExportTask) and task.target == STDOUT:
            return await LocalJobs()._run(task, progress)  # the child's stdout is where it answers
        if self._children is None:
            from batchtui.workspace.child.pool import Children  # only where there is work

            self._children = Children()
        return await self._children.do(task, progress)


def _from_thread(loop: asyncio.AbstractEventLoop, progress: ProgressSink) -> Callable[[Progress], None]:
    def tell(news: Progress) -> None:
        with suppress(RuntimeError):  # the loop may be closed by now: nobody is left to be told
            loop.call_soon_threadsafe(progress, news)

    return tell
