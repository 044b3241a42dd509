"""From files or failures to a plan. Nothing of it is a run before somebody agreed to it (`engine.acceptance`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput, UsageFailure
from batchtui.domain.ids import chunk_label, is_run_name, run_name_from
from batchtui.domain.prices import PriceTable
from batchtui.domain.requests import CheckReport
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import KnownBatch
from batchtui.engine.acceptance import Acceptance, is_twin
from batchtui.engine.core import Core
from batchtui.engine.costing import costing
from batchtui.engine.jobs import Edit, Prepared, PrepareTask
from batchtui.engine.pilot_plan import must_be_warmable, pilot_of, pilot_task, plan_cache
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Jobs, ProgressSink, Store
from batchtui.engine.retry_plan import RetryPlanning, RetryWish
from batchtui.engine.submit_options import SubmitOptions


def ignore(_progress: object) -> None:
    """For callers that show no progress."""


class Planner(Acceptance):
    """Makes plans, and as an `Acceptance` runs of those that were agreed to."""

    def __init__(self, core: Core, store: Store, jobs: Jobs, prices: PriceTable) -> None:
        super().__init__(core, store)
        self._jobs = jobs
        self._prices = prices

    async def plan_submit(
        self,
        files: Sequence[Path],
        options: SubmitOptions,
        *,
        builds: bool,
        progress: ProgressSink = ignore,
    ) -> Plan:
        """Check, split and price request files; with `builds` their bodies are made, ready to be accepted."""
        if options.name is not None and not is_run_name(options.name):
            raise UsageFailure(
                f"{options.name!r} is no run name",
                next="use a-z, 0-9, '.', '_' and '-', at most 64; first a letter or a figure",
            )
        _must_be_readable_names(files)
        with building(self._store, builds=builds) as place:
            prepared = await self._jobs.prepare(self._submit_task(files, options, place.folder), progress)
            must_be_warmable(options.pilot, options.cache_control, prepared)
            staging = place.folder if prepared.report.ok else None
            return place.hand_over(self._submit_plan(files, options, prepared, staging))

    def _submit_task(self, files: Sequence[Path], options: SubmitOptions, staging: Path | None) -> PrepareTask:
        settings = self._core.settings.submit
        return PrepareTask(
            inputs=tuple(str(file) for file in files),
            rules=options.rules,
            chunk_requests=options.chunk_requests or settings.chunk_requests,
            chunk_bytes=options.chunk_bytes or settings.chunk_bytes,
            staging=str(staging) if staging else None,
            countable=options.counts,
            pilot=pilot_task(options.pilot),
            cache_control=options.cache_control,
        )

    def _submit_plan(
        self, files: Sequence[Path], options: SubmitOptions, prepared: Prepared, staging: Path | None
    ) -> Plan:
        report = prepared.report
        name, already = self._name(files, options.name, report.content_sha256)
        runs = self._core.state.runs.values()
        twin = next((run for run in runs if is_twin(run, report.content_sha256)), None)
        expected = costing(self._core, self._prices, report)
        return Plan(
            run=name,
            created_at=self._core.clock.now(),
            report=report,
            chunks=prepared.chunks,
            cost=expected.cost,
            inputs=prepared.inputs,
            staging=staging,
            priority=options.priority,
            already=name if already else None,
            same_content=twin.name if twin is not None and not already else None,
            exceeds=expected.exceeds,
            included=report.requests,
            forecast=expected.forecast,
            pilot=pilot_of(options.pilot, prepared),
            countable=prepared.countable,
            cache=plan_cache(prepared, self._prices, options.cache_control),
        )

    def _name(self, files: Sequence[Path], wanted: str | None, content_sha256: str) -> tuple[str, bool]:
        """The run's name, and whether this very content was sent under it before."""
        runs = self._core.state.runs
        if wanted is not None:
            taken = runs.get(wanted)
            if taken is not None and taken.content_sha256 != content_sha256:
                raise BadInput(f"a run named {wanted} exists with other content", next="give this one another --name")
            return wanted, taken is not None
        day = self._core.clock.now().strftime("%Y%m%d")
        base = run_name_from(_stem(files[0]) if files else "run", day)
        name, number = base, 1
        while name in runs and runs[name].content_sha256 != content_sha256:
            number += 1
            name = f"{base[:60]}-{number}"
        return name, name in runs

    async def plan_retry(
        self,
        run: str,
        policy: RetryPolicy,
        *,
        edits: Sequence[Edit] = (),
        edited: Path | None = None,
        builds: bool,
        options: SubmitOptions,
        progress: ProgressSink = ignore,
    ) -> Plan:
        """Choose what of a run deserves another attempt, and build it."""
        wish = RetryWish(run=run, policy=policy, edits=edits, edited=edited, options=options)
        planning = RetryPlanning(self._core, self._store, wish)
        with building(self._store, builds=builds) as place:
            prepared = await self._jobs.prepare_retry(planning.task(place.folder), progress)
            staging = place.folder if prepared.report.ok and prepared.included else None
            return place.hand_over(planning.plan(prepared, staging, self._prices))

    def adopt_bare(self, known: KnownBatch, *, name: str | None) -> str:
        """A run around a batch from elsewhere whose request file is not at hand: it can be watched, not sent again."""
        total = known.batch.request_counts.total
        day = known.batch.created_at.strftime("%Y%m%d")
        run = name or run_name_from(f"elsewhere-{known.batch.id[-6:]}", day)
        if not is_run_name(run):
            raise BadInput(f"{run!r} is no run name")
        chunk = ChunkPlan(label=chunk_label(1), requests=total, bytes=0, sha256="")
        report = CheckReport(ok=True, requests=total, bytes=0, models={})
        plan = Plan(
            run=run,
            created_at=self._core.clock.now(),
            report=report,
            chunks=(chunk,),
            cost=CostRange(priced_at=self._prices.as_of),
            staging=self._store.new_staging(),
        )
        return self.accept(plan, adopts={chunk.label: known.batch.id})


def _must_be_readable_names(files: Sequence[Path]) -> None:
    """A name that is no text could be neither recorded nor shown."""
    for file in files:
        try:
            str(file).encode()
        except UnicodeEncodeError as error:
            raise BadInput(f"the file name {str(file)!a} is not UTF-8", next="rename the file") from error


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".zst", ".jsonl", ".json", ".ndjson"):
        name = name[: -len(suffix)] if name.lower().endswith(suffix) else name
    return name


class Building:
    """A staging folder, or none where a plan is only looked at."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.is_kept = False

    def hand_over(self, plan: Plan) -> Plan:
        """A plan that names the folder owns it from now on: whoever holds the plan accepts or discards it."""
        self.is_kept = plan.staging is not None
        return plan


@contextmanager
def building(store: Store, *, builds: bool) -> Iterator[Building]:
    """A place to build in, removed on leaving unless it was handed over; what a kill leaves is swept."""
    place = Building(store.new_staging() if builds else None)
    try:
        yield place
    finally:
        if place.folder is not None and not place.is_kept:
            store.discard(place.folder)
