"""Progress bars on a terminal's stderr, for whatever takes longer than two seconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from batchtui.cli import diagnostics
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Progress
from batchtui.present.clean import clean
from batchtui.present.transfers import figures

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

QUIET_SECONDS = 2.0


class Meter:
    """Shows what is under way, once it has lasted; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}
        self._bars: Bars | None = None

    def show(self, progress: Progress) -> None:
        """One job's newest figures."""
        begun = self._since.setdefault(progress.job, time.monotonic())
        if diagnostics.is_terminal() and time.monotonic() - begun >= QUIET_SECONDS:
            self._draw(progress)

    def show_all(self, work: Mapping[str, Progress]) -> None:
        """The newest figures of everything under way; what is not there any more has ended."""
        for gone in self._since.keys() - work.keys():
            del self._since[gone]
            if self._bars is not None and gone in self._tasks:
                self._bars.remove_task(self._tasks.pop(gone))
        for progress in work.values():
            self.show(progress)

    def stop(self) -> None:
        """Leave no trace of the bars."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _draw(self, progress: Progress) -> None:
        if self._bars is None:
            self._bars = _new_bars()
            self._bars.start()
        task = self._tasks.get(progress.job)
        if task is None:
            task = self._tasks[progress.job] = self._bars.add_task(
                clean(progress.job), total=progress.total, figures=""
            )
        done, total = progress.part
        self._bars.update(task, completed=done, total=total, figures=figures(progress))


def _new_bars() -> "Bars":
    from rich.console import Console  # only where a bar is drawn
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    return Bars(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[figures]}"),
        console=Console(stderr=True),
        transient=True,
    )


@contextmanager
def metered() -> Iterator[Meter]:
    """A meter for one job."""
    meter = Meter()
    try:
        yield meter
    finally:
        meter.stop()


@asynccontextmanager
async def watching_work(engine: Engine) -> AsyncIterator[None]:
    """Show what the engine sends and downloads while the body of this runs."""
    if not diagnostics.is_terminal():
        yield
        return
    with metered() as meter:
        follower = asyncio.create_task(_follow(engine, meter))
        try:
            yield
        finally:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower


async def _follow(engine: Engine, meter: Meter) -> None:
    async for snapshot in engine.core.states():
        meter.show_all(snapshot.live.work)
