"""How long a batch may take: the p50 and p90 of this workspace's own ended chunks of the same kind, or nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from batchtui.domain.per_run import PerRun
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run

FEWEST = 3
"""Fewer ended chunks than this are no basis for an estimate."""


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """Durations of similar ended chunks."""

    p50: timedelta
    p90: timedelta
    chunks: int


class Eta(msgspec.Struct, frozen=True, kw_only=True):
    """When something is expected to end; `is_late` when it is past the p90 of its basis."""

    at: datetime
    basis: Basis
    is_late: bool = False


def size_class(requests: int) -> int:
    """Chunks are similar when their request counts are within the same power of ten."""
    return len(str(requests))


def model_line(models: Iterable[str]) -> str:
    """`claude-haiku-4-5` and `claude-haiku-5-5` -> `haiku`; several lines -> all of them."""
    return "+".join(sorted({_line_of(model) for model in models}))


def _line_of(model: str) -> str:
    words = [word for word in model.split("-") if word.isalpha() and word != "claude"]
    return words[0] if words else model


_Kind = tuple[str, int]
"""Line of models and class of size."""

Durations = PerRun[dict[_Kind, list[float]]]
"""Seconds of the ended chunks of each run, kept from one state to the next."""


class History:
    """Durations of ended chunks by kind, read once from state."""

    def __init__(self, state: AppState, kept: Durations | None = None) -> None:
        self._seconds: dict[_Kind, list[float]] = {}
        self._bases: dict[_Kind, Basis | None] = {}
        for of_run in (kept or Durations()).values(state, lambda run: _durations(state, run), lasts=lambda *_: True):
            for kind, seconds in of_run.items():
                self._seconds.setdefault(kind, []).extend(seconds)

    def basis(self, run: Run, chunk: Chunk) -> Basis | None:
        """Ended chunks like this one, or None when there are too few to say anything."""
        return self.similar(run.models, chunk.requests)

    def similar(self, models: Iterable[str], requests: int) -> Basis | None:
        """Ended chunks of these models and of about this size, also for one that is only planned."""
        kind = (model_line(models), size_class(requests))
        if kind not in self._bases:
            self._bases[kind] = _basis(self._seconds.get(kind, ()))
        return self._bases[kind]

    def eta(self, run: Run, chunk: Chunk, known: KnownBatch, now: datetime) -> Eta | None:
        """When a batch with the API is expected to end; `now` in the server's clock."""
        basis = self.basis(run, chunk)
        if basis is None or not known.is_open:
            return None
        created = known.batch.created_at
        return Eta(at=created + basis.p50, basis=basis, is_late=now > created + basis.p90)


def _durations(state: AppState, run: Run) -> dict[_Kind, list[float]]:
    line, found = model_line(run.models), dict[_Kind, list[float]]()
    for chunk in run.chunks.values():
        known = state.batch_of(chunk)
        if known is not None and known.batch.ended_at is not None:
            lasted = (known.batch.ended_at - known.batch.created_at).total_seconds()
            found.setdefault((line, size_class(chunk.requests)), []).append(lasted)
    return found


def _basis(found: Sequence[float]) -> Basis | None:
    if len(found) < FEWEST:
        return None
    from statistics import quantiles  # only where something is under way

    deciles = quantiles(found, n=10, method="inclusive")
    return Basis(p50=timedelta(seconds=deciles[4]), p90=timedelta(seconds=deciles[8]), chunks=len(found))
