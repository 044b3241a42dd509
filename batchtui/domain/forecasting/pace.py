"""How long one batch takes, by this workspace's own ended batches once there are enough, else by public figures.

The service gives two times for a batch, created and ended, so start-up, work and finalisation are told apart only by
how the whole grows with the number of requests.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import msgspec

from batchtui.domain.forecasting.durations import LIMIT_SECONDS, Ended, Range
from batchtui.domain.forecasting.estimate import model_line
from batchtui.domain.forecasting.public_pace import FEWEST_TO_FIT, PublicPace
from batchtui.domain.state import AppState, KnownBatch, Run

MOST_TO_FIT: Final = 120
"""The newest are enough, and every pair of them is looked at."""


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


def pace_of(state: AppState, model: str) -> Pace:
    """By this workspace's own batches once there are enough of that model line, else by public figures."""
    line = model_line((model,))
    ended = own_ended(state, line)
    return PublicPace(line=line, own=tuple(ended)) if len(ended) < FEWEST_TO_FIT else fit(line, ended)


def own_ended(state: AppState, line: str) -> list[Ended]:
    """Chunks of runs mostly for that model line, oldest first; one that was canceled tells nothing of time."""
    ended = []
    for run in state.runs.values():
        if _main_line(run) != line:
            continue
        for chunk in run.chunks.values():
            known = state.batch_of(chunk)
            if known is None or known.batch.ended_at is None or _was_stopped(known):
                continue
            lasted = (known.batch.ended_at - known.batch.created_at).total_seconds()
            ended.append((known.batch.ended_at, Ended(chunk.requests, max(1.0, lasted))))
    return [entry for _, entry in sorted(ended, key=lambda pair: pair[0])][-MOST_TO_FIT:]


def _main_line(run: Run) -> str:
    most_used = max(run.models, key=lambda model: run.models[model], default="")
    return model_line((most_used,))


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
