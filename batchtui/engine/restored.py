"""A journal that was brought back from a backup does not know what was sent after it: found out before more is sent.

What tells it is a note outside the folder (`ports.Witness`): of a submission that the journal does not have, or not as
far as it came, or none where the journal has some; one from before all of its runs is of an earlier workspace in the
same place, and speaks of nothing here. Then reads of the list decide: a batch that is new here, of no run, made since a
run was planned and of the size of a chunk that waits may be that chunk, or the retry that the program would make of the
run by itself. The run is held until somebody has looked.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from batchtui.domain.again import may_come
from batchtui.domain.batch import Batch
from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.outstanding import outstanding
from batchtui.domain.records import Record, RunHeld
from batchtui.domain.settling import LOOKS_APART
from batchtui.domain.state import AppState, Run
from batchtui.domain.words import chunk_name, several
from batchtui.engine.core import Core
from batchtui.engine.ports import Witness

CLOCK_WAS_OFF_AT_MOST = timedelta(days=1)
"""When the run was planned; what was there by far earlier is somebody else's."""

MOST_SPLITS = 3
"""An eighth of a chunk is taken for its part; smaller ones are rather somebody else's."""

LOOKS_AGAIN = "the journal is older than what was sent from here: nothing is sent before the list was read twice"

SENDING, RELEASED = "sending", "released"
"""What follows the name in a note: how far it came, the last block may go out or not yet."""


class Restored:
    """Looks before anything is sent, and keeps the note."""

    def __init__(self, core: Core, witness: Witness | None) -> None:
        self._core = core
        self._witness = witness
        self._is_open = witness is not None and not core.live.is_read_only and _is_doubtful(core.state, witness)
        self._first_look: datetime | None = None
        if self._is_open and witness is not None and witness.newest() is not None:
            core.change_live(is_journal_old=True)

    @property
    def is_to_be_looked_for(self) -> bool:
        """Nothing is sent before the list was read."""
        return self._is_open

    def sending(self, submission: str) -> None:
        """It is written down and about to go out."""
        if self._witness is not None:
            self._witness.note(_noted(submission, SENDING, self._core.clock.now()))

    def releasing(self, submission: str) -> None:
        """That its last block may go out is written down."""
        if self._witness is not None:
            self._witness.note(_noted(submission, RELEASED, self._core.clock.now()))

    def holds(self, state: AppState, batches: Sequence[Batch], now: datetime) -> list[Record]:
        """Runs that wait for a person, decided in the append that makes the batches known."""
        if not self._is_open or self._witness is None or not _is_doubtful(state, self._witness):
            return []
        skew = timedelta(seconds=self._core.live.link.skew_seconds)
        new = [batch for batch in batches if batch.id not in state.batches]
        if self._witness.newest() is None:  # a power cut, or another machine, speaks less against the journal
            new = _unexplained(state, new)
        found: list[Record] = []
        for run in state.runs.values():
            since = run.created_at + skew - CLOCK_WAS_OFF_AT_MOST
            later = [batch for batch in new if batch.created_at >= since]
            why = "" if run.held_reason is not None else _perhaps_sent(run, later)
            if not why and run.held_reason is None and may_come(state, self._core.settings.retry, run.name, now):
                why = _perhaps_retried(state, run, later)
            if why:
                found.append(RunHeld(at=now, run=run.name, reason=f"the journal seems to be from a backup: {why}"))
        return found

    def looked(self, now: datetime) -> None:
        """What could be told was told and written down. Where a note speaks against the journal one read is not enough:
        a list may leave out for a moment what it has."""
        if not self._is_open or self._witness is None:
            return
        if self._first_look is None:
            self._first_look = now
            if self._witness.newest() is not None:
                self._core.announce("alert", LOOKS_AGAIN)
        if self._witness.newest() is None or now - self._first_look >= LOOKS_APART:
            self._is_open = False
            self._core.change_live(is_journal_old=False)
            self._witness.note(_newest(self._core.state, now))


def _is_doubtful(state: AppState, witness: Witness) -> bool:
    name, stage, at = _read(witness.newest())
    if not name:
        return bool(state.submissions)
    entry = state.submissions.get(name)
    if entry is None:
        return any(run.created_at <= at for run in state.runs.values())
    return stage == RELEASED and not entry.is_released


def _noted(submission: str, stage: str, at: datetime) -> str:
    return f"{submission} {stage} {at.isoformat()}"


def _read(note: str | None) -> tuple[str, str, datetime]:
    """Name, how far it came, when; empty words where nothing was noted or the note can't be read."""
    name, stage, at = [*(note or "").split(), "", "", ""][:3]
    try:
        return name, stage, datetime.fromisoformat(at)
    except ValueError:
        return "", "", datetime.max.replace(tzinfo=UTC)


def _newest(state: AppState, now: datetime) -> str:
    entry = next(reversed(tuple(state.submissions.values())), None)
    return "" if entry is None else _noted(entry.id, RELEASED if entry.is_released else SENDING, now)


def _unexplained(state: AppState, new: Sequence[Batch]) -> list[Batch]:
    """Without those sizes of which no more are new than submissions are known to have no answer."""
    doubtful = Counter(entry.requests for entry in ledger_of(state).doubtful.values())
    sizes = Counter(batch.request_counts.total for batch in new)
    return [batch for batch in new if sizes[batch.request_counts.total] > doubtful[batch.request_counts.total]]


def _perhaps_sent(run: Run, later: Sequence[Batch]) -> str:
    """Words about a chunk that waits and a batch that it may have become."""
    waiting = [chunk for chunk in run.live_chunks if chunk.may_still_be_sent]
    pairs = (
        (chunk, batch) for chunk in waiting for batch in later if batch.request_counts.total in _sizes(chunk.requests)
    )
    return next((f"{_new(batch)} and may be of chunk {chunk_name(chunk.label)}" for chunk, batch in pairs), "")


def _sizes(requests: int) -> set[int]:
    """Of a chunk, and of the parts that it may have been split into since."""
    found = newest = {requests}
    for _ in range(MOST_SPLITS):
        newest = {part for size in newest if size > 1 for part in (size // 2, size - size // 2)}
        found = found | newest
    return found


def _perhaps_retried(state: AppState, run: Run, later: Sequence[Batch]) -> str:
    """Words about a batch that may be the retry which the program would make by itself."""
    at_most = outstanding(state, run) or run.requests
    fits = (batch for batch in later if 0 < batch.request_counts.total <= at_most)
    return next((f"{_new(batch)} and may be its automatic retry" for batch in fits), "")


def _new(batch: Batch) -> str:
    made = f"{batch.created_at.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    return f"{batch.id} ({several(batch.request_counts.total, 'request')}, made {made}) is new here"
