"""From files or failures to a plan, and from an accepted plan to a run.

Commit point: the RunPlanned record. The folder is renamed into `runs/` just before it, under the journal's lock; a
crash in between leaves a folder no record knows, which the next leader removes: nothing was sent.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput, NotFound, WorkspaceDamaged
from batchtui.domain.forecast_cost import priced
from batchtui.domain.ids import chunk_label, is_run_name, next_retry_name, run_name_from
from batchtui.domain.lessons import lessons
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import Record, RunPlanned
from batchtui.domain.requests import CheckReport
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.run import ChunkPlan, Manifest, Retried
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.token_guess import forecast
from batchtui.domain.triage import verdicts
from batchtui.domain.words import chunk_name
from batchtui.engine.core import Core
from batchtui.engine.jobs import CheckRules, Edit, Prepared, PrepareTask, RetryTask
from batchtui.engine.lineage import attempts, earlier_attempts
from batchtui.engine.pilot_plan import PilotOptions, must_be_warmable, pilot_of, pilot_task, plan_cache
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Jobs, ProgressSink, Store
from batchtui.engine.retry_basis import changes_since, retry_basis, smaller_chunks


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


def _never(_state: AppState) -> str:
    """For plans that nothing but their own basis can overtake."""
    return ""


class Planner:
    """Makes plans and turns accepted ones into runs."""

    def __init__(self, core: Core, store: Store, jobs: Jobs, prices: PriceTable) -> None:
        self._core = core
        self._store = store
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
            raise BadInput(
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
            self._discard_staging(staging)
            raise
        if not prepared.report.ok:
            self._discard_staging(staging)
            staging = None
        return self._submit_plan(files, options, prepared, staging)

    def _submit_plan(
        self, files: Sequence[Path], options: SubmitOptions, prepared: Prepared, staging: Path | None
    ) -> Plan:
        state, now = self._core.state, self._core.clock.now()
        report = prepared.report
        name, already = self._name(files, options.name, report.content_sha256)
        twin = next((run for run in state.runs.values() if _is_twin(run, report.content_sha256)), None)
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
            policy=msgspec.structs.replace(policy, rules=verdicts(self._core.settings.retry.rules)),
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
            self._discard_staging(staging)
            raise
        if prepared.missing:
            self._discard_staging(staging)
            ids = ", ".join(prepared.missing[:5])
            raise NotFound(f"no unsuccessful result of {run} for {ids}", next="`batchtui errors --members` lists them")
        if not prepared.report.ok or not prepared.included:
            self._discard_staging(staging)
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

    def accept(
        self,
        plan: Plan,
        *,
        over_budget: bool = False,
        allows_twin: bool = False,
        adopts: dict[str, str] | None = None,
        unless: Callable[[AppState], str] = _never,
    ) -> str:
        """Make an agreed plan a run; its chunks may be sent from then on. Returns the run's name.

        Args:
            allows_twin: the operator knows that a run with the same content exists (`--again`).
            adopts: chunk label -> batch id that already carries it, so that nothing of it is ever sent.
            unless: why the plan is not wanted any more; asked while nobody else can write.

        Raises:
            BadInput: the name or content was taken meanwhile, or the same requests were retried meanwhile.
        """
        self._core.must_be_allowed("submit")
        if plan.staging is None:
            raise BadInput("there is nothing to send in this plan")
        staging = plan.staging
        is_renamed = False

        def decide(state: AppState) -> list[RunPlanned]:
            nonlocal is_renamed
            if why := unless(state):
                raise BadInput(why, next="plan again")
            self._must_still_hold(state, plan, allows_twin=allows_twin, adopts=adopts or {})
            record = self._record(plan, over_budget=over_budget, adopts=adopts or {})
            self._store.accept(staging, self._manifest(plan))
            is_renamed = True
            return [record]

        try:
            self._core.transact(decide)
        except BaseException:
            self._discard_staging(staging)
            if is_renamed:
                self._take_back(plan.run)
            raise
        return plan.run

    def _take_back(self, run: str) -> None:
        """Remove a run whose record could not be written, unless it was all the same; else the next leader does."""

        def decide(state: AppState) -> list[Record]:
            if run not in state.runs:
                self._store.remove_unrecorded(run)
            return []

        with suppress(WorkspaceDamaged):
            self._core.transact(decide)

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

    def discard(self, plan: Plan) -> None:
        """The answer was No: remove what was built."""
        for staging in plan.stagings:
            self._discard_staging(staging)

    def _must_still_hold(self, state: AppState, plan: Plan, *, allows_twin: bool, adopts: dict[str, str]) -> None:
        """What was true when the plan was shown must be true now, decided while nobody else can write."""
        for batch_id in adopts.values():
            must_be_adoptable(state, batch_id)
        if plan.run in state.runs:
            raise BadInput(f"a run named {plan.run} was made meanwhile", next="plan again")
        if plan.parent is not None:
            later = [name for name in state.lineage(plan.parent) if name not in plan.lineage]
            if later:
                raise BadInput(
                    f"{plan.parent} was retried meanwhile by {later[0]}", next="plan again to see what is left"
                )
            changed = changes_since(plan.basis, state, plan.lineage)
            if changed:
                raise BadInput(f"{changed} since this was planned", next="plan again to see what is left")
            return
        twin = next((run.name for run in state.runs.values() if _is_twin(run, plan.report.content_sha256)), None)
        if twin is not None and not allows_twin:
            raise BadInput(f"the same content was submitted as {twin}", next="--again sends it once more")

    def _record(self, plan: Plan, *, over_budget: bool, adopts: dict[str, str]) -> RunPlanned:
        return RunPlanned(
            at=self._core.clock.now(),
            run=plan.run,
            requests=plan.report.requests,
            bytes=sum(chunk.bytes for chunk in plan.chunks),
            models=plan.report.models,
            content_sha256=plan.report.content_sha256,
            chunks=plan.chunks,
            cost=plan.cost,
            inputs=tuple(entry.path for entry in plan.inputs),
            parent=plan.parent,
            priority=plan.priority,
            classes=plan.classes,
            over_budget=over_budget,
            adopts=adopts,
            forecast=plan.forecast,
            pilot=plan.pilot,
        )

    def _manifest(self, plan: Plan) -> Manifest:
        settings = self._core.settings.submit
        skipped = {entry.reason: entry.requests for entry in plan.skipped}
        retry = None
        if plan.parent is not None:
            retry = Retried(parent=plan.parent, classes=plan.classes, edits=plan.edits, skipped=skipped)
        return Manifest(
            run=plan.run,
            # Not when it was planned, which may be before the journal began: a folder that no record names is told by
            # this time from one whose journal was lost.
            created_at=self._core.clock.now(),
            requests=plan.report.requests,
            bytes=sum(chunk.bytes for chunk in plan.chunks),
            models=plan.report.models,
            content_sha256=plan.report.content_sha256,
            inputs=plan.inputs,
            chunks=plan.chunks,
            cost=plan.cost,
            priority=plan.priority,
            chunk_requests=settings.chunk_requests,
            chunk_bytes=settings.chunk_bytes,
            retry=retry,
        )

    def _discard_staging(self, staging: Path | None) -> None:
        if staging is not None:
            self._store.discard(staging)


def must_be_adoptable(state: AppState, batch_id: str) -> None:
    """Refuse to take what belongs to a run, or may turn out to be what a submission without an answer became.

    Raises:
        BadInput
    """
    known = state.batches.get(batch_id)
    if known is not None and known.run is not None:
        raise BadInput(f"{batch_id} already belongs to {known.run}")
    claims = [entry for entry in state.unknown_submissions() if batch_id in entry.candidates]
    if claims:
        raise BadInput(
            f"{batch_id} may be {claims[0].run} chunk {chunk_name(claims[0].chunk)}, which has no answer yet",
            next=f"`batchtui reconcile --adopt {claims[0].id}={batch_id}` says so; else wait until it has ended",
        )


def _must_be_readable_names(files: Sequence[Path]) -> None:
    """A name that is no text could be neither recorded nor shown."""
    for file in files:
        try:
            str(file).encode()
        except UnicodeEncodeError as error:
            raise BadInput(f"the file name {str(file)!a} is not UTF-8", next="rename the file") from error


def _is_twin(run: Run, content_sha256: str) -> bool:
    return bool(content_sha256) and run.content_sha256 == content_sha256


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".zst", ".jsonl", ".json", ".ndjson"):
        name = name.removesuffix(suffix)
    return name
