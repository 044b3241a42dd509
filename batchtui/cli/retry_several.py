"""`retry RUN RUN2 …`: each run gets a new attempt of its own; their sum is agreed to once.

Commit points: the acceptance of each part (`engine.retry_several`). All parts are accepted before any is sent.
"""

from collections.abc import Iterator

import msgspec

from batchtui.cli import confirm, diagnostics, output, refused, session, shapes
from batchtui.cli.agreement import Consent, must_be_agreed, show_plan, show_refusal
from batchtui.cli.class_names import must_be_known
from batchtui.cli.collecting import collect_first
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import cost_words, plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.retry_wish import Retry, wanted_of
from batchtui.cli.sending import reach, send, sent_document, sent_lines, tell_sent
from batchtui.domain.failures import ExitCode, Failure, worst
from batchtui.domain.lookup import RunRef
from batchtui.domain.state import AppState
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.retry_several import Left, SeveralPlan, Wanted, accept_all, plan_several
from batchtui.engine.verbs_batches import batches_of
from batchtui.present.cells import Span, cell
from batchtui.present.clean import clean


async def retry_several(options: Options, asked: Retry) -> ExitCode:
    """Plan all, agree to the sum, make and send each."""
    async with session.opened(options, may_create=False, makes_no_call=asked.wish.detaches) as engine:
        if not asked.wish.detaches and not options.offline:
            await reach(engine, "retry", asked.wish)
        wanted = wanted_of(engine, asked)
        if not asked.wish.detaches and not options.dry_run:
            batches = [batch for each in wanted for batch in batches_of(engine.state, RunRef(each.run))]
            await collect_first(engine, batches)
        runs = [each.run for each in wanted]
        must_be_known(engine, map(RunRef, runs), asked.classes, f"any of {', '.join(runs)}")
        can_agree = (options.yes or confirm.is_answerable()) and not options.dry_run
        plan = await _plan(engine, asked, wanted, builds=can_agree)
        if not plan.parts:
            return _nothing_to_do(options, plan, engine.state)
        if options.dry_run:
            output.show(options, "retry", {**_planned(plan), "dry_run": True}, _plan_lines(plan))
            return ExitCode.DONE
        return await _agree_and_send(options, asked, engine, plan)


async def _plan(engine: Engine, asked: Retry, wanted: tuple[Wanted, ...], *, builds: bool) -> SeveralPlan:
    rules = await engine.fresh_rules() if builds and not asked.wish.detaches else engine.rules()
    with metered() as meter:
        return await plan_several(
            engine.core,
            engine.planner,
            wanted,
            builds=builds,
            options=msgspec.structs.replace(asked.submit, rules=rules),
            edits=asked.edits,
            progress=meter.show,
        )


async def _agree_and_send(options: Options, asked: Retry, engine: Engine, plan: SeveralPlan) -> ExitCode:
    try:
        show_plan(options, _plan_lines(plan))
        confirm.let_others_lead(options, engine)
        must_be_agreed(options, plan, engine.settings.confirm, Consent(over_budget=asked.over_budget))
        accepted = accept_all(engine.planner, plan)
    except Failure as failure:
        engine.planner.discard(plan)
        return show_refusal(options, "retry", _planned(plan), failure)
    except BaseException:
        engine.planner.discard(plan)
        raise
    for left in accepted.left:
        diagnostics.say(f"batchtui: {left.id} was not sent again: {left.reason}")
    codes = {made.run: await _send(engine, made.run, asked) for made in accepted.made}
    rows = [_sent(engine, made, codes[made.run]) for made in accepted.made]
    left_rows = [_left(left) for left in (*accepted.left, *plan.left)]
    code = worst([*codes.values(), *(left.exit_code for left in (*accepted.left, *plan.left))])
    document = {**_sums(plan), "runs": [*rows, *left_rows], "exit": int(code)}
    output.show(options, "retry", document, (line for row in rows for line in sent_lines(row)))
    for row in rows:
        tell_sent(row, engine, codes[row["run"]])
    _tell_refused(engine.state, plan)
    return code


async def _send(engine: Engine, run: str, asked: Retry) -> ExitCode:
    """Trouble in sending one leaves it held, as it does the others: what was made is told all the same."""
    try:
        return await send(engine, run, asked.wish)
    except Failure as failure:
        diagnostics.say(f"batchtui: {run}: {failure}")
        return failure.exit_code


def _nothing_to_do(options: Options, plan: SeveralPlan, state: AppState) -> ExitCode:
    """Nothing of any run can be sent; a success where that is no error of any."""
    code = worst(left.exit_code for left in plan.left)
    output.show(options, "retry", {**_planned(plan), "exit": int(code)}, _left_lines(plan))
    _tell_refused(state, plan)
    diagnostics.say("nothing to do")
    return code


def _tell_refused(state: AppState, plan: SeveralPlan) -> None:
    """What is not sent again since it never was in a batch has another way."""
    parents = [part.parent for part in plan.parts if part.parent is not None]
    for name in [*parents, *(left.id for left in plan.left)]:
        if name in state.runs:
            refused.tell(state, name)


# Shapes


def _planned(plan: SeveralPlan) -> shapes.Shape:
    return {**_sums(plan), "runs": [*map(shapes.plan, plan.parts), *map(_left, plan.left)]}


def _sums(plan: SeveralPlan) -> shapes.Shape:
    """Over all runs, as it was planned."""
    return {
        "requests": plan.requests,
        "included": plan.included,
        "cost": shapes.cost(plan.cost),
        "exceeds": plan.exceeds,
    }


def _sent(engine: Engine, made: Plan, code: ExitCode) -> shapes.Shape:
    return {
        **sent_document(engine, made.run),
        **shapes.retry_fields(made),
        "cost": shapes.cost(made.cost, made.forecast),
        "exit": int(code),
    }


def _left(left: Left) -> shapes.Shape:
    """In the shape of a retry that found nothing to send, with the reason."""
    chosen: shapes.Shape = shapes.plan(left.plan) if left.plan is not None else {"skipped": [], "already": False}
    nothing: shapes.Shape = {"run": None, "parent": left.id, "held": 0, "requests": 0, "included": 0, "chunks": []}
    return {**chosen, **nothing, "reason": left.reason, "exit": int(left.exit_code)}


# Lines


def _plan_lines(plan: SeveralPlan) -> Iterator[output.Line]:
    for part in plan.parts:
        yield from plan_lines(part)
    yield from _left_lines(plan)
    yield (Span("sum   ", "head", True), Span(f"{several(plan.requests, 'request')} in {_runs(plan)}", "text", True))
    yield f"  chunks  {len(plan.chunks):,}"
    yield f"  cost    {cost_words(plan.cost)}"
    if plan.exceeds:
        yield cell(f"  over budget: {clean(plan.exceeds)}", "warn")


def _runs(plan: SeveralPlan) -> str:
    return several(len(plan.parts), "new run")


def _left_lines(plan: SeveralPlan) -> Iterator[output.Line]:
    for left in plan.left:
        yield cell(f"nothing of {clean(left.id)} is sent again: {clean(left.reason)}", "dim")
