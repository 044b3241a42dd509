"""Batch sizes side by side: the same job in other portions."""

from typing import Final

import msgspec

from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.forecast import Forecast, forecast
from batchtui.domain.forecasting.job import Job
from batchtui.domain.forecasting.pace import Pace

USUAL: Final = (1_000, 2_500, 5_000, 10_000, 50_000, 100_000)
MOST_COMPARED_BATCHES: Final = 2_000
"""A size that makes more batches than this is nobody's plan, and takes long to lay out."""

URGENT, PIPELINE, OVERNIGHT = "urgent work", "pipelines", "overnight"


def purpose(size: int) -> str:
    """What batches of that size are commonly used for; empty where nothing is said."""
    if 1_000 <= size < 5_000:
        return URGENT
    if size == 5_000:
        return f"{URGENT}, {PIPELINE}"
    if 5_000 < size <= 10_000:
        return PIPELINE
    return OVERNIGHT if 50_000 <= size <= 100_000 else ""


def compared(job: Job, pace: Pace, one_pass: CostRange) -> list[Forecast]:
    """The usual sizes and the one chosen, smallest first; of those that take all in one batch only one."""
    sizes = sorted({*USUAL, job.batch_requests})
    useful = [size for size in sizes if -(-job.requests // size) <= MOST_COMPARED_BATCHES]
    whole = [size for size in useful if size >= job.requests]
    in_one = job.batch_requests if job.batch_requests in whole else min(whole, default=0)
    kept = [size for size in useful if size < job.requests or size == in_one]
    return [forecast(_in_portions_of(job, size), pace, one_pass) for size in kept]


def _in_portions_of(job: Job, size: int) -> Job:
    if size == job.batch_requests:
        return job
    return msgspec.structs.replace(job, batch_requests=size, portions=())
