"""What follows from the outcome of a submission, decided under the journal's lock in the same append as itself."""

from batchtui.domain import submission as rules
from batchtui.domain.doubt import doubt
from batchtui.domain.records import (
    CancelIntended,
    Record,
    RunHeld,
    SubmissionConfirmed,
    SubmissionRefused,
    SubmissionUnknown,
)
from batchtui.domain.state import AppState


def with_consequences(state: AppState, outcome: Record) -> list[Record]:
    """The outcome as the newest state lets it stand, and what it leads to."""
    if isinstance(outcome, SubmissionConfirmed):
        return _doubted(state, outcome) or [outcome, *_cancel_if_dropped(state, outcome)]
    if isinstance(outcome, SubmissionRefused):
        return [outcome, *_hold_if_account(state, outcome)]
    return [outcome]


def _doubted(state: AppState, outcome: SubmissionConfirmed) -> list[Record]:
    """What is named cannot be taken for what was sent; a service that names another's batch is looked at by a person
    before more is sent."""
    entry = state.submissions[outcome.submission]
    found = doubt(state, entry, outcome.batch)
    if found is None:
        return []
    unsure = SubmissionUnknown(
        at=outcome.at,
        submission=outcome.submission,
        why=found.why,
        ended_at=outcome.at,
        is_doubted=True,
        answered=None if found.is_impossible else outcome.batch.id,
    )
    return [unsure, RunHeld(at=outcome.at, run=entry.run, reason=found.why)] if found.is_impossible else [unsure]


def _hold_if_account(state: AppState, outcome: SubmissionRefused) -> list[Record]:
    """A no that is about the account would meet every further chunk of the run, each after a whole upload."""
    if outcome.status not in rules.ACCOUNT_REFUSALS:
        return []
    run = state.submissions[outcome.submission].run
    return [RunHeld(at=outcome.at, run=run, reason=f"{outcome.status}: {outcome.message or outcome.type}")]


def _cancel_if_dropped(state: AppState, outcome: SubmissionConfirmed) -> list[Record]:
    """A run was canceled while a chunk of it was on the wire: its batch is stopped as soon as there is one."""
    entry = state.submissions[outcome.submission]
    chunk = state.runs[entry.run].chunks[entry.chunk]
    return [CancelIntended(at=outcome.at, batch_id=outcome.batch.id)] if chunk.is_dropped else []
