"""Facts about runs, chunks and batches in the form that every face needs: no formatting, no markup, no colours."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.budget import chunk_commitment
from batchtui.domain.estimate import Eta, History
from batchtui.domain.limits import Turn, split_offer, turns, wants_smaller_split
from batchtui.domain.link import Link, LinkState
from batchtui.domain.money import Usd, total
from batchtui.domain.outstanding import is_fixed, questionable
from batchtui.domain.settings import Settings
from batchtui.domain.settling import needs_person
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.status import (
    RunCounts,
    Status,
    are_results_lost,
    batch_status,
    chunk_status,
    is_collected,
    measured_cost,
    run_counts,
    run_status,
)
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import until_words


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, ours or from elsewhere. `are_counts_given` False: the service has only said "all in processing"."""

    batch_id: str
    run: str | None
    chunk: str | None
    status: Status
    counts: RequestCounts
    are_counts_given: bool
    created_at: datetime
    """By the service's clock."""
    age_seconds: float
    ended_at: datetime | None
    expires_at: datetime | None
    results_until: datetime
    is_collected: bool
    are_results_pruned: bool
    """What was collected is not on this disk any more."""
    is_hidden: bool
    is_proved: bool
    is_deleted: bool
    is_gone: bool
    cost_usd: Usd | None
    note: str

    @property
    def kept_until(self) -> datetime | None:
        """How long the service keeps its results; None where it has let go of the batch."""
        return None if self.is_deleted or self.is_gone else self.results_until


class ChunkView(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk of a run, with its batch if it has one."""

    run: str
    chunk: str
    state: ChunkState
    status: Status
    requests: int
    bytes: int
    batch: BatchView | None
    submission: str | None
    eta: Eta | None
    cost_high_usd: Usd
    note: str
    """Why it waits, what the service said, what is awaited."""
    may_have_arrived: bool = False
    """Given up without an answer."""


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run over all its chunks; denominators are its own requests, without retries."""

    run: str
    status: Status
    requests: int
    bytes: int
    counts: RunCounts
    are_counts_given: bool
    """False while nothing of it has ended and the service has not said more than "in processing"."""
    chunks: int
    chunks_ended: int
    created_at: datetime
    """By the clock of this machine, which may not be the service's."""
    age_seconds: float
    expires_at: datetime | None
    """First expiry of its open batches."""
    results_until: datetime | None
    """First day on which results of it are gone from the service."""
    is_collected: bool
    are_results_pruned: bool
    """Some of what was collected is not on this disk any more."""
    are_results_lost: bool
    cost_usd: Usd | None
    """Measured over what is collected."""
    cost_high_usd: Usd
    """Measured where collected, high estimate elsewhere."""
    is_cost_measured: bool
    models: tuple[str, ...]
    parent: str | None
    retries: tuple[str, ...]
    unknown: int
    """Chunks without an answer."""
    held: int
    held_reason: str | None
    eta: Eta | None
    is_triaged: bool
    priority: int
    questionable: int = 0
    """Succeeded, but cut, refused or paused: groups of `errors` that no count of bad results has."""
    is_fixed: bool = False
    """Later attempts have brought a good result for all that had none."""


_LINK_WAITS: Final = {
    LinkState.OFFLINE: "the connection, which is down",
    LinkState.LIMITED: "the service, which asked to wait",
    LinkState.NOT_AUTHORIZED: "a key that the service accepts",
    LinkState.OTHER_ACCOUNT: "a key of this account",
}
"""States of the link in which nothing is sent, whatever its turn."""


class Views:
    """All views of one snapshot; what is expensive is computed once."""

    def __init__(
        self,
        state: AppState,
        link: Link,
        settings: Settings,
        now: datetime,
        moving: Mapping[str, RequestCounts] | None = None,
    ) -> None:
        self.state = state
        self.settings = settings
        self.now = now
        self.server_now = link.server_now(now)
        self._link = link
        self._moving = dict(moving or {})
        self._history: History | None = None
        self._turns: dict[tuple[str, str], Turn] | None = None
        self._retries: dict[str, tuple[str, ...]] = {}
        for run in state.runs.values():
            if run.parent is not None:
                self._retries[run.parent] = (*self._retries.get(run.parent, ()), run.name)

    @property
    def history(self) -> History:
        if self._history is None:
            self._history = History(self.state)
        return self._history

    def turn(self, run: str, chunk: str) -> Turn | None:
        if self._turns is None:
            self._turns = {(turn.run, turn.chunk): turn for turn in turns(self.state, self.settings, self.now)}
        return self._turns.get((run, chunk))

    def wait_of(self, turn: Turn) -> str:
        """What a held chunk waits for; empty when it is the next to go and nothing stands in its way."""
        return turn.waits or self.link_wait

    @property
    def link_wait(self) -> str:
        """What everything waits for, whatever its turn; empty while the service can be reached and takes calls."""
        link = self._link
        if link.state is LinkState.LIMITED and link.next_at is not None:
            return f"the service, which asked to wait {until_words(link.next_at, self.now)}"
        return _LINK_WAITS.get(link.state, "")

    def first_wait(self, run: str) -> str:
        """What the first held chunk of a run waits for."""
        held = (chunk.label for chunk in self.state.runs[run].live_chunks if chunk.may_still_be_sent)
        turn = self.turn(run, next(held, ""))
        return self.wait_of(turn) if turn is not None else ""

    def retries(self, run: str) -> tuple[str, ...]:
        """The attempts made directly from a run."""
        return self._retries.get(run, ())

    def runs(self) -> list[RunView]:
        """All runs, newest first."""
        newest = sorted(self.state.runs.values(), key=lambda run: (run.created_at, run.name), reverse=True)
        return [self.run(run) for run in newest]

    def elsewhere(self, *, with_hidden: bool = False) -> list[BatchView]:
        """Batches this workspace did not start, newest first."""
        found = [known for known in self.state.elsewhere() if with_hidden or not known.is_hidden]
        return [self.batch(known) for known in sorted(found, key=_age)]

    def batches(self) -> list[BatchView]:
        """Every single batch, newest first."""
        return [self.batch(known) for known in sorted(self.state.batches.values(), key=_age)]

    def run(self, run: Run) -> RunView:
        live = run.live_chunks
        known = [entry for chunk in live if (entry := self.state.batch_of(chunk)) is not None]
        is_open = [entry for entry in known if entry.is_open]
        cost = measured_cost(self.state, run)
        collected = is_collected(self.state, run)
        return RunView(
            run=run.name,
            status=run_status(self.state, run, self.server_now),
            requests=run.requests,
            bytes=run.bytes,
            counts=run_counts(self.state, run, self._moving),
            are_counts_given=any(self._are_counts_given(entry) for entry in known),
            chunks=len(live),
            chunks_ended=sum(not entry.is_open for entry in known),
            created_at=run.created_at,
            age_seconds=(self.now - run.created_at).total_seconds(),
            expires_at=min((entry.batch.expires_at for entry in is_open if entry.batch.expires_at), default=None),
            results_until=min((entry.results_until for entry in known if not entry.is_let_go), default=None),
            is_collected=collected,
            are_results_pruned=any(entry.are_results_pruned for entry in known),
            are_results_lost=any(
                entry.collected is None and entry.batch.is_ended and are_results_lost(entry, self.server_now)
                for entry in known
            ),
            cost_usd=cost,
            cost_high_usd=total(chunk_commitment(self.state, run, chunk) for chunk in live),
            is_cost_measured=collected and cost is not None,
            models=tuple(run.models),
            parent=run.parent,
            retries=self.retries(run.name),
            unknown=sum(chunk.state == ChunkState.UNKNOWN for chunk in live),
            held=sum(chunk.may_still_be_sent for chunk in live),
            held_reason=run.held_reason,
            questionable=questionable(self.state, run),
            is_fixed=run.name in self._retries and is_fixed(self.state, run),
            eta=self._run_eta(run),
            is_triaged=run.triaged_at is not None,
            priority=run.priority,
        )

    def chunks(self, run: Run) -> list[ChunkView]:
        """The chunks of a run in their order."""
        return [self.chunk(run, chunk) for chunk in run.live_chunks]

    def chunk(self, run: Run, chunk: Chunk) -> ChunkView:
        known = self.state.batch_of(chunk)
        return ChunkView(
            run=run.name,
            chunk=chunk.label,
            state=chunk.state,
            status=chunk_status(self.state, chunk, self.server_now),
            requests=chunk.requests,
            bytes=chunk.bytes,
            batch=self.batch(known) if known is not None else None,
            submission=chunk.submissions[-1] if chunk.submissions else None,
            eta=self.history.eta(run, chunk, known, self.server_now) if known is not None else None,
            cost_high_usd=chunk_commitment(self.state, run, chunk),
            note=self._chunk_note(run, chunk, known),
            may_have_arrived=self.state.may_have_arrived(chunk),
        )

    def batch(self, known: KnownBatch) -> BatchView:
        batch = known.batch
        counts = known.counts if batch.is_ended else self._moving.get(batch.id, batch.request_counts)
        return BatchView(
            batch_id=batch.id,
            run=known.run,
            chunk=known.chunk,
            status=batch_status(known, self.server_now),
            counts=counts,
            are_counts_given=self._are_counts_given(known),
            created_at=batch.created_at,
            age_seconds=(self.server_now - batch.created_at).total_seconds(),
            ended_at=batch.ended_at,
            expires_at=batch.expires_at,
            results_until=known.results_until,
            is_collected=known.collected is not None,
            are_results_pruned=known.are_results_pruned,
            is_hidden=known.is_hidden,
            is_proved=known.is_proved,
            is_deleted=known.is_deleted,
            is_gone=known.is_gone,
            cost_usd=known.collected.cost_usd if known.collected else None,
            note=_batch_note(known),
        )

    def _are_counts_given(self, known: KnownBatch) -> bool:
        if known.batch.has_measured_counts:
            return True
        counts = self._moving.get(known.batch.id)
        return counts is not None and counts.processing != counts.total

    def _run_eta(self, run: Run) -> Eta | None:
        """The last of its open batches; None as long as something waits to be sent or has no basis."""
        etas: list[Eta] = []
        for chunk in run.live_chunks:
            known = self.state.batch_of(chunk)
            if known is not None and not known.is_open:
                continue
            eta = self.history.eta(run, chunk, known, self.server_now) if known is not None else None
            if eta is None:
                return None
            etas.append(eta)
        return max(etas, key=lambda eta: eta.at, default=None)

    def _chunk_note(self, run: Run, chunk: Chunk, known: KnownBatch | None) -> str:
        if known is not None:
            return _batch_note(known)
        if chunk.state == ChunkState.UNKNOWN:
            return self._unsure_note(chunk)
        if wants_smaller_split(chunk):
            return split_offer(run, chunk)
        turn = self.turn(run.name, chunk.label)
        if turn is not None:
            waits = self.wait_of(turn)
            if waits and not turn.waits:
                return f"held: waits for {waits}"
            return f"held: {waits}" if waits else "next to be sent"
        return chunk.why

    def _unsure_note(self, chunk: Chunk) -> str:
        newest = self.state.submissions.get(chunk.submissions[-1]) if chunk.submissions else None
        if newest is not None and needs_person(self.state, newest, self.server_now):
            return "nothing can tell its candidates apart: you decide"
        return f"no answer: {chunk.why}" if chunk.why else "no answer"


def _batch_note(known: KnownBatch) -> str:
    if known.is_deleted:
        return "deleted on the server"
    if known.is_gone:
        return "the service no longer knows it"
    if known.cancel_why:
        return f"not canceled: {known.cancel_why}"
    if known.delete_why:
        return f"not deleted: {known.delete_why}"
    if known.collect_why:
        return f"not collected: {known.collect_why}"
    if not known.is_proved:
        return "adopted, unproved until its custom_ids prove it"
    if known.is_open and not known.batch.has_measured_counts:
        return "counts come when it ends"
    return ""


def _age(known: KnownBatch) -> tuple[float, str]:
    return -known.batch.created_at.timestamp(), known.batch.id


def open_batches(views: Views) -> Iterator[BatchView]:
    return (view for view in views.batches() if not view.status.is_over)
