"""How long batches took, and ranges of what they may take."""

import math
from typing import Final

import msgspec

MINUTE, HOUR = 60.0, 3600.0
LIMIT_SECONDS: Final = 24 * HOUR
"""What has not begun by then expires, so no batch takes longer (API guide, batch processing)."""

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


class Ended(msgspec.Struct, frozen=True):
    """A batch from creation to end."""

    requests: int
    seconds: float


def chance_to_expire(seconds: Range) -> float:
    """The chance to take longer than a batch may, where times spread as their logarithms do normally."""
    if seconds.likely >= LIMIT_SECONDS:
        return 1.0
    if seconds.likely <= 0 or seconds.high <= seconds.likely:
        return 0.0
    sigma = math.log(seconds.high / seconds.likely) / Z_90
    return 0.5 * math.erfc(math.log(LIMIT_SECONDS / seconds.likely) / sigma / math.sqrt(2))
