"""A journal said again in fewer records: state itself, as records that fold to it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from batchtui.domain.fold.apply import apply
from batchtui.domain.records import (
    AlertSeen,
    BatchKept,
    GroupMuted,
    GroupsSeen,
    ListRead,
    Record,
    RunKept,
    SubmissionKept,
    WorkspaceBound,
)
from batchtui.domain.state import AppState

WORTH_RECORDS = 5_000
"""Below this a journal is read in a blink, however much of it is past."""

WORTH_FACTOR = 1.5
"""So many times as many records as are needed make another generation worth its writing, and every start quick."""


def is_worthwhile(records: int, state: AppState) -> bool:
    """Whether a journal of so many records says the same at much greater length."""
    needed = len(state.runs) + len(state.submissions) + len(state.batches)
    return records >= WORTH_RECORDS and records > WORTH_FACTOR * needed


def shorten(records: Sequence[Record]) -> Sequence[Record]:
    """Records that fold to the same state; the same records where that could not be done exactly.

    Each bears the time of the first record there was: since then the journal has known everything.
    """
    state = apply(AppState(), records)
    kept = tuple(_kept(state, records[0].at)) if records else ()
    return kept if apply(AppState(), kept) == state else records


def _kept(state: AppState, at: datetime) -> Iterator[Record]:
    """In the order of each dictionary, which tells the age of runs."""
    if state.binding is not None:
        yield WorkspaceBound(
            at=at,
            base_url=state.binding.base_url,
            organization_id=state.binding.organization_id,
            api_workspace_id=state.binding.api_workspace_id,
        )
    if state.has_read_list:
        yield ListRead(at=at)
    for run in state.runs.values():
        yield RunKept(at=at, run=run)
    for submission in state.submissions.values():
        yield SubmissionKept(at=at, submission=submission)
    for known in state.batches.values():
        yield BatchKept(at=at, known=known)
    for cls, template in dict.fromkeys((*state.muted, *state.muted_below)):
        until, below = state.muted.get((cls, template)), state.muted_below.get((cls, template))
        yield GroupMuted(at=at, cls=cls, template=template, until=until, below=below)
    for group, seen_at in state.seen_groups.items():
        yield GroupsSeen(at=seen_at, groups=(group,))
    for key, seen in state.seen_alerts.items():
        yield AlertSeen(at=seen.at, alert=key, until=seen.until)
