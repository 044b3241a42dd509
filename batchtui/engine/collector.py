"""Collecting: which results to fetch, as bytes to a partial file; what becomes of them is judged (`judging`).

Commit point: the Collected record, after results and their index are renamed and synced. A crash before it leaves
a partial file that is swept, or whole files that the next download replaces; the earlier state stands either way.
"""

from datetime import timedelta
from pathlib import Path

from batchtui.domain.failures import Failure
from batchtui.domain.link import backoff_seconds
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import CollectFailed
from batchtui.domain.settling import contested
from batchtui.domain.state import KnownBatch
from batchtui.domain.status import are_results_lost
from batchtui.engine.core import Core
from batchtui.engine.judging import Judge
from batchtui.engine.ports import Jobs, Service, ServiceProblem, Store
from batchtui.engine.transfer import work_on

FIRST_WAIT_SECONDS = 10.0
MOST_ATTEMPTS = 12
"""Downloads of one batch before it waits for somebody to ask again; with back-off that is about ten minutes."""


class Collector:
    """Downloads and verifies results; every batch ends in complete results or in the state before."""

    def __init__(self, core: Core, service: Service, store: Store, jobs: Jobs, prices: PriceTable) -> None:
        self._core = core
        self._service = service
        self._store = store
        self._judge = Judge(core, store, jobs, prices)
        self._under_way: set[str] = set()
        self._partials: dict[str, Path] = {}

    def partial_of(self, batch_id: str) -> Path | None:
        """Where results arrive that are being downloaded or judged: to be looked at, not to be believed."""
        return self._partials.get(batch_id)

    def wanted(self) -> list[str]:
        """Batches whose results should be fetched now, those that vanish first first."""
        now = self._core.clock.now()
        server_now = self._core.live.link.server_now(now)
        disputed = {batch_id for _submission, batch_id in contested(self._core.state)}
        found = [
            known
            for known in self._core.state.batches.values()
            if (known.run is not None or known.collect_ordered or known.batch.id in disputed)
            and (known.wants_download or known.batch.id in disputed)
            and known.has_results_there
            and not are_results_lost(known, server_now)
            and not known.gave_up_collecting
            and known.batch.id not in self._under_way
            and not known.waits_to_collect(now)
        ]
        return [known.batch.id for known in sorted(found, key=lambda known: known.batch.created_at)]

    async def collect(self, batch_id: str) -> bool:
        """Fetch one batch's results; True when they are complete and on disk."""
        known = self._core.state.batches[batch_id]
        self._core.must_be_allowed("collecting")
        self._under_way.add(batch_id)
        try:
            return await self._collect(known)
        finally:
            self._under_way.discard(batch_id)

    async def _collect(self, known: KnownBatch) -> bool:
        batch_id = known.batch.id
        partial = self._partials[batch_id] = self._store.partial_path(batch_id, known.run)
        try:
            await self._download(known, partial)
            judged = await self._judge.judge(batch_id, partial)
            if judged.why:
                self._failed(known, judged.why, is_final=judged.is_final)
            return judged.is_collected
        except ServiceProblem as problem:
            self._failed(known, problem.message, is_final=problem.kind == "refused", problem=problem)
            return False
        except Failure as failure:  # one chunk's damaged files must not keep all others from being collected
            self._failed(known, failure.what)
            return False
        finally:
            self._partials.pop(batch_id, None)
            self._store.forget(partial)

    async def _download(self, known: KnownBatch, partial: Path) -> None:
        """How long it is the service does not say; how many lines it has is known."""
        done = lines = 0
        sink = self._store.open_partial(partial)
        try:
            async with self._service.results(known.batch.id) as blocks:
                with work_on("collect", self._core, known) as transfer:
                    async for block in blocks:
                        await self._core.give_way()
                        sink.write(block)
                        done += len(block)
                        lines += block.count(b"\n")
                        transfer.moved(done, requests=lines)
        finally:
            sink.close()

    def _failed(
        self, known: KnownBatch, why: str, *, is_final: bool = False, problem: ServiceProblem | None = None
    ) -> None:
        now = self._core.clock.now()
        attempt = self._core.state.batches[known.batch.id].collect_attempts + 1
        asked = problem.retry_after_seconds if problem is not None else None
        wait = backoff_seconds(failures=attempt, interval=FIRST_WAIT_SECONDS, jitter=0.5, retry_after=asked)
        gives_up = is_final or attempt >= MOST_ATTEMPTS
        self._core.commit(
            CollectFailed(
                at=now,
                batch_id=known.batch.id,
                why=why,
                attempt=attempt,
                retry_at=None if gives_up else now + timedelta(seconds=wait),
                is_shut_out=problem is not None and problem.kind == "not_authorized",
            )
        )
