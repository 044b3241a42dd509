"""How long one batch takes by figures that others published: nothing of it was verified."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from batchtui.domain.forecasting.durations import HOUR, LIMIT_SECONDS, MINUTE, Ended, Range

FEWEST_TO_FIT: Final = 8
"""So many batches of its own a workspace needs to go by them alone."""

STARTUP: Final = Range(1 * MINUTE, 2 * MINUTE, 5 * MINUTE)
FINALISATION: Final = Range(1 * MINUTE, 2 * MINUTE, 5 * MINUTE)
"""Assumed to be like the start: nobody published it."""

MUCH_LARGER: Final = 2
"""A batch of more than so many times the requests says nothing of a small one."""

PUBLISHED: Final = ((1_000, 10 * MINUTE, 30 * MINUTE), (10_000, 1 * HOUR, 4 * HOUR), (100_000, 4 * HOUR, 12 * HOUR))
"""Batches of up to so many requests are said to take from .. to; nothing of it was verified."""

PUBLISHED_HOURLY: Final = {"haiku": (50_000, 100_000), "sonnet": (10_000, 50_000)}
"""Requests an hour that are said to come back, by model line; for all open batches together. Not verified."""


class PublicPace(msgspec.Struct, frozen=True, kw_only=True):
    """What others published: they disagree, so low is the quickest of them, high the slowest, likely in between."""

    line: str
    own: tuple[Ended, ...] = ()
    """Batches that ended here, too few to fit anything to: where they took longer, it may take as long again."""

    def seconds(self, requests: int, *, at_once: int) -> Range:
        """One batch, while `at_once` requests (its own included) are with the service."""
        whole = _published(requests)
        hourly = PUBLISHED_HOURLY.get(self.line)
        if hourly is not None:
            alone = _at_rate(requests, hourly)
            whole = Range(min(whole.low, alone.low), _middle(whole.likely, alone.likely), max(whole.high, alone.high))
            whole = whole.at_least(_at_rate(at_once, hourly))
        return self._slowed(whole, requests).at_most(LIMIT_SECONDS)

    def _slowed(self, seconds: Range, requests: int) -> Range:
        """By the slowest of those that were no larger by far; the more there are the more it counts."""
        alike = [entry.seconds for entry in self.own if entry.requests <= MUCH_LARGER * requests]
        slowest = max(alike, default=0.0)
        if slowest <= seconds.likely:
            return seconds
        share = min(1.0, len(alike) / FEWEST_TO_FIT)
        likely = seconds.likely ** (1 - share) * slowest**share
        return Range(seconds.low, likely, max(seconds.high, slowest))


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
