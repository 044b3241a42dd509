"""How much is measured: in full, and for a quick look."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Sizes:
    """Numbers of things, and how often each is repeated."""

    repeats: int
    requests: int
    """Of the large file that both sides take."""
    many_requests: int
    """Of one ten times as large, for us alone."""
    duplicates: int
    past_runs: int
    past_batches_each: int
    cached_runs: int
    cached_batches_each: int
    open_batches: int
    keys: int
    """How often a key is pressed."""

    def repeated(self, repeats: int) -> Self:
        return replace(self, repeats=repeats)


FULL = Sizes(
    repeats=3,
    requests=100_000,
    many_requests=1_000_000,
    duplicates=10_000_000,
    past_runs=1_000,
    past_batches_each=10,
    cached_runs=100,
    cached_batches_each=10,
    open_batches=1_000,
    keys=200,
)
QUICK = Sizes(
    repeats=1,
    requests=2_000,
    many_requests=20_000,
    duplicates=20_000,
    past_runs=50,
    past_batches_each=10,
    cached_runs=20,
    cached_batches_each=10,
    open_batches=50,
    keys=20,
)
