"""What a leader does first: say what the death of the one before it left."""

from contextlib import suppress
from datetime import datetime

from batchtui.domain.bookkeeping import ledger_of
from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record, SubmissionNotAccepted, SubmissionUnknown
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from batchtui.engine.core import Core
from batchtui.engine.ports import Store

_MAYBE_SENT = "if the journal came from a backup it may have been sent, else the program died before its record"


def recover(core: Core, store: Store) -> None:
    """Give every submission without an outcome the only one that is proved, and sweep what nobody owns.

    Only the holder of engine.lock may call it: a submission under way belongs to the process that sends it.
    """
    now = core.clock.now()
    core.transact(lambda state: left_behind(state, now, "the program ended"))
    store.sweep()
    if core.live.damage:
        return  # the line that cannot be read may be the one that names the folder
    told: list[str] = []
    core.transact(lambda state: _clear_unrecorded(state, store, core.began_at, told))
    for words in told:
        core.announce("alert", words)


def left_behind(state: AppState, now: datetime, what: str) -> list[Record]:
    """Decided under the journal's lock: a leader that lost its lock may be alive, and is stopped by these records.

    Args:
        what: kept it from having an outcome.
    """
    records: list[Record] = []
    for submission in ledger_of(state).doubtful.values():
        if submission.state is not ChunkState.SENDING:
            continue
        if submission.is_released:
            why = f"{what} before an answer"
            records.append(SubmissionUnknown(at=now, submission=submission.id, why=why, ended_at=now))
        else:
            why = f"{what} before the last block was sent"
            records.append(SubmissionNotAccepted(at=now, submission=submission.id, why=why))
    return records


def _clear_unrecorded(state: AppState, store: Store, began_at: datetime | None, told: list[str]) -> list[Record]:
    """Under the journal's lock, since another process may be between its rename and its record.

    Nothing is removed: where the journal came back from a backup, such a run may have been sent.
    """
    for run in store.unrecorded(set(state.runs)):
        if _seems_left_over(store, run, began_at):
            told.append(f"runs/{run}, which no record names, is now {store.set_aside(run)}: {_MAYBE_SENT}")
        else:
            told.append(f"runs/{run} is kept although no record names it: has the journal been lost?")
    return []


def _seems_left_over(store: Store, run: str, began_at: datetime | None) -> bool:
    """Planned while this journal was kept, and nothing came back: most likely it died before its record."""
    with suppress(WorkspaceDamaged):
        is_younger = began_at is not None and store.manifest(run).created_at >= began_at
        return is_younger and not store.was_collected(run)
    return False
