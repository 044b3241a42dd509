"""Retries of several runs, agreed to as one: their sum is what a person says yes to.

Commit points: one RunPlanned for each new run, one after another (`planner`). A crash in between leaves some runs made
and the others as they were: planning again finds only the rest, since what was retried is skipped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.cost import added
from batchtui.domain.failures import BadInput, ExitCode, Failure
from batchtui.domain.requests import CheckReport
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.state import AppState
from batchtui.domain.words import several
from batchtui.engine.core import Core
from batchtui.engine.jobs import Edit
from batchtui.engine.planner import Planner, ignore
from batchtui.engine.plans import Plan
from batchtui.engine.ports import ProgressSink
from batchtui.engine.submit_options import SubmitOptions


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A run of which something is to be sent again, and what."""

    run: str
    policy: RetryPolicy


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What was named or marked, and is not sent again."""

    id: str
    reason: str
    plan: Plan | None = None
    """What was chosen of it, where it came to that."""
    exit_code: ExitCode = ExitCode.DONE


class SeveralPlan(Plan, frozen=True, kw_only=True):
    """Plans of several runs as one; the figures are their sums. It is accepted by `accept_all`, part by part."""

    parts: tuple[Plan, ...] = ()
    left: tuple[Left, ...] = ()
    exceeds_together: bool = False
    """It is the sum that does not fit the day's budget."""

    @property
    def stagings(self) -> tuple[Path, ...]:
        return tuple(path for part in self.parts for path in part.stagings)

    @property
    def is_retry(self) -> bool:
        return True


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the parts of an agreed plan."""

    made: tuple[Plan, ...] = ()
    left: tuple[Left, ...] = ()


async def plan_several(
    core: Core,
    planner: Planner,
    wanted: Sequence[Wanted],
    *,
    builds: bool,
    options: SubmitOptions,
    edits: Sequence[Edit] = (),
    left: Iterable[Left] = (),
    progress: ProgressSink = ignore,
) -> SeveralPlan:
    """Plan each run by itself, then add up. A run of which nothing can be sent does not stop the others.

    Args:
        left: what is known not to be in it before anything is planned.
    """
    chosen, doubled = one_of_each_family(core.state, wanted)
    parts: list[Plan] = []
    out = [*left, *doubled]
    try:
        for each in chosen:
            try:
                plan = await planner.plan_retry(
                    each.run, each.policy, edits=edits, builds=builds, options=options, progress=progress
                )
            except BadInput as failure:
                out.append(Left(id=each.run, reason=str(failure), exit_code=failure.exit_code))
                continue
            why = _why_left(plan)
            if why is None:
                parts.append(plan)
            else:
                out.append(why)
    except BaseException:
        for part in parts:
            planner.discard(part)
        raise
    return _added(core, parts, out)


def one_of_each_family(state: AppState, wanted: Sequence[Wanted]) -> tuple[list[Wanted], list[Left]]:
    """The oldest run of each family, whose plan looks at the later attempts too: none may be sent twice.

    What was made from it holds nothing else; other attempts may, and wait for a plan of their own.
    """
    order = {name: number for number, name in enumerate(state.runs)}
    oldest: dict[str, str] = {}
    for each in sorted(wanted, key=lambda one: order.get(one.run, len(order))):
        oldest.setdefault(state.root_of(each.run), each.run)
    chosen = [each for each in wanted if oldest[state.root_of(each.run)] == each.run]
    return chosen, [_doubled(state, each, oldest[state.root_of(each.run)]) for each in wanted if each not in chosen]


def _doubled(state: AppState, each: Wanted, planned: str) -> Left:
    """Why a run is not planned beside another one of its family."""
    family = f"of one family with {planned}"
    if each.run not in (planned, *state.made_from(planned)):
        reason = f"{family}, which may not hold the same requests: `batchtui retry {each.run}` plans them afterwards"
        return Left(id=each.run, reason=reason, exit_code=ExitCode.ERROR)
    reason = f"{family}, which is planned with its later attempts"
    return Left(id=each.run, reason=reason, exit_code=ExitCode.ERROR if each.policy.custom_ids else ExitCode.DONE)


def _why_left(plan: Plan) -> Left | None:
    """Why nothing of a planned run is sent, or None when something is."""
    parent = plan.parent or plan.run
    if not plan.included:
        return Left(id=parent, reason="; ".join(_reasons(plan)) or "nothing to send again", plan=plan)
    if not plan.report.ok:
        problems = several(plan.report.error_count, "error")
        first = plan.report.problems[0].message if plan.report.problems else ""
        words = f"{problems} in the requests{f': {first}' if first else ''}"
        return Left(id=parent, reason=words, plan=plan, exit_code=ExitCode.ERROR)
    return None


def _reasons(plan: Plan) -> Iterator[str]:
    for skip in plan.skipped:
        yield f"{skip.requests:,} {skip.reason}"
    if plan.not_included_running:
        yield f"{plan.not_included_running:,} in chunks that have not ended"


def _added(core: Core, parts: Sequence[Plan], left: Sequence[Left]) -> SeveralPlan:
    cost = added(part.cost for part in parts)
    now, budget = core.clock.now(), core.settings.budget
    # Each part is a run of its own, so a run's budget is held against each; the day's against all of them.
    of_day = plan_exceeds(core.state, cost, msgspec.structs.replace(budget, run_usd=None), now) if parts else None
    of_one = next((f"{part.run}: {part.exceeds}" for part in parts if part.exceeds is not None), None)
    attempts: Counter[int] = Counter()
    models: Counter[str] = Counter()
    for part in parts:
        attempts.update(part.attempts)
        models.update(part.report.models)
    return SeveralPlan(
        run=", ".join(part.run for part in parts),
        created_at=now,
        report=CheckReport(
            ok=True,
            requests=sum(part.requests for part in parts),
            bytes=sum(part.report.bytes for part in parts),
            models=dict(models),
        ),
        chunks=tuple(chunk for part in parts for chunk in part.chunks),
        cost=cost,
        exceeds=of_day or of_one,
        exceeds_together=of_day is not None,
        included=sum(part.included for part in parts),
        attempts=dict(attempts),
        not_included_running=sum(part.not_included_running for part in parts),
        basis=tuple(part.fingerprint for part in parts),
        parts=tuple(parts),
        left=tuple(left),
    )


def accept_all(planner: Planner, plan: SeveralPlan) -> Accepted:
    """Make each part a run, one after another; what was shown over budget was agreed to as such.

    A part that does not hold any more is left with the reason, and the others are made all the same.

    Raises:
        Failure: nothing was made.
    """
    made: list[Plan] = []
    failures: list[tuple[Plan, Failure]] = []
    waiting = list(plan.parts)
    try:
        while waiting:
            part = waiting[0]
            try:
                planner.accept(part, over_budget=part.exceeds is not None or plan.exceeds_together)
            except BadInput as failure:
                failures.append((part, failure))
            except Failure as failure:  # of the workspace, not of this part: the others would meet it too
                failures += [(each, failure) for each in waiting]
                break
            else:
                made.append(part)
            del waiting[0]
    finally:
        for part in waiting:
            planner.discard(part)
    if failures and not made:
        raise failures[0][1]
    return Accepted(made=tuple(made), left=tuple(_refused(part, failure) for part, failure in failures))


def _refused(part: Plan, failure: Failure) -> Left:
    return Left(id=part.parent or part.run, reason=str(failure), plan=part, exit_code=failure.exit_code)
