"""How this workspace's own batches went: durations, pace, errors and retries, beside what others call normal."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import msgspec

from batchtui.domain.forecasting.estimate import FEWEST
from batchtui.domain.open_runs import OpenRun, open_runs, share_of_limits
from batchtui.domain.state import AppState, Chunk, KnownBatch
from batchtui.domain.words import several

NORMAL_ERRORS: Final = 0.001
SYSTEMATIC_ERRORS: Final = 0.01
NORMAL_RETRIES: Final = 0.001
USUAL_MEDIAN: Final = timedelta(minutes=30)
SMALL_BATCH: Final = 10_000
"""The bands of experience: errors below 0.1 % are normal, above 1 % systematic; retries below 0.1 %; a median below
half an hour under 10,000 requests. Reported by users of the service, not promised by it."""

NEAR_LIMIT: Final = timedelta(hours=20)
"""A batch that took longer than this came near the 24 hours after which requests expire."""

STEPS: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 30, 60, 120, 240, 480, 720, 1200))
"""Upper bounds of the histogram; the last bar is what took longer."""


class DurationBand(msgspec.Struct, frozen=True, kw_only=True):
    """Batches that took from .. to; `to_seconds` None is without end."""

    from_seconds: int
    to_seconds: int | None
    batches: int


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """Of ended batches that nobody stopped, from creation to end; None where too few have ended to say."""

    batches: int
    p50_seconds: float | None = None
    p90_seconds: float | None = None
    longest_seconds: float | None = None
    small_p50_seconds: float | None = None
    """The median of batches under 10,000 requests, for the known band."""
    histogram: tuple[DurationBand, ...] = ()


class Throughput(msgspec.Struct, frozen=True, kw_only=True):
    """Requests whose batches ended."""

    last_hour: int
    last_day: int
    per_hour: float | None
    """Over the time in which something of this workspace was with the service."""


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """Requests by what became of them, and how many of them were second and later attempts."""

    requests: int
    errored: int
    expired: int
    canceled: int
    retried: int

    @property
    def error_share(self) -> float | None:
        """Errored of all that ended."""
        return self.errored / self.requests if self.requests else None

    @property
    def retry_share(self) -> float | None:
        return self.retried / self.requests if self.requests else None


class ChunkFilling(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what a batch may hold the chunks used: of 100,000 requests and 256 MB, whichever is more."""

    chunks: int
    mean_share: float | None
    largest_share: float | None


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What `stats` tells."""

    durations: Durations
    pace: Throughput
    volume: Volume
    filling: ChunkFilling
    near_limit: int
    """Batches that took over 20 hours, or in which requests expired."""
    open_runs: tuple[OpenRun, ...]

    @property
    def advice(self) -> tuple[str, ...]:
        """What the figures suggest, in words."""
        return tuple(_advice(self))


def statistics(state: AppState, now: datetime) -> Statistics:
    """All of it; batches from elsewhere are left out, as nothing is known of what they asked.

    Args:
        now: in the server's clock.
    """
    own = [known for known in state.batches.values() if known.run is not None and known.run in state.runs]
    ended = [known for known in own if known.batch.is_ended and known.batch.ended_at is not None]
    chunks = [chunk for run in state.runs.values() for chunk in run.live_chunks]
    return Statistics(
        durations=_durations([known for known in ended if known.batch.cancel_initiated_at is None]),
        pace=_pace(own, ended, now),
        volume=_volume(state, ended),
        filling=_filling(chunks),
        near_limit=sum(_came_near(known) for known in ended),
        open_runs=tuple(open_runs(state, now)),
    )


def lasted(known: KnownBatch) -> timedelta:
    """From creation to end."""
    assert known.batch.ended_at is not None
    return known.batch.ended_at - known.batch.created_at


def _durations(ended: Sequence[KnownBatch]) -> Durations:
    seconds = sorted(lasted(known).total_seconds() for known in ended)
    small = [lasted(known).total_seconds() for known in ended if known.batch.request_counts.total < SMALL_BATCH]
    return Durations(
        batches=len(seconds),
        p50_seconds=_quantile(seconds, 5),
        p90_seconds=_quantile(seconds, 9),
        longest_seconds=seconds[-1] if seconds else None,
        small_p50_seconds=_quantile(small, 5),
        histogram=_histogram(seconds),
    )


def _quantile(seconds: Sequence[float], tenth: int) -> float | None:
    if len(seconds) < FEWEST:
        return None
    from statistics import quantiles  # only where there is something to reckon

    return quantiles(seconds, n=10, method="inclusive")[tenth - 1]


def _histogram(seconds: Sequence[float]) -> tuple[DurationBand, ...]:
    """Bars from the first to the last that hold anything."""
    bounds = [0, *(int(step.total_seconds()) for step in STEPS)]
    numbers = [0] * len(bounds)
    for value in seconds:
        numbers[max(0, bisect_left(bounds, value) - 1)] += 1
    edges: list[tuple[int, int | None]] = [*pairwise(bounds), (bounds[-1], None)]
    bars = [
        DurationBand(from_seconds=low, to_seconds=high, batches=n)
        for (low, high), n in zip(edges, numbers, strict=True)
    ]
    filled = [place for place, bar in enumerate(bars) if bar.batches]
    return tuple(bars[filled[0] : filled[-1] + 1]) if filled else ()


def _pace(own: Sequence[KnownBatch], ended: Sequence[KnownBatch], now: datetime) -> Throughput:
    def since(begin: datetime) -> int:
        return sum(
            known.batch.request_counts.total
            for known in ended
            if known.batch.ended_at is not None and begin <= known.batch.ended_at <= now
        )

    busy = _busy_seconds((known.batch.created_at, known.batch.ended_at or now) for known in own)
    done = sum(known.batch.request_counts.total for known in ended)
    return Throughput(
        last_hour=since(now - timedelta(hours=1)),
        last_day=since(now - timedelta(days=1)),
        per_hour=done / busy * 3600 if busy and done else None,
    )


def _busy_seconds(spans: Iterable[tuple[datetime, datetime]]) -> float:
    """How long at least one of these went on."""
    busy, until = 0.0, None
    for begin, end in sorted(spans):
        if until is not None and end <= until:
            continue
        busy += (end - (begin if until is None else max(begin, until))).total_seconds()
        until = end
    return busy


def _volume(state: AppState, ended: Iterable[KnownBatch]) -> Volume:
    sums = {"errored": 0, "expired": 0, "canceled": 0, "requests": 0, "retried": 0}
    for known in ended:
        counts = known.batch.request_counts
        sums["requests"] += counts.total
        sums["errored"] += counts.errored
        sums["expired"] += counts.expired
        sums["canceled"] += counts.canceled
        if state.runs[known.run or ""].parent is not None:
            sums["retried"] += counts.total
    return Volume(**sums)


def _filling(chunks: Sequence[Chunk]) -> ChunkFilling:
    shares = [share_of_limits(chunk) for chunk in chunks]
    return ChunkFilling(
        chunks=len(shares),
        mean_share=sum(shares) / len(shares) if shares else None,
        largest_share=max(shares, default=None),
    )


def _came_near(known: KnownBatch) -> bool:
    return lasted(known) > NEAR_LIMIT or known.batch.request_counts.expired > 0


def _advice(found: Statistics) -> Iterable[str]:
    durations, volume = found.durations, found.volume
    if found.near_limit:
        batches = several(found.near_limit, "batch", "batches")
        yield f"{batches} came near 24 h or lost requests to it: smaller chunks (chunk_requests)"
    if volume.error_share is not None and volume.error_share > SYSTEMATIC_ERRORS:
        yield "over 1 % errored: that is systematic, `batchtui errors` groups them"
    small = durations.small_p50_seconds
    if small is not None and small > USUAL_MEDIAN.total_seconds():
        yield "the median under 10,000 requests is over half an hour: smaller chunks let results come sooner"
    if any(run.late_chunks for run in found.open_runs):
        yield "some batches take longer than nine of ten like them"
