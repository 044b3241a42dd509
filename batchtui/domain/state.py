"""What is known of runs, chunks, submissions and batches: frozen values, made only by `fold.apply`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from batchtui.domain.alert import SeenAlert
from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.billing import ModelUsage
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.ids import label_order
from batchtui.domain.issues.grouping import GroupTally
from batchtui.domain.ledger import Ledger
from batchtui.domain.money import Usd
from batchtui.domain.pilot import Pilot
from batchtui.domain.results import TypeTallies
from batchtui.domain.submission import ChunkState, Submission, Trouble

RESULTS_KEPT = timedelta(days=29)
"""Counted from created_at (API guide, batch results); afterwards the batch is archived without results."""


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """The account this workspace belongs to; None where a header was never seen."""

    base_url: str
    organization_id: str | None = None
    api_workspace_id: str | None = None


class Collection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Results on disk, complete and verified."""

    at: datetime
    results: int
    bytes: int
    sha256: str
    tallies: TypeTallies
    issues: int
    cost_usd: Usd | None
    unpriced_models: tuple[str, ...] = ()
    usage: dict[str, ModelUsage] = {}
    """By model; empty where an older version collected."""
    groups: tuple[GroupTally, ...] = ()
    """The largest groups of issues; none where an older version collected."""


class KnownBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A batch and what this workspace did with it. Without `run` it was started elsewhere."""

    batch: Batch
    seen_at: datetime
    seen_after: int = 0
    """How many submissions had been intended when it was first seen: an order that no clock can upset."""
    run: str | None = None
    chunk: str | None = None
    is_proved: bool = True
    is_past: bool = False
    """It was there at the first complete read: the account's past, not a stranger's news."""
    is_hidden: bool = False
    is_gone: bool = False
    is_deleted: bool = False
    cancel_intended_at: datetime | None = None
    cancel_why: str | None = None
    """Why the last cancel failed, until another one is asked for."""
    delete_intended_at: datetime | None = None
    delete_why: str | None = None
    collected: Collection | None = None
    are_results_pruned: bool = False
    """What was collected was removed from this disk, and not fetched again since."""
    collect_ordered: bool = False
    collect_attempts: int = 0
    collect_why: str | None = None
    collect_retry_at: datetime | None = None
    is_shut_out: bool = False
    """The last download failed since the service did not let the key in."""
    collect_failed_at: datetime | None = None
    """When `collect_retry_at` was said: a clock that reads less has been set back."""

    @property
    def is_open(self) -> bool:
        return not (self.batch.is_ended or self.is_let_go)

    def waits_to_collect(self, now: datetime) -> bool:
        """Whether its download was put off to a time that has not come."""
        is_set_back = self.collect_failed_at is not None and now < self.collect_failed_at
        return self.collect_retry_at is not None and now < self.collect_retry_at and not is_set_back

    @property
    def counts(self) -> RequestCounts:
        """What became of its requests: what the service says, until its results have been seen.

        The two differ only by types of results that are not known.
        """
        tallies = self.collected.tallies if self.collected is not None else TypeTallies()
        if not tallies.unknown:
            return self.batch.request_counts
        return RequestCounts(
            succeeded=tallies.succeeded,
            errored=tallies.errored,
            canceled=tallies.canceled,
            expired=tallies.expired,
            untold=tallies.unknown,
        )

    @property
    def results_until(self) -> datetime:
        return self.batch.created_at + RESULTS_KEPT

    @property
    def is_let_go(self) -> bool:
        """The service does not have it any more, whatever it was to keep."""
        return self.is_gone or self.is_deleted

    @property
    def has_results_there(self) -> bool:
        """The service still has results to download, as far as is known."""
        return self.batch.is_ended and self.batch.archived_at is None and not self.is_let_go

    @property
    def are_results_here(self) -> bool:
        """They were collected, and are still on this disk."""
        return self.collected is not None and not self.are_results_pruned

    @property
    def wants_download(self) -> bool:
        """Nobody has its results, or they were pruned and somebody asked for them again."""
        return self.collected is None or (self.are_results_pruned and self.collect_ordered)

    @property
    def gave_up_collecting(self) -> bool:
        """The last download failed for good: nothing is scheduled until somebody asks again."""
        return self.collect_attempts > 0 and self.collect_retry_at is None and not self.collect_ordered

    @property
    def wants_cancel(self) -> bool:
        return self.cancel_intended_at is not None and self.is_open


class Chunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chunk of a run; `bytes` and `sha256` are of the uncompressed body."""

    label: str
    requests: int
    bytes: int
    sha256: str
    state: ChunkState = ChunkState.HELD
    batch_id: str | None = None
    submissions: tuple[str, ...] = ()
    why: str = ""
    """The service's words, or ours, about the last submission."""
    not_before: datetime | None = None
    put_off_at: datetime | None = None
    """When `not_before` was said: a clock that reads less has been set back, and tells nothing about it."""
    tries: int = 0
    """Submissions in a row that came to nothing: each waits longer."""
    cuts: int = 0
    """Connections cut on an unreleased body over 32 MB with no answer since; two offer a smaller split."""
    trouble: Trouble | None = None
    """What the last submission failed by, where that is ours to mend."""
    is_dropped: bool = False
    """Its run was canceled while it was on the wire: if it comes back it is not sent again."""

    def waits_at(self, now: datetime) -> bool:
        """Whether it was put off to a time that has not come."""
        is_set_back = self.put_off_at is not None and now < self.put_off_at
        return self.not_before is not None and now < self.not_before and not is_set_back

    @property
    def may_still_be_sent(self) -> bool:
        return self.state in (ChunkState.HELD, ChunkState.PLANNED)


class RetryOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A retry that the program makes by itself."""

    attempts: int
    """How many runs the family had when it was ordered."""
    due_at: datetime
    ordered_at: datetime | None = None
    """When `due_at` was said; None in older journals."""
    declined: str = ""
    """Why it was planned and not sent."""
    is_quiet: bool = False
    """Declined since there was nothing to send."""

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come; a clock that reads less than when it was ordered has been set back."""
        return self.due_at <= now or (self.ordered_at is not None and now < self.ordered_at)


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One intention: an input and settings, sent as one or more batches."""

    name: str
    created_at: datetime
    requests: int
    bytes: int
    models: dict[str, int]
    content_sha256: str
    cost: CostRange
    chunks: dict[str, Chunk]
    inputs: tuple[str, ...] = ()
    parent: str | None = None
    priority: int = 0
    classes: tuple[str, ...] = ()
    over_budget: bool = False
    held_reason: str | None = None
    released_at: datetime | None = None
    """When somebody last let it go on after it was held."""
    canceled_at: datetime | None = None
    """When somebody stopped it: nothing of its family is sent again by itself."""
    is_pruned: bool = False
    are_results_pruned: bool = False
    triaged_at: datetime | None = None
    retry_order: RetryOrder | None = None
    other_file: str = ""
    """The request file that it was adopted with, and that its results showed to be of other requests."""
    forecast: TokenForecast | None = None
    """The estimate; None for a run of an older version."""
    pilot: Pilot | None = None
    """The chunk that goes ahead; the others wait until somebody, or its rule, has judged it."""
    is_pilot_passed: bool = False
    pilot_why: str = ""
    """Why its rule did not let the rest go on."""

    @property
    def is_cost_bounded(self) -> bool:
        """Whether its high estimate is one: not with a model that has no known price, nor without its requests."""
        return bool(self.models) and not self.cost.unknown_models

    @property
    def live_chunks(self) -> tuple[Chunk, ...]:
        """All chunks but those whose halves took their place, in order."""
        live = [chunk for chunk in self.chunks.values() if chunk.state != ChunkState.SPLIT]
        if len(live) == len(self.chunks):
            return tuple(live)  # as planned; only halves come behind chunks they belong before
        return tuple(sorted(live, key=lambda chunk: label_order(chunk.label)))


class AppState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the journal says, folded."""

    binding: Binding | None = None
    runs: Mapping[str, Run] = {}
    batches: Mapping[str, KnownBatch] = {}
    submissions: Mapping[str, Submission] = {}
    has_read_list: bool = False
    """The list was read completely at least once."""
    muted: Mapping[tuple[str, str], datetime] = {}
    """(class, template) -> until when a group of issues is put aside."""
    muted_below: Mapping[tuple[str, str], int] = {}
    """(class, template) -> put aside while it has fewer members than this."""
    seen_groups: Mapping[tuple[str, str], datetime] = {}
    """(class, template) -> when somebody last looked at it, in whatever run."""
    seen_alerts: Mapping[str, SeenAlert] = {}
    """Alerts that somebody has put aside, by key."""
    ledger: Ledger | None = None
    """Derived from the others: ask `bookkeeping.ledger_of`. A state changed by hand must be without one."""

    def batch_of(self, chunk: Chunk) -> KnownBatch | None:
        return self.batches.get(chunk.batch_id) if chunk.batch_id else None

    def may_have_arrived(self, chunk: Chunk) -> bool:
        """It was given up without an answer: it may be a batch all the same that nobody here knows, and bill."""
        if chunk.state is not ChunkState.ABANDONED or not chunk.submissions:
            return False
        newest = self.submissions.get(chunk.submissions[-1])
        return newest is not None and newest.state is ChunkState.ABANDONED and newest.is_released

    def unknown_submissions(self) -> Iterator[Submission]:
        return (entry for entry in self.submissions.values() if entry.state == ChunkState.UNKNOWN)

    def elsewhere(self) -> Iterator[KnownBatch]:
        return (known for known in self.batches.values() if known.run is None)

    def retries_of(self, run: str) -> tuple[str, ...]:
        """Runs made directly from this one, oldest first."""
        return tuple(entry.name for entry in self.runs.values() if entry.parent == run)

    def root_of(self, run: str) -> str:
        """The first run of a family: the one that this one, its parent, or its parent's was made from."""
        entry = self.runs.get(run)
        while entry is not None and entry.parent is not None and entry.parent in self.runs:
            run = entry.parent
            entry = self.runs[run]
        return run

    def made_from(self, run: str) -> tuple[str, ...]:
        """Attempts of nothing but what this run holds: made from it, or from one of these; oldest first."""
        found = {run: None}
        for entry in self.runs.values():
            if entry.parent in found:
                found[entry.name] = None
        return tuple(found)[1:]

    def lineage(self, run: str) -> tuple[str, ...]:
        """The run and every later attempt of its family, whichever of them it was made from, oldest first.

        Age is the order of the journal, which no clock that jumps can upset.
        """
        family, later, is_later = {self.root_of(run), run}, [run], False
        for entry in self.runs.values():
            if entry.name == run:
                is_later = True
            elif entry.parent in family:
                family.add(entry.name)
                later.extend([entry.name] if is_later else [])
        return tuple(later)
