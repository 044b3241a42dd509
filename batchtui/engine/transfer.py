"""Work under way as watchers see it: how far a body, a download or its judging is, a few times a second."""

from types import TracebackType
from typing import Self

from msgspec.structs import replace

from batchtui.domain.state import KnownBatch
from batchtui.engine.core import Core
from batchtui.engine.jobs import Progress

PROGRESS_SECONDS = 0.25
"""A body is a thousand blocks; every one that is shown wakes every watcher."""


class Transfer:
    """Shown from the first block to the end of its `with`, however that comes about."""

    def __init__(self, core: Core, job: str, *, total: int | None = None, of_requests: int | None = None) -> None:
        self._core = core
        self._job = job
        self._total = total
        self._of_requests = of_requests
        self._is_over = False
        self._begun = self._shown_at = core.clock.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        work = self._core.live.work
        if self._job in work:
            self._core.change_live(work={job: progress for job, progress in work.items() if job != self._job})

    def moved(self, done: int, *, requests: int = 0) -> None:
        """So many bytes by now, with so many whole requests."""
        now = self._core.clock.monotonic()
        if done == self._total or now - self._shown_at >= PROGRESS_SECONDS:
            self._shown_at = now
            self.show(Progress(job=self._job, unit="bytes", done=done, total=self._total, requests=requests))

    def show(self, progress: Progress) -> None:
        """What somebody else tells of it, who has told it seldom enough; nothing once it is over."""
        if self._is_over:
            return
        seconds = self._core.clock.monotonic() - self._begun
        told = replace(progress, job=self._job, of_requests=self._of_requests, seconds=seconds)
        self._core.change_live(work={**self._core.live.work, self._job: told})


def work_on(word: str, core: Core, known: KnownBatch) -> Transfer:
    """What is under way with a batch's results, told as `WORD BATCH` while it lasts."""
    return Transfer(core, f"{word} {known.batch.id}", of_requests=known.batch.request_counts.total)
