"""From files or failures to a plan. Nothing of it is a run before somebody agreed to it (`engine.acceptance`)."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput, NotFound, UsageFailure
from batchtui.domain.forecast_cost import priced
from batchtui.domain.ids import chunk_label, is_run_name, next_retry_name, run_name_from
from batchtui.domain.lessons import lessons
from batchtui.domain.prices import PriceTable
from batchtui.domain.requests import CheckReport
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.run import ChunkPlan
from batchtui.domain.state import KnownBatch
from batchtui.domain.token_guess import forecast
from batchtui.engine.acceptance import Acceptance, is_twin
from batchtui.engine.core import Core
from batchtui.engine.furnishing import is_bare
from batchtui.engine.jobs import CheckRules, Edit, Prepared, PrepareTask, RetryTask
from batchtui.engine.lineage import attempts, earlier_attempts
from batchtui.engine.pilot_plan import PilotOptions, must_be_warmable, pilot_of, pilot_task, plan_cache
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Jobs, ProgressSink, Store
from batchtui.engine.retry_basis import retry_basis, smaller_chunks
from batchtui.engine.retry_policy import in_full


class SubmitOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `submit` and `plan` may be told; None takes the settings' value."""

    name: str | None = None
    chunk_requests: int | None = None
    chunk_bytes: int | None = None
    priority: int = 0
    rules: CheckRules = CheckRules()
    pilot: PilotOptions | None = None
    counts: int = 0
    """So many requests are chosen to be counted by the service."""
    cache_control: str = ""
    """`5m` or `1h`: add it to what prompts have in common."""


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
                f"{options.name!r} is no run name", next="use a-z, 0-9, '.', '_' and '-', at most 64, no dot first"
            )
        _must_be_readable_names(files)
        staging = self._store.new_staging() if builds else None
        settings = self._core.settings.submit
        task = PrepareTask(
            inputs=tuple(str(file) for file in files),
            rules=options.rules,
            chunk_requests=options.chunk_requests or settings.chunk_requests,
            chunk_bytes=options.chunk_bytes or settings.chunk_bytes,
            staging=str(staging) if staging else None,
            countable=options.counts,
            pilot=pilot_task(options.pilot),
            cache_control=options.cache_control,
        )
        try:
            prepared = await self._jobs.prepare(task, progress)
            must_be_warmable(options.pilot, options.cache_control, prepared)
        except BaseException:
            self.discard_staging(staging)
            raise
        if not prepared.report.ok:
            self.discard_staging(staging)
            staging = None
        return self._submit_plan(files, options, prepared, staging)

    def _submit_plan(
        self, files: Sequence[Path], options: SubmitOptions, prepared: Prepared, staging: Path | None
    ) -> Plan:
        state, now = self._core.state, self._core.clock.now()
        report = prepared.report
        name, already = self._name(files, options.name, report.content_sha256)
        twin = next((run for run in state.runs.values() if is_twin(run, report.content_sha256)), None)
        expected = forecast(report.tallies, lessons(state))
        cost = priced(expected, self._prices)
        return Plan(
            run=name,
            created_at=now,
            report=report,
            chunks=prepared.chunks,
            cost=cost,
            inputs=prepared.inputs,
            staging=staging,
            priority=options.priority,
            already=name if already else None,
            same_content=twin.name if twin is not None and not already else None,
            exceeds=plan_exceeds(state, cost, self._core.settings.budget, now),
            included=report.requests,
            forecast=expected,
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
        parent = self._core.state.runs.get(run)
        if parent is None:
            raise NotFound(f"no run named {run}")
        if is_bare(parent):
            batch = next((chunk.batch_id for chunk in parent.live_chunks if chunk.batch_id), "BATCH")
            raise BadInput(
                f"the requests of {run} are not here: it was adopted without its request file",
                next=f"`batchtui adopt {batch} --input FILE` gives it one",
            )
        if parent.is_pruned:
            raise BadInput(f"the bodies of {run} were pruned", next="submit its request file again under another name")
        staging = self._store.new_staging() if builds else None
        settings = self._core.settings.submit
        server_now = self._core.live.link.server_now(self._core.clock.now())
        lineage = self._core.state.lineage(run)
        basis = retry_basis(self._core.state, lineage)
        rested = smaller_chunks(self._core.state, lineage, policy, options.chunk_requests or settings.chunk_requests)
        task = RetryTask(
            lineage=attempts(self._core.state, self._store, run, server_now),
            earlier=earlier_attempts(self._core.state, self._store, run, server_now),
            policy=in_full(policy, self._core, self._store, run, is_edited=edited is not None),
            edits=tuple(edits),
            edited=str(edited) if edited else None,
            rules=options.rules,
            chunk_requests=options.chunk_requests or rested or settings.chunk_requests,
            chunk_bytes=options.chunk_bytes or settings.chunk_bytes,
            staging=str(staging) if staging else None,
        )
        try:
            prepared = await self._jobs.prepare_retry(task, progress)
        except BaseException:
            self.discard_staging(staging)
            raise
        if prepared.missing:
            self.discard_staging(staging)
            ids = ", ".join(prepared.missing[:5])
            raise NotFound(f"no unsuccessful result of {run} for {ids}", next="`batchtui errors --members` lists them")
        if not prepared.report.ok or not prepared.included:
            self.discard_staging(staging)
            staging = None
        now = self._core.clock.now()
        expected = forecast(prepared.report.tallies, lessons(self._core.state))
        cost = priced(expected, self._prices)
        return Plan(
            run=next_retry_name(run, set(self._core.state.runs)),
            created_at=now,
            report=prepared.report,
            chunks=prepared.chunks,
            cost=cost,
            inputs=self._store.manifest(run).inputs,  # the indexes of a retry count files as its first run does
            staging=staging,
            parent=run,
            lineage=lineage,
            priority=options.priority,
            exceeds=plan_exceeds(self._core.state, cost, self._core.settings.budget, now),
            included=prepared.included,
            skipped=prepared.skipped,
            classes=prepared.classes,
            edits=tuple(f"{edit.key}={bytes(edit.value).decode()}" for edit in edits),
            not_included_running=prepared.not_included_running,
            attempts=prepared.attempts,
            basis=basis,
            smaller_chunks=rested if options.chunk_requests is None and "expired" in prepared.classes else None,
            forecast=expected,
        )

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
        name = name.removesuffix(suffix)
    return name
