"""Facts about runs, chunks and batches in the form that every face needs: no formatting, no markup, no colours.

`viewing.Views` makes them of a snapshot.
"""

from datetime import datetime

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.forecasting.estimate import Eta
from batchtui.domain.money import Usd
from batchtui.domain.status import (
    RunCounts,
    Status,
)
from batchtui.domain.submission import ChunkState


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, ours or from elsewhere. `are_counts_given` False: the service has only said "all in processing"."""

    batch_id: str
    run: str | None
    chunk: str | None
    status: Status
    counts: RequestCounts
    are_counts_given: bool
    created_at: datetime
    """By the service's clock."""
    age_seconds: float
    ended_at: datetime | None
    expires_at: datetime | None
    results_until: datetime
    is_collected: bool
    are_results_pruned: bool
    """What was collected is not on this disk any more."""
    is_hidden: bool
    is_proved: bool
    is_deleted: bool
    is_gone: bool
    cost_usd: Usd | None
    note: str

    @property
    def kept_until(self) -> datetime | None:
        """How long the service keeps its results; None where it has let go of the batch."""
        return None if self.is_deleted or self.is_gone else self.results_until


class ChunkView(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk of a run, with its batch if it has one."""

    run: str
    chunk: str
    state: ChunkState
    status: Status
    requests: int
    bytes: int
    batch: BatchView | None
    submission: str | None
    eta: Eta | None
    cost_high_usd: Usd | None
    """Measured once collected, else the high estimate; None where nothing bounds it."""
    note: str
    """Why it waits, what the service said, what is awaited."""
    may_have_arrived: bool = False
    """Given up without an answer."""


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run over all its chunks; denominators are its own requests, without retries."""

    run: str
    status: Status
    requests: int
    bytes: int
    counts: RunCounts
    are_counts_given: bool
    """False while nothing of it has ended and the service has not said more than "in processing"."""
    chunks: int
    chunks_ended: int
    created_at: datetime
    """By the clock of this machine, which may not be the service's."""
    age_seconds: float
    expires_at: datetime | None
    """First expiry of its open batches."""
    results_until: datetime | None
    """First day on which results of it are gone from the service."""
    is_collected: bool
    are_results_pruned: bool
    """Some of what was collected is not on this disk any more."""
    are_results_lost: bool
    cost_usd: Usd | None
    """Measured over what is collected."""
    cost_high_usd: Usd | None
    """Measured where collected, high estimate elsewhere; None where nothing bounds it."""
    is_cost_measured: bool
    models: tuple[str, ...]
    parent: str | None
    retries: tuple[str, ...]
    unknown: int
    """Chunks without an answer."""
    held: int
    held_reason: str | None
    eta: Eta | None
    is_triaged: bool
    priority: int
    questionable: int = 0
    """Succeeded, but cut, refused or paused: groups of `errors` that no count of bad results has."""
    is_fixed: bool = False
    """Later attempts have brought a good result for all that had none."""
