"""A journal that was brought back from a backup does not know what was sent after it: found out before more is sent.

What tells it is a note outside the folder (`ports.Witness`): of a submission that the journal does not have, or none
where the journal has some. Then the first read of the list decides: a batch that is new here, of no run, made since
a run was planned and of the size of a chunk that waits may be that chunk. Its run is held until somebody has looked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from batchtui.domain.batch import Batch
from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.records import Record, RunHeld
from batchtui.domain.settling import CLOCK_MARGIN
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.words import chunk_name, several
from batchtui.engine.core import Core
from batchtui.engine.ports import Witness


class Restored:
    """Looks once a session, and keeps the note."""

    def __init__(self, core: Core, witness: Witness | None) -> None:
        self._core = core
        self._witness = witness
        self._is_open = witness is not None and not core.live.is_read_only and _is_doubtful(core.state, witness)

    @property
    def is_to_be_looked_for(self) -> bool:
        """Nothing is sent before the list was read."""
        return self._is_open

    def sending(self, submission: str) -> None:
        """It is written down and about to go out."""
        if self._witness is not None:
            self._witness.note(submission)

    def holds(self, state: AppState, batches: Sequence[Batch], now: datetime) -> list[Record]:
        """Runs that wait for a person, decided in the append that makes the batches known."""
        if not self._is_open or self._witness is None or not _is_doubtful(state, self._witness):
            return []
        skew = timedelta(seconds=self._core.live.link.skew_seconds)
        new = _unexplained(state, [batch for batch in batches if batch.id not in state.batches])
        return [
            RunHeld(at=now, run=run.name, reason=_reason(chunk, batch))
            for run in state.runs.values()
            if run.held_reason is None
            for chunk, batch in list(_perhaps_sent(run, new, skew))[:1]
        ]

    def looked(self) -> None:
        """What could be told was told and written down: from now on the journal is known to be the newest."""
        if self._is_open and self._witness is not None:
            self._is_open = False
            self._witness.note(next(reversed(tuple(self._core.state.submissions)), ""))


def _is_doubtful(state: AppState, witness: Witness) -> bool:
    noted = witness.newest()
    return bool(state.submissions) if noted is None else noted not in state.submissions


def _unexplained(state: AppState, new: Sequence[Batch]) -> list[Batch]:
    """Without those sizes of which no more are new than submissions are known to have no answer."""
    doubtful = Counter(entry.requests for entry in ledger_of(state).doubtful.values())
    sizes = Counter(batch.request_counts.total for batch in new)
    return [batch for batch in new if sizes[batch.request_counts.total] > doubtful[batch.request_counts.total]]


def _perhaps_sent(run: Run, new: Sequence[Batch], skew: timedelta) -> Iterator[tuple[Chunk, Batch]]:
    """Chunks that wait, each with a batch that it may have become."""
    since = run.created_at + skew - CLOCK_MARGIN
    for chunk in run.live_chunks:
        if chunk.may_still_be_sent:
            yield from (
                (chunk, batch)
                for batch in new
                if batch.request_counts.total == chunk.requests and batch.created_at >= since
            )


def _reason(chunk: Chunk, batch: Batch) -> str:
    made = f"{batch.created_at.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    size = several(chunk.requests, "request")
    return (
        f"the journal seems to be from a backup: {batch.id} ({size}, made {made}) is new here and may be chunk "
        f"{chunk_name(chunk.label)}"
    )
