"""A chunk that goes ahead of its run: a canary, or the request that warms a cache. The others wait for it.

The run is born waiting, in the record that makes it: whatever dies whenever, nothing more than the pilot is sent
before a record says that the run goes on.
"""

from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from batchtui.domain.state import AppState, Chunk, Run

Z = 1.96
MOST_AHEAD = 1_000
"""A canary of more is no canary; so many results are read in a few milliseconds."""


class PilotKind(StrEnum):
    """What goes ahead of a run: some of its requests to be judged, or one that warms the cache."""

    CANARY = "canary"
    WARM = "warm"


class Pilot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which chunk goes ahead, and the rule by which the others follow without anybody being asked."""

    kind: PilotKind
    chunk: str
    requests: int
    max_errors: float | None = None
    """A canary whose share of requests that did not succeed is at most this lets the rest go; None asks a person."""
    max_usd: float | None = None
    """And whose costs, extrapolated to the run, are at most this."""

    @property
    def has_rule(self) -> bool:
        return self.kind is PilotKind.WARM or self.max_errors is not None or self.max_usd is not None

    def holds(self, label: str) -> bool:
        """Whether a chunk is the pilot, or a half of it."""
        return label.rstrip("ab") == self.chunk


class Stage(StrEnum):
    """Where a pilot is on its way."""

    UNSENT = "unsent"
    RUNNING = "running"
    LANDED = "landed"
    """All its results are here, and nobody has judged them."""
    LOST = "lost"
    """There will be no results: refused, canceled, given up, or gone."""
    PASSED = "passed"
    """The rest of the run may be sent."""


def waits(run: "Run", label: str) -> bool:
    """Whether a chunk waits for the pilot of its run."""
    return run.pilot is not None and not run.is_pilot_passed and not run.pilot.holds(label)


def pilot_chunks(run: "Run") -> tuple["Chunk", ...]:
    """The chunks that go ahead of a run, halves among them; none where nothing does."""
    return tuple(chunk for chunk in run.live_chunks if run.pilot is not None and run.pilot.holds(chunk.label))


def stage(state: "AppState", run: "Run") -> Stage:
    """Where the pilot of a run is; `passed` for a run without one."""
    if run.pilot is None or run.is_pilot_passed:
        return Stage.PASSED
    stages = {_chunk_stage(state, chunk) for chunk in pilot_chunks(run)}
    for found in (Stage.LOST, Stage.UNSENT, Stage.RUNNING):
        if found in stages:
            return found
    return Stage.LANDED


def _chunk_stage(state: "AppState", chunk: "Chunk") -> Stage:
    known = state.batch_of(chunk)
    if known is not None:
        if known.collected is not None:
            return Stage.LANDED
        is_lost = known.batch.archived_at is not None or known.is_gone or known.is_deleted
        return Stage.LOST if is_lost or known.gave_up_collecting else Stage.RUNNING
    if chunk.may_still_be_sent:
        return Stage.UNSENT
    return Stage.LOST if chunk.state in ("refused", "abandoned") else Stage.RUNNING


def asks(state: "AppState", run: "Run") -> bool:
    """Whether a run waits for a person to say that it goes on."""
    if run.pilot is None or run.is_pilot_passed or not any(waits(run, chunk.label) for chunk in _unsent(run)):
        return False
    found = stage(state, run)
    return found is Stage.LOST or (found is Stage.LANDED and (not run.pilot.has_rule or bool(run.pilot_why)))


def _unsent(run: "Run") -> tuple["Chunk", ...]:
    return tuple(chunk for chunk in run.live_chunks if chunk.may_still_be_sent)


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share as seen, and where the true one lies, by Wilson's interval at 95 %."""

    seen: float
    low: float
    high: float


def share(part: int, whole: int) -> Share:
    """How sure one can be of a share: 0 of 50 still leaves room for 7 %."""
    if not whole:
        return Share(seen=0.0, low=0.0, high=1.0)
    seen = part / whole
    centre = seen + Z * Z / (2 * whole)
    half = Z * sqrt(seen * (1 - seen) / whole + Z * Z / (4 * whole * whole))
    scale = 1 + Z * Z / whole
    return Share(seen=seen, low=max(0.0, (centre - half) / scale), high=min(1.0, (centre + half) / scale))
