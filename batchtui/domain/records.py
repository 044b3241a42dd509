"""The records of `journal.jsonl`: what changed, one line each; state is a fold over them.

`at` is the local clock's time in UTC. Fields may be added with defaults; kinds and names are never changed.
"""

from datetime import datetime

import msgspec

from batchtui.domain.batch import Batch
from batchtui.domain.billing import ModelUsage
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.issues.grouping import GroupKey, GroupTally
from batchtui.domain.money import Usd
from batchtui.domain.pilot import Pilot
from batchtui.domain.results import TypeTallies
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import KnownBatch, Run
from batchtui.domain.submission import Submission, Trouble


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    at: datetime


class WorkspaceBound(_Record, frozen=True, kw_only=True, tag="workspace_bound"):
    """The first authenticated answer, or a header that was absent before and is known now."""

    base_url: str
    organization_id: str | None = None
    api_workspace_id: str | None = None


class ListRead(_Record, frozen=True, kw_only=True, tag="list_read"):
    """The first complete read of the list is done: what it showed is the account's past."""


class BatchSeen(_Record, frozen=True, kw_only=True, tag="batch_seen"):
    """The service showed a batch for the first time or in another status; moving counts are not recorded."""

    batch: Batch
    first_sight: bool = False
    """Seen by the first complete read of this workspace: it is the account's past, no stranger's news."""


class BatchGone(_Record, frozen=True, kw_only=True, tag="batch_gone"):
    """A known id kept answering 404 (3 polls and 2 minutes): deleted, or out of reach."""

    batch_id: str


class BatchHidden(_Record, frozen=True, kw_only=True, tag="batch_hidden"):
    """A batch from elsewhere is out of sight, or in sight again."""

    batch_id: str
    hidden: bool = True


class RunPlanned(_Record, frozen=True, kw_only=True, tag="run_planned"):
    """A plan was accepted and its files are in `runs/NAME`: its chunks may be sent from now on."""

    run: str
    requests: int
    bytes: int
    models: dict[str, int]
    content_sha256: str
    chunks: tuple[ChunkPlan, ...]
    cost: CostRange
    inputs: tuple[str, ...] = ()
    parent: str | None = None
    priority: int = 0
    classes: tuple[str, ...] = ()
    over_budget: bool = False
    """The operator agreed to exceed the budget for this run."""
    adopts: dict[str, str] = {}
    """Chunk label -> batch id, for a run made around a batch from elsewhere: in the same record as the chunk itself,
    so that no torn write can leave a chunk that looks unsent."""
    forecast: TokenForecast | None = None
    """What was estimated, to be compared with what is measured."""
    pilot: Pilot | None = None
    """The chunk that goes ahead: all others are held, with the reason `canary` or `warm`, until `pilot_judged`."""


class RunFurnished(_Record, frozen=True, kw_only=True, tag="run_furnished"):
    """A run around a batch from elsewhere has got its request file: its requests can be shown and sent again."""

    run: str
    bytes: int
    models: dict[str, int]
    content_sha256: str
    chunk: ChunkPlan
    cost: CostRange
    inputs: tuple[str, ...] = ()
    forecast: TokenForecast | None = None


class RunUnfurnished(_Record, frozen=True, kw_only=True, tag="run_unfurnished"):
    """The file that a batch from elsewhere was adopted with is not its own: its run goes on without one."""

    run: str
    chunk: str


class RunHeld(_Record, frozen=True, kw_only=True, tag="run_held"):
    """Nothing more of this run is sent until it is released."""

    run: str
    reason: str


class PilotJudged(_Record, frozen=True, kw_only=True, tag="pilot_judged"):
    """A rule or a person has looked at what went ahead of a run: the rest follows, or waits for a person."""

    run: str
    goes_on: bool
    why: str = ""


class RunCanceled(_Record, frozen=True, kw_only=True, tag="run_canceled"):
    """The operator stopped a run: what of it waits is never sent; its open batches have records of their own."""

    run: str


class RunReleased(_Record, frozen=True, kw_only=True, tag="run_released"):
    """A held run may be sent on."""

    run: str


class SubmissionIntended(_Record, frozen=True, kw_only=True, tag="submission_intended"):
    """Synced before the first byte of a POST."""

    submission: str
    run: str
    chunk: str
    requests: int
    bytes: int
    newest_batch_id: str | None = None
    listed_at: datetime | None = None
    """When that list was answered, in the server's clock."""


class SubmissionReleasing(_Record, frozen=True, kw_only=True, tag="submission_releasing"):
    """Synced before the last block of the body is handed over; without it the body can't have been complete."""

    submission: str


class SubmissionConfirmed(_Record, frozen=True, kw_only=True, tag="submission_confirmed"):
    """The service accepted it, as this batch."""

    submission: str
    batch: Batch
    request_id: str | None = None


class SubmissionRefused(_Record, frozen=True, kw_only=True, tag="submission_refused"):
    """A definite no. With `retry_at`, `holds_run` or `is_held` the chunk is held, else it is refused for good."""

    submission: str
    status: int
    type: str | None = None
    message: str = ""
    request_id: str | None = None
    retry_at: datetime | None = None
    holds_run: bool = False
    is_held: bool = False


class SubmissionNotAccepted(_Record, frozen=True, kw_only=True, tag="submission_not_accepted"):
    """Definitely not done: the chunk is held again."""

    submission: str
    why: str
    retry_at: datetime | None = None
    trouble: Trouble | None = None


class SubmissionUnknown(_Record, frozen=True, kw_only=True, tag="submission_unknown"):
    """The body was released and no answer proves anything."""

    submission: str
    why: str
    ended_at: datetime
    status: int | None = None
    may_return_alone: bool = False
    is_doubted: bool = False
    """An answer came that named a batch, and something speaks against it."""
    answered: str | None = None
    """The batch that such an answer named, where it may be this submission's all the same."""


class SubmissionLooked(_Record, frozen=True, kw_only=True, tag="submission_looked"):
    """A complete read of the list changed what is known of an unknown submission."""

    submission: str
    begun_at: datetime
    candidates: tuple[str, ...] = ()
    is_not_found: bool = False


class SubmissionAdopted(_Record, frozen=True, kw_only=True, tag="submission_adopted"):
    """A batch is taken for what became of a submission without an answer; `is_proved` once custom_ids have matched."""

    submission: str
    batch_id: str
    is_proved: bool = False


class SubmissionProved(_Record, frozen=True, kw_only=True, tag="submission_proved"):
    """The custom_ids of the adopted batch are those of the chunk."""

    submission: str


class SubmissionDisproved(_Record, frozen=True, kw_only=True, tag="submission_disproved"):
    """The custom_ids of a batch are not those of the chunk: it is no candidate any more."""

    submission: str
    batch_id: str


class SubmissionAbandoned(_Record, frozen=True, kw_only=True, tag="submission_abandoned"):
    """Given up; with `returns` the chunk is held again and will be sent a second time, as a plan said."""

    submission: str
    returns: bool = False
    why: str = ""


class ChunkSplit(_Record, frozen=True, kw_only=True, tag="chunk_split"):
    """The service found a chunk too large: its halves take its place."""

    run: str
    chunk: str
    into: tuple[ChunkPlan, ...]


class CancelIntended(_Record, frozen=True, kw_only=True, tag="cancel_intended"):
    """Somebody wants a batch canceled; written before the call."""

    batch_id: str


class CancelConfirmed(_Record, frozen=True, kw_only=True, tag="cancel_confirmed"):
    """The service answered; it may also say that the batch had ended."""

    batch_id: str
    batch: Batch


class CancelFailed(_Record, frozen=True, kw_only=True, tag="cancel_failed"):
    """The service did not cancel it, for good."""

    batch_id: str
    why: str


class CollectOrdered(_Record, frozen=True, kw_only=True, tag="collect_ordered"):
    """Somebody wants the results now, also of a batch from elsewhere."""

    batch_id: str


class Collected(_Record, frozen=True, kw_only=True, tag="collected"):
    """Results are on disk, complete and verified."""

    batch_id: str
    results: int
    bytes: int
    sha256: str
    tallies: TypeTallies
    issues: int
    cost_usd: Usd | None = None
    unpriced_models: tuple[str, ...] = ()
    usage: dict[str, ModelUsage] = {}
    """By model; what `cost` sums up, so it stays when the results are pruned. Absent in older records."""
    groups: tuple[GroupTally, ...] = ()
    """The largest groups of issues, to tell what comes again in the next run. Absent in older records."""


class CollectFailed(_Record, frozen=True, kw_only=True, tag="collect_failed"):
    """A download that is not complete; the earlier state stands."""

    batch_id: str
    why: str
    attempt: int
    retry_at: datetime | None = None
    is_shut_out: bool = False
    """The service did not let the key in (401, 403)."""


class DeleteIntended(_Record, frozen=True, kw_only=True, tag="delete_intended"):
    """Somebody wants a batch deleted on the server; written before the call."""

    batch_id: str


class BatchDeleted(_Record, frozen=True, kw_only=True, tag="batch_deleted"):
    """The service has deleted it."""

    batch_id: str


class DeleteFailed(_Record, frozen=True, kw_only=True, tag="delete_failed"):
    """The service did not delete it, for good."""

    batch_id: str
    why: str


class RunPruned(_Record, frozen=True, kw_only=True, tag="run_pruned"):
    """Bodies of a run, and with `results` its results, may be removed from this disk; written before they are."""

    run: str
    results: bool = False


class GroupMuted(_Record, frozen=True, kw_only=True, tag="group_muted"):
    """A group of issues somebody has looked at and put aside; with neither of the limits it is taken back."""

    cls: str = msgspec.field(name="class")
    template: str
    until: datetime | None = None
    below: int | None = None
    """Put aside while it has fewer members than this."""


class AlertSeen(_Record, frozen=True, kw_only=True, tag="alert_seen"):
    """Somebody looked at an alert: it is quiet as long as it is the same thing, or until a time."""

    alert: str
    """Its key."""
    until: datetime | None = None
    is_lifted: bool = False
    """It asks for somebody again."""


class RetryOrdered(_Record, frozen=True, kw_only=True, tag="retry_ordered"):
    """What of a first run and its attempts is outstanding is sent again by itself when its time has come."""

    run: str
    attempts: int
    """How many runs its family had: another one makes this order a thing of the past."""
    due_at: datetime
    requests: int = 0


class RetryDeclined(_Record, frozen=True, kw_only=True, tag="retry_declined"):
    """An ordered retry was planned and not sent: a person decides."""

    run: str
    attempts: int
    why: str
    is_quiet: bool = False
    """There was nothing to send, so there is nothing to tell."""


class GroupsSeen(_Record, frozen=True, kw_only=True, tag="groups_seen"):
    """Somebody looked at these groups, in whatever run."""

    groups: tuple[GroupKey, ...]


class RunTriaged(_Record, frozen=True, kw_only=True, tag="run_triaged"):
    """Somebody opened the errors of a run: it no longer asks for attention."""

    run: str


class RunKept(_Record, frozen=True, kw_only=True, tag="run_kept"):
    """A run as all earlier records left it; with the next two kinds it takes their place in a compacted journal."""

    run: Run


class SubmissionKept(_Record, frozen=True, kw_only=True, tag="submission_kept"):
    """A submission as a compacted journal holds it."""

    submission: Submission


class BatchKept(_Record, frozen=True, kw_only=True, tag="batch_kept"):
    """A batch as a compacted journal holds it."""

    known: KnownBatch


Record = (
    WorkspaceBound | ListRead | BatchSeen | BatchGone | BatchHidden | RunPlanned | RunFurnished | RunUnfurnished
    | RunHeld | RunCanceled | RunReleased
    | SubmissionIntended | SubmissionReleasing | SubmissionConfirmed | SubmissionRefused | SubmissionNotAccepted
    | SubmissionUnknown | SubmissionLooked | SubmissionAdopted | SubmissionProved | SubmissionDisproved
    | SubmissionAbandoned | ChunkSplit | CancelIntended | CancelConfirmed | CancelFailed | CollectOrdered
    | Collected | CollectFailed | DeleteIntended | BatchDeleted | DeleteFailed | RunPruned | GroupMuted
    | GroupsSeen | RetryOrdered | RetryDeclined | AlertSeen | PilotJudged
    | RunTriaged | RunKept | SubmissionKept | BatchKept
)  # fmt: skip
