"""From request files to a run: check, plan, agree, accept, send what the limits allow.

Commit point: the acceptance of the plan. Whatever ends the command before it leaves nothing; after it the run is
there, and `submit` again, `watch` or the dashboard go on with it.
"""

import msgspec

from batchtui.cli import confirm, piloting, session, shapes
from batchtui.cli.agreement import (
    Consent,
    must_be_agreed,
    show_dry_run,
    show_plan,
    show_problems,
    show_refusal,
)
from batchtui.cli.counting import counted
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import RequestFiles
from batchtui.cli.sending import Wish, reach, send, sent_document, show_sent
from batchtui.domain.failures import AlreadyMade, ExitCode, Failure, NotConfirmed
from batchtui.domain.lookup import whole_run
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import CheckRules
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import folder


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked for."""

    inputs: RequestFiles
    submit: SubmitOptions
    allow: tuple[str, ...]
    again: bool
    over_budget: bool
    wish: Wish


async def go_on_with(options: Options, id_: str, wish: Wish) -> ExitCode:
    """Send the rest of a run whose pilot is back."""
    async with session.opened(options, makes_no_call=options.dry_run) as engine:
        run = whole_run(engine.state, id_)
        if not options.dry_run:
            engine.core.must_be_allowed("submit --continue")
            await reach(engine, "submit", wish)
        return await piloting.go_on(options, engine, run, wish)


async def submit(options: Options, asked: Submission) -> ExitCode:
    """Plan, agree, accept, send. For a file that can't be sent, or a plan nobody can agree to, nothing is built."""
    workspace = session.find_workspace(options)
    can_agree = (options.yes or confirm.is_answerable()) and not options.dry_run
    if can_agree and folder.exists(workspace.root):
        return await _build_and_send(options, asked, workspace)
    plan = await _preview(options, asked, workspace)
    if not plan.report.ok:
        return show_problems(options, "submit", plan)
    if can_agree:
        return await _build_and_send(options, asked, workspace)
    return await _end_of_preview(options, asked, plan, workspace)


async def _preview(options: Options, asked: Submission, workspace: session.Workspace) -> Plan:
    looks_only = msgspec.structs.replace(options, offline=True)
    async with session.opened(looks_only, workspace=workspace) as engine:
        return await _plan(engine, asked, builds=False)


async def _end_of_preview(options: Options, asked: Submission, plan: Plan, workspace: session.Workspace) -> ExitCode:
    if plan.already is not None:
        looks_only = msgspec.structs.replace(options, offline=True)
        async with session.opened(looks_only, workspace=workspace) as engine:
            return show_sent(options, "submit", sent_document(engine, plan.run, already=True), engine, ExitCode.DONE)
    if options.dry_run:
        return show_dry_run(options, "submit", plan)
    show_plan(options, plan_lines(plan))
    try:
        must_be_agreed(options, plan, workspace.settings.confirm, _consent(asked))
    except Failure as failure:
        return show_refusal(options, "submit", shapes.plan(plan), failure)
    raise NotConfirmed("nobody agreed to this plan", next="add --yes")


async def _build_and_send(options: Options, asked: Submission, workspace: session.Workspace) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=True, workspace=workspace) as engine:
        engine.core.must_be_allowed("submit")
        plan = await _plan(engine, asked, builds=True)
        if not plan.report.ok:
            return show_problems(options, "submit", plan)
        if plan.already is not None:
            engine.planner.discard(plan)
            return await _go_on(options, asked, engine, plan.run, already=True)
        try:
            await reach(engine, "submit", asked.wish)
            show_plan(options, plan_lines(plan))
            confirm.let_others_lead(options, engine)
            over_budget = must_be_agreed(options, plan, engine.settings.confirm, _consent(asked))
        except Failure as failure:
            engine.planner.discard(plan)
            return show_refusal(options, "submit", shapes.plan(plan), failure)
        except BaseException:
            engine.planner.discard(plan)
            raise
        try:
            run = engine.planner.accept(plan, over_budget=over_budget, allows_twin=asked.again)
        except AlreadyMade:
            return await _go_on(options, asked, engine, plan.run, already=True)
        return await _go_on(options, asked, engine, run, already=False)


async def _go_on(options: Options, asked: Submission, engine: Engine, run: str, *, already: bool) -> ExitCode:
    if piloting.flies(engine, run, asked.wish):
        return await piloting.fly(options, engine, run, asked.wish, already=already)
    code = await send(engine, run, asked.wish)
    return show_sent(options, "submit", sent_document(engine, run, already=already), engine, code)


async def _plan(engine: Engine, asked: Submission, *, builds: bool) -> Plan:
    rules = await _rules(engine, asked, asks=builds)
    with metered() as meter:
        plan = await engine.planner.plan_submit(
            asked.inputs.paths,
            msgspec.structs.replace(asked.submit, rules=rules),
            builds=builds,
            progress=meter.show,
        )
    if builds and asked.submit.counts:
        plan = await counted(engine, plan)
    return asked.inputs.plan(plan)


async def _rules(engine: Engine, asked: Submission, *, asks: bool) -> CheckRules:
    """A preview makes no call, and what only waits here has time to be checked again."""
    if asks and not asked.wish.detaches:
        return await engine.fresh_rules(allow=asked.allow)
    return engine.rules(allow=asked.allow)


def _consent(asked: Submission) -> Consent:
    return Consent(over_budget=asked.over_budget, again=asked.again)
