"""What a leader does first: say what the death of the one before it left."""

from contextlib import suppress
from datetime import datetime

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record, SubmissionNotAccepted, SubmissionUnknown
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from batchtui.engine.core import Core
from batchtui.engine.ports import Store


def recover(core: Core, store: Store) -> None:
    """Give every submission without an outcome the only one that is proved, and sweep what nobody owns.

    Only the holder of engine.lock may call it: a submission under way belongs to the process that sends it.
    """
    now = core.clock.now()
    core.transact(lambda state: _left_behind(state, now))
    store.sweep()
    if core.live.damage:
        return  # the line that cannot be read may be the one that names the folder
    kept: list[str] = []
    core.transact(lambda state: _remove_unrecorded(state, store, core.began_at, kept))
    for run in kept:
        core.announce("alert", f"runs/{run} is kept although no record names it: has the journal been lost?")


def _left_behind(state: AppState, now: datetime) -> list[Record]:
    """Decided under the journal's lock: a leader that lost its lock may be alive, and is stopped by these records."""
    records: list[Record] = []
    for submission in state.submissions.values():
        if submission.state != ChunkState.SENDING:
            continue
        if submission.is_released:
            why = "the program ended before an answer"
            records.append(SubmissionUnknown(at=now, submission=submission.id, why=why, ended_at=now))
        else:
            why = "the program ended before the last block was sent"
            records.append(SubmissionNotAccepted(at=now, submission=submission.id, why=why))
    return records


def _remove_unrecorded(state: AppState, store: Store, began_at: datetime | None, kept: list[str]) -> list[Record]:
    """Under the journal's lock, since another process may be between its rename and its record."""
    for run in store.unrecorded(set(state.runs)):
        if _is_left_over(store, run, began_at):
            store.remove_unrecorded(run)
        else:
            kept.append(run)
    return []


def _is_left_over(store: Store, run: str, began_at: datetime | None) -> bool:
    """The journal would know it, had anything of it been sent; one older than the journal may well have been sent."""
    with suppress(WorkspaceDamaged):
        return began_at is not None and store.manifest(run).created_at >= began_at
    return False
