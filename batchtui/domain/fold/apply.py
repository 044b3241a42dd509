"""`apply`: records to state. The only maker of AppState; pure, tolerant of duplicates, unknown names ignored."""

from collections.abc import Sequence

from msgspec.structs import replace

from batchtui.domain.alert import SeenAlert
from batchtui.domain.fold import batches, runs, submissions
from batchtui.domain.fold.draft import Draft
from batchtui.domain.records import (
    AlertSeen,
    BatchDeleted,
    BatchGone,
    BatchHidden,
    BatchKept,
    BatchSeen,
    CancelConfirmed,
    CancelFailed,
    CancelIntended,
    ChunkSplit,
    Collected,
    CollectFailed,
    CollectOrdered,
    DeleteFailed,
    DeleteIntended,
    GroupMuted,
    GroupsSeen,
    ListRead,
    PilotJudged,
    Record,
    RetryDeclined,
    RetryOrdered,
    RunCanceled,
    RunFurnished,
    RunHeld,
    RunKept,
    RunPlanned,
    RunPruned,
    RunReleased,
    RunTriaged,
    RunUnfurnished,
    SubmissionAbandoned,
    SubmissionAdopted,
    SubmissionConfirmed,
    SubmissionDisproved,
    SubmissionIntended,
    SubmissionKept,
    SubmissionLooked,
    SubmissionNotAccepted,
    SubmissionProved,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
    WorkspaceBound,
)
from batchtui.domain.state import AppState, Binding


def apply(state: AppState, records: Sequence[Record]) -> AppState:
    """Fold records into state; the dictionaries are copied once for all of them."""
    if not records:
        return state
    draft = Draft(state)
    for record in records:
        _fold(draft, record)
    return draft.finish()


def _fold(draft: Draft, record: Record) -> None:
    # Each class is asked for in turn, so those that make up nearly all of a journal come first.
    match record:
        case RunKept() | SubmissionKept() | BatchKept():
            _kept(draft, record)
        case (
            SubmissionIntended() | SubmissionReleasing() | SubmissionConfirmed() | SubmissionRefused()
            | SubmissionNotAccepted() | SubmissionUnknown() | SubmissionLooked() | SubmissionAdopted()
            | SubmissionProved() | SubmissionDisproved() | SubmissionAbandoned()
        ):  # fmt: skip
            submissions.fold(draft, record)
        case (
            BatchSeen() | Collected() | BatchGone() | BatchHidden() | CancelIntended() | CancelConfirmed()
            | CancelFailed() | CollectOrdered() | CollectFailed() | DeleteIntended()
            | BatchDeleted() | DeleteFailed()
        ):  # fmt: skip
            batches.fold(draft, record)
        case WorkspaceBound():
            draft.binding = _bound(draft.binding, record)
        case ListRead():
            draft.has_read_list = True
        case GroupMuted():
            runs.group_muted(draft, record)
        case GroupsSeen():
            draft.seen_groups.update(dict.fromkeys(record.groups, record.at))
        case AlertSeen():
            _alert_seen(draft, record)
        case (
            RunPlanned() | RunFurnished() | RunHeld() | RunCanceled() | RunReleased() | RunPruned() | RunTriaged()
            | RunUnfurnished() | ChunkSplit() | RetryOrdered() | RetryDeclined() | PilotJudged()
        ):  # fmt: skip
            runs.fold(draft, record)


def _alert_seen(draft: Draft, record: AlertSeen) -> None:
    if record.is_lifted:
        draft.seen_alerts.pop(record.alert, None)
    else:
        draft.seen_alerts[record.alert] = SeenAlert(at=record.at, until=record.until)


def _kept(draft: Draft, record: RunKept | SubmissionKept | BatchKept) -> None:
    """What a compaction wrote stands at the begin of a journal; a second record of the same name is a duplicate."""
    match record:
        case RunKept(run=run):
            draft.add_run(run)
        case SubmissionKept(submission=submission) if submission.id not in draft.submissions:
            draft.put_submission(submission)
        case BatchKept(known=known) if known.batch.id not in draft.batches:
            draft.put_batch(known)
        case SubmissionKept() | BatchKept():
            return


def _bound(binding: Binding | None, record: WorkspaceBound) -> Binding:
    """The first binding stands; later ones only fill in headers that were absent before."""
    if binding is None:
        return Binding(
            base_url=record.base_url,
            organization_id=record.organization_id,
            api_workspace_id=record.api_workspace_id,
        )
    return replace(
        binding,
        organization_id=binding.organization_id or record.organization_id,
        api_workspace_id=binding.api_workspace_id or record.api_workspace_id,
    )
