"""A job in figures: how much, in what portions, and what is done about failures."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from batchtui.domain.settings import Settings

QUEUE_LIMITS = (200_000, 300_000, 500_000)
"""Requests that may wait in the service's queue, by tier (API reference, rate limits)."""


class Backoff(StrEnum):
    """How the wait before an attempt grows with its number."""

    EXPONENTIAL = "exponential"
    LINEAR = "linear"
    FIXED = "fixed"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, and how. Money is none of its business."""

    requests: int
    batch_requests: int
    open_batches: int
    """Batches with the service at the same time."""
    queue_limit: int = QUEUE_LIMITS[0]
    failure_rate: float = 0.0
    """The share of requests that do not succeed in an attempt, in every attempt the same."""
    max_attempts: int = 3
    backoff: Backoff = Backoff.EXPONENTIAL
    delay_seconds: float = 60.0
    poll_seconds: float = 30.0
    portions: tuple[int, ...] = ()
    """Requests of each batch of the first attempt, where a file says so; else all are of `batch_requests`."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """All requests of one attempt, as batches; `wait_seconds` goes by before it once the round before has ended."""

    attempt: int
    wait_seconds: float
    portions: tuple[int, ...]

    @property
    def requests(self) -> int:
        return sum(self.portions)


def job_from(settings: Settings, *, requests: int) -> Job:
    """A job of so many requests, done as the settings say."""
    return Job(
        requests=requests,
        batch_requests=settings.submit.chunk_requests,
        open_batches=settings.submit.max_open_batches,
        queue_limit=settings.submit.max_queued_requests,
        max_attempts=settings.retry.max_attempts,
        backoff=Backoff(settings.retry.backoff),
        delay_seconds=settings.retry.delay,
        poll_seconds=settings.poll.running,
    )


def delay_before(job: Job, attempt: int) -> float:
    """Seconds between the end of the attempt before and this one; the first has nothing to wait for."""
    if attempt < 2:
        return 0.0
    match job.backoff:
        case Backoff.FIXED:
            return job.delay_seconds
        case Backoff.LINEAR:
            return job.delay_seconds * (attempt - 1)
        case Backoff.EXPONENTIAL:
            return job.delay_seconds * 2.0 ** (attempt - 2)


def failing(job: Job, attempt: int) -> int:
    """How many requests are expected to fail in an attempt."""
    return round(job.requests * job.failure_rate**attempt)


def rounds(job: Job) -> Iterator[Round]:
    """Every attempt that is expected to have something to send."""
    for attempt in range(1, job.max_attempts + 1):
        waiting = job.requests if attempt == 1 else failing(job, attempt - 1)
        if not waiting:
            return
        portions = job.portions if attempt == 1 and job.portions else even_portions(waiting, job.batch_requests)
        yield Round(attempt=attempt, wait_seconds=delay_before(job, attempt), portions=portions)


def even_portions(requests: int, size: int) -> tuple[int, ...]:
    """Full batches, and a last one with the rest."""
    full, rest = divmod(requests, size)
    return (size,) * full + ((rest,) if rest else ())
