"""A journal that was brought back from a backup does not know what was sent after it: found out before more is sent.

What tells it is a note outside the folder (`ports.Witness`): of a submission that the journal does not have, or none
where the journal has some. Then the first read of the list decides: a batch that is new here, of no run, made since
a run was planned and of the size of a chunk that waits may be that chunk, or the retry that the program would make of
the run by itself. The run is held until somebody has looked.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from batchtui.domain.again import may_come
from batchtui.domain.batch import Batch
from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.outstanding import outstanding
from batchtui.domain.records import Record, RunHeld
from batchtui.domain.settling import CLOCK_MARGIN
from batchtui.domain.state import AppState, Run
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
        found: list[Record] = []
        for run in state.runs.values():
            since = run.created_at + skew - CLOCK_MARGIN
            later = [batch for batch in new if batch.created_at >= since]
            why = "" if run.held_reason is not None else _perhaps_sent(run, later)
            if not why and run.held_reason is None and may_come(state, self._core.settings.retry, run.name, now):
                why = _perhaps_retried(state, run, later)
            if why:
                found.append(RunHeld(at=now, run=run.name, reason=f"the journal seems to be from a backup: {why}"))
        return found

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


def _perhaps_sent(run: Run, later: Sequence[Batch]) -> str:
    """Words about a chunk that waits and a batch that it may have become."""
    waiting = [chunk for chunk in run.live_chunks if chunk.may_still_be_sent]
    pairs = ((chunk, batch) for chunk in waiting for batch in later if batch.request_counts.total == chunk.requests)
    return next((f"{_new(batch)} and may be chunk {chunk_name(chunk.label)}" for chunk, batch in pairs), "")


def _perhaps_retried(state: AppState, run: Run, later: Sequence[Batch]) -> str:
    """Words about a batch that may be the retry which the program would make by itself."""
    at_most = outstanding(state, run) or run.requests
    fits = (batch for batch in later if 0 < batch.request_counts.total <= at_most)
    return next((f"{_new(batch)} and may be its automatic retry" for batch in fits), "")


def _new(batch: Batch) -> str:
    made = f"{batch.created_at.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    return f"{batch.id} ({several(batch.request_counts.total, 'request')}, made {made}) is new here"
