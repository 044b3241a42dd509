"""How a job tells how far it is and hears that it is no longer wanted."""

import time
from collections.abc import Callable

from batchtui.engine.jobs import Progress

SECONDS_BETWEEN = 0.25
"""Progress is told at most four times a second: more would only wake the screen."""


class Canceled(Exception):
    """The job was told to stop; whoever raises it has removed what the job had written."""


class Pace:
    """The one thing a job holds of its surroundings: call `beat` every few MB."""

    def __init__(
        self,
        job: str,
        tell: Callable[[Progress], None] = lambda _: None,
        is_canceled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._job = job
        self._tell = tell
        self._is_canceled = is_canceled
        self._next_at = 0.0
        self._begun = time.monotonic()

    def beat(self, unit: str, done: int, *, total: int | None = None, requests: int = 0) -> None:
        """Say how far the job is, if it is time to; raises Canceled when the job is no longer wanted."""
        if self._is_canceled():
            raise Canceled
        now = time.monotonic()
        if now >= self._next_at:
            self._next_at = now + SECONDS_BETWEEN
            seconds = now - self._begun
            self._tell(Progress(job=self._job, unit=unit, done=done, total=total, requests=requests, seconds=seconds))

    def finish(self, unit: str, done: int, *, requests: int = 0) -> None:
        """Say that all is done, whatever was told a moment ago."""
        self._tell(Progress(job=self._job, unit=unit, done=done, total=done, requests=requests))
