"""Intervals that a measured value lies in with a chance, and the little statistics they come from."""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Final

import msgspec

Z: Final[float] = 1.96


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens; `likely` is the best single guess."""

    low: float
    likely: float
    high: float

    def plus(self, other: "Interval") -> "Interval":
        return Interval(low=self.low + other.low, likely=self.likely + other.likely, high=self.high + other.high)

    def of(self, answered: float, billed: float) -> "Interval":
        """For as many times the requests: `answered` at least and likely, `billed` at most."""
        return Interval(low=self.low * answered, likely=self.likely * answered, high=self.high * billed)

    def within(self, least: float, most: float) -> "Interval":
        """What of it is possible; each end moves to the bound it is beyond."""
        low, likely, high = (min(most, max(least, value)) for value in (self.low, self.likely, self.high))
        return Interval(low=low, likely=likely, high=high)


def student(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t, expanded around the normal one from four degrees on."""
    table = {1: 12.71, 2: 4.303, 3: 3.182}
    if freedom in table:
        return table[freedom]
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / freedom + second / freedom**2 + third / float(freedom) ** 3


PRIOR_WEIGHT = 3
"""A prior spread counts as much as so many earlier runs: one run alone says nothing about how runs differ."""


def predicted(values: Sequence[float], *, prior: float, noise: float = 0.0) -> Interval:
    """Where the next value lies after these, on a logarithmic scale; `prior` is how much such values usually vary."""
    logs = [log(max(value, 1e-9)) for value in values]
    number, mean = len(logs), sum(logs) / len(logs)
    squares = sum((value - mean) ** 2 for value in logs)
    variance = (PRIOR_WEIGHT * prior**2 + squares) / (PRIOR_WEIGHT + number - 1)
    half = Z * sqrt(variance * (1 + 1 / number) + noise**2)
    return Interval(low=exp(mean - half), likely=exp(mean), high=exp(mean + half))


def widened(factor: Interval, spread: float) -> tuple[float, float]:
    """Two independent errors, added as squares."""
    down, up = log(factor.likely / factor.low), log(factor.high / factor.likely)
    return factor.likely * exp(-sqrt(down**2 + spread**2)), factor.likely * exp(sqrt(up**2 + spread**2))
