"""How long one batch takes: by figures that others published, or by this workspace's own ended batches.

The service gives two times for a batch, created and ended, so start-up, work and finalisation are told apart only by
how the whole grows with the number of requests.
"""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

import msgspec

from batchtui.domain.estimate import model_line
from batchtui.domain.state import AppState, KnownBatch

MINUTE, HOUR = 60.0, 3600.0
LIMIT_SECONDS: Final = 24 * HOUR
"""What has not begun by then expires, so no batch takes longer (API guide, batch processing)."""

FEWEST_TO_FIT: Final = 8
MOST_TO_FIT: Final = 120
"""The newest are enough, and every pair of them is looked at."""

Z_90: Final = 1.2815515655446004
"""The normal distribution's 90th percentile."""


class Range(msgspec.Struct, frozen=True):
    """Seconds: one in ten is quicker than `low`, one in ten slower than `high`."""

    low: float
    likely: float
    high: float

    def at_most(self, seconds: float) -> "Range":
        return Range(min(self.low, seconds), min(self.likely, seconds), min(self.high, seconds))

    def at_least(self, other: "Range") -> "Range":
        return Range(max(self.low, other.low), max(self.likely, other.likely), max(self.high, other.high))


STARTUP: Final = Range(1 * MINUTE, 2 * MINUTE, 5 * MINUTE)
FINALISATION: Final = Range(1 * MINUTE, 2 * MINUTE, 5 * MINUTE)
"""Assumed to be like the start: nobody published it."""

PUBLISHED: Final = ((1_000, 10 * MINUTE, 30 * MINUTE), (10_000, 1 * HOUR, 4 * HOUR), (100_000, 4 * HOUR, 12 * HOUR))
"""Batches of up to so many requests are said to take from .. to; nothing of it was verified."""

PUBLISHED_HOURLY: Final = {"haiku": (50_000, 100_000), "sonnet": (10_000, 50_000)}
"""Requests an hour that are said to come back, by model line; for all open batches together. Not verified."""


class PublicPace(msgspec.Struct, frozen=True, kw_only=True):
    """What others published: they disagree, so low is the quickest of them, high the slowest, likely in between."""

    line: str
    own_batches: int = 0
    """Too few to fit anything to."""

    def seconds(self, requests: int, *, at_once: int) -> Range:
        """One batch, while `at_once` requests (its own included) are with the service."""
        whole = _published(requests)
        hourly = PUBLISHED_HOURLY.get(self.line)
        if hourly is not None:
            alone = _at_rate(requests, hourly)
            whole = Range(min(whole.low, alone.low), _middle(whole.likely, alone.likely), max(whole.high, alone.high))
            whole = whole.at_least(_at_rate(at_once, hourly))
        return whole.at_most(LIMIT_SECONDS)


class OwnPace(msgspec.Struct, frozen=True, kw_only=True):
    """Fitted to ended batches of the same model line: `base + each * requests`, and how far they lay from that."""

    line: str
    batches: int
    smallest: int
    largest: int
    base_seconds: float
    each_seconds: float
    spread: Range
    """Measured over fitted, as factors."""

    def seconds(self, requests: int, *, at_once: int) -> Range:
        """One batch; that others are open as well is in what was measured."""
        fitted = self.base_seconds + self.each_seconds * requests
        spread = self.spread
        return Range(fitted * spread.low, fitted * spread.likely, fitted * spread.high).at_most(LIMIT_SECONDS)

    def is_beyond(self, requests: int) -> bool:
        """Whether batches of about this size were never seen here."""
        return requests > 2 * self.largest or 2 * requests < self.smallest


Pace = PublicPace | OwnPace


class Ended(msgspec.Struct, frozen=True):
    """A batch from creation to end."""

    requests: int
    seconds: float


def pace_of(state: AppState, model: str) -> Pace:
    """By this workspace's own batches once there are enough of that model line, else by public figures."""
    line = model_line((model,))
    ended = own_ended(state, line)
    return PublicPace(line=line, own_batches=len(ended)) if len(ended) < FEWEST_TO_FIT else fit(line, ended)


def own_ended(state: AppState, line: str) -> list[Ended]:
    """Chunks of that model line that ran to their end, oldest first; one that was canceled tells nothing of time."""
    ended = []
    for run in state.runs.values():
        if model_line(run.models) != line:
            continue
        for chunk in run.chunks.values():
            known = state.batch_of(chunk)
            if known is None or known.batch.ended_at is None or _was_stopped(known):
                continue
            lasted = (known.batch.ended_at - known.batch.created_at).total_seconds()
            ended.append((known.batch.ended_at, Ended(chunk.requests, max(1.0, lasted))))
    return [entry for _, entry in sorted(ended, key=lambda pair: pair[0])][-MOST_TO_FIT:]


def _was_stopped(known: KnownBatch) -> bool:
    batch = known.batch
    return batch.cancel_initiated_at is not None or batch.request_counts.canceled > 0


def fit(line: str, ended: Sequence[Ended]) -> OwnPace:
    """A line through the middle of them that a few odd ones cannot bend (Theil and Sen)."""
    from statistics import median, quantiles  # only where somebody plans

    sizes = [entry.requests for entry in ended]
    slopes = [
        (b.seconds - a.seconds) / (b.requests - a.requests)
        for a, b in combinations(ended, 2)
        if a.requests != b.requests
    ]
    # With sizes all alike nothing tells start from work: all of it counts as work, which warns of large batches.
    varies = max(sizes) >= 2 * min(sizes)
    each = max(0.0, median(slopes)) if varies else median(entry.seconds / entry.requests for entry in ended)
    base = max(0.0, median(entry.seconds - each * entry.requests for entry in ended))
    factors = [entry.seconds / max(1.0, base + each * entry.requests) for entry in ended]
    deciles = quantiles(factors, n=10, method="inclusive")
    return OwnPace(
        line=line,
        batches=len(ended),
        smallest=min(sizes),
        largest=max(sizes),
        base_seconds=base,
        each_seconds=each,
        spread=Range(deciles[0], deciles[4], deciles[8]),
    )


def chance_beyond(seconds: Range, limit: float = LIMIT_SECONDS) -> float:
    """The chance to take longer than a limit, where times spread as their logarithms do normally."""
    if seconds.likely >= limit:
        return 1.0
    if seconds.likely <= 0 or seconds.high <= seconds.likely:
        return 0.0
    sigma = math.log(seconds.high / seconds.likely) / Z_90
    return 0.5 * math.erfc(math.log(limit / seconds.likely) / sigma / math.sqrt(2))


def _published(requests: int) -> Range:
    """From start to end by the published bands: each holds at its upper edge, between edges it grows evenly."""
    low = _between(requests, [(edge, quickest) for edge, quickest, _ in PUBLISHED])
    high = _between(requests, [(edge, slowest) for edge, _, slowest in PUBLISHED])
    return Range(low, _middle(low, high), high)


def _between(requests: int, edges: Sequence[tuple[int, float]]) -> float:
    """On a straight line over logarithms; below the first edge and above the last the time is the edge's."""
    at = min(max(requests, edges[0][0]), edges[-1][0])
    for (left, first), (right, last) in pairwise(edges):
        if at <= right:
            share = math.log(at / left) / math.log(right / left)
            return float(first * (last / first) ** share)
    return edges[-1][1]


def _at_rate(requests: int, hourly: tuple[int, int]) -> Range:
    slow, fast = (requests / rate * HOUR for rate in hourly)
    return Range(
        STARTUP.low + fast + FINALISATION.low,
        STARTUP.likely + _middle(slow, fast) + FINALISATION.likely,
        STARTUP.high + slow + FINALISATION.high,
    )


def _middle(one: float, other: float) -> float:
    return math.sqrt(one * other)
