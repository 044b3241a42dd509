"""The views of one snapshot: state and link put together for every face."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from batchtui.domain.batch import RequestCounts
from batchtui.domain.budget import chunk_commitment
from batchtui.domain.forecasting.estimate import Eta, History
from batchtui.domain.link import Link
from batchtui.domain.money import Usd, total
from batchtui.domain.outstanding import is_fixed, questionable
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.status import (
    are_results_lost,
    batch_status,
    chunk_status,
    is_collected,
    measured_cost,
    run_counts,
    run_status,
)
from batchtui.domain.submission import ChunkState
from batchtui.present.view_notes import batch_note, chunk_note
from batchtui.present.views import BatchView, ChunkView, RunView
from batchtui.present.waits import Waits


class Views:
    """All views of one snapshot; what is expensive is computed once."""

    def __init__(
        self,
        state: AppState,
        link: Link,
        settings: Settings,
        now: datetime,
        moving: Mapping[str, RequestCounts] | None = None,
        *,
        is_journal_old: bool = False,
    ) -> None:
        self.state = state
        self.settings = settings
        self.now = now
        self.server_now = link.server_now(now)
        self.waits = Waits(state, link, settings, now, is_journal_old=is_journal_old)
        self._moving = dict(moving or {})
        self._history: History | None = None
        self._retries: dict[str, tuple[str, ...]] = {}
        for run in state.runs.values():
            if run.parent is not None:
                self._retries[run.parent] = (*self._retries.get(run.parent, ()), run.name)

    @property
    def history(self) -> History:
        if self._history is None:
            self._history = History(self.state)
        return self._history

    def retries(self, run: str) -> tuple[str, ...]:
        """The attempts made directly from a run."""
        return self._retries.get(run, ())

    def runs(self) -> list[RunView]:
        """All runs, newest first."""
        newest = sorted(self.state.runs.values(), key=lambda run: (run.created_at, run.name), reverse=True)
        return [self.run(run) for run in newest]

    def elsewhere(self) -> list[BatchView]:
        """Batches this workspace did not start and nobody hid, newest first."""
        found = [known for known in self.state.elsewhere() if not known.is_hidden]
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
        is_measured = collected and cost is not None
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
            age_seconds=self._age_seconds(run, known),
            expires_at=min((entry.batch.expires_at for entry in is_open if entry.batch.expires_at), default=None),
            results_until=min((entry.results_until for entry in known if not entry.is_let_go), default=None),
            is_collected=collected,
            are_results_pruned=any(entry.are_results_pruned for entry in known),
            are_results_lost=any(
                entry.collected is None and entry.batch.is_ended and are_results_lost(entry, self.server_now)
                for entry in known
            ),
            cost_usd=cost,
            cost_high_usd=self._bound(run, live, is_measured=is_measured),
            is_cost_measured=is_measured,
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

    def _age_seconds(self, run: Run, known: Sequence[KnownBatch]) -> float:
        """A batch that was taken in is older than the run that was made for it."""
        ages = [(self.server_now - entry.batch.created_at).total_seconds() for entry in known]
        return max([(self.now - run.created_at).total_seconds(), *ages])

    def _bound(self, run: Run, chunks: Iterable[Chunk], *, is_measured: bool) -> Usd | None:
        if not (is_measured or run.is_cost_bounded):
            return None
        return total(chunk_commitment(self.state, run, chunk) for chunk in chunks)

    def chunks(self, run: Run) -> list[ChunkView]:
        """The chunks of a run in their order."""
        return [self.chunk(run, chunk) for chunk in run.live_chunks]

    def chunk(self, run: Run, chunk: Chunk) -> ChunkView:
        known = self.state.batch_of(chunk)
        is_measured = known is not None and known.collected is not None and known.collected.cost_usd is not None
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
            cost_high_usd=self._bound(run, (chunk,), is_measured=is_measured),
            note=chunk_note(self.state, self.waits, run, chunk, self.server_now),
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
            note=batch_note(known),
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


def _age(known: KnownBatch) -> tuple[float, str]:
    return -known.batch.created_at.timestamp(), known.batch.id
