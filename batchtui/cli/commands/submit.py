"""`submit`: check, plan, agree, accept, send what the limits allow.

Commit point: the acceptance of the plan. Whatever ends the command before it leaves nothing; after it the run is
there, and `submit` again, `watch` or the dashboard go on with it.
"""

import click
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
from batchtui.cli.counting import count_option, counted
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import allow_option, chunk_bytes_option, chunk_requests_option, files_argument
from batchtui.cli.plan_lines import plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import RequestFiles, request_files
from batchtui.cli.sending import Wish, reach, send, sent_document, show_sent
from batchtui.domain.failures import ExitCode, Failure, NotConfirmed, UsageFailure
from batchtui.domain.lookup import resolve_run
from batchtui.domain.pilot import MOST_AHEAD, PilotKind
from batchtui.engine.counting import COUNTED
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import CheckRules
from batchtui.engine.pilot_plan import PilotOptions
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import folder


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked for on the command line."""

    inputs: RequestFiles
    submit: SubmitOptions
    allow: tuple[str, ...]
    again: bool
    over_budget: bool
    wish: Wish


@click.command("submit", cls=Command)
@files_argument(required=False)
@allow_option()
@click.option("--name", metavar="N", help="The run's name; by default the file's stem and the day.")
@chunk_requests_option()
@chunk_bytes_option()
@click.option("--priority", type=int, default=0, metavar="P", help="Runs of a higher one are sent first.")
@click.option("--wait", is_flag=True, help="Stay until the run is settled.")
@click.option("--detach", is_flag=True, help="Only hold it: `watch` or the dashboard send it.")
@count_option()
@click.option("--canary", type=click.IntRange(1, MOST_AHEAD), metavar="N", help="N requests go ahead; then it asks.")
@click.option("--canary-max-errors", type=click.FloatRange(0, 1), metavar="S", help="... or goes on up to this share.")
@click.option("--canary-max-usd", type=click.FloatRange(0), metavar="U", help="... and up to this cost of the run.")
@click.option("--warm", is_flag=True, help="One request goes ahead and warms the cache for the others.")
@click.option("--cache-control", type=click.Choice(["5m", "1h"]), help="Add it to what the prompts have in common.")
@click.option("--continue", "continues", metavar="RUN", help="Send the rest of a run that waits for its canary.")
@click.option("--again", is_flag=True, help="Send content that was submitted under another name once more.")
@click.option("--over-budget", is_flag=True, help="Send it although it does not fit the budget.")
def submit_command(
    options: Options,
    files: tuple[str, ...],
    allow: tuple[str, ...],
    name: str | None,
    chunk_requests: int | None,
    chunk_bytes: int | None,
    priority: int,
    wait: bool,
    detach: bool,
    count_tokens: bool,
    canary: int | None,
    canary_max_errors: float | None,
    canary_max_usd: float | None,
    warm: bool,
    cache_control: str | None,
    continues: str | None,
    again: bool,
    over_budget: bool,
) -> ExitCode:
    """Make a run of request files and send what the limits allow.

    The plan is shown first and wants a yes; without a terminal it wants --yes. The same content under the same name
    is not sent again. Several FILEs are sent as one run; `-` is stdin.
    """
    if wait and detach:
        raise UsageFailure("--wait and --detach exclude each other")
    if not detach and not options.dry_run:
        session.needs_network(options, "submit")
    session.must_change(options, "submit")
    pilot = pilot_options(canary, canary_max_errors, canary_max_usd, warm=warm)
    if continues is not None:
        plans = bool(files or pilot or cache_control or detach or allow or name or count_tokens or again)
        if plans or chunk_requests or chunk_bytes or priority or over_budget:
            raise UsageFailure("--continue goes on with a run as it was planned", next="leave the other choices away")
        return session.run(_continue(options, continues, Wish(waits=wait)))
    if not files:
        raise UsageFailure("no request file was named", next="name a FILE, or --continue RUN")
    with request_files(files) as inputs:
        asked = Submission(
            inputs=inputs,
            submit=SubmitOptions(
                name=name,
                chunk_requests=chunk_requests,
                chunk_bytes=chunk_bytes,
                priority=priority,
                counts=COUNTED if count_tokens else 0,
                pilot=pilot,
                cache_control=cache_control or "",
            ),
            allow=allow,
            again=again,
            over_budget=over_budget,
            wish=Wish(detaches=detach, waits=wait),
        )
        return session.run(_submit(options, asked))


def pilot_options(
    canary: int | None, max_errors: float | None, max_usd: float | None, *, warm: bool
) -> PilotOptions | None:
    """What goes ahead; one thing at most.

    Raises:
        UsageFailure
    """
    if canary is None and (max_errors is not None or max_usd is not None):
        raise UsageFailure("--canary-max-errors and --canary-max-usd want --canary N")
    if canary is not None and warm:
        raise UsageFailure("--canary and --warm exclude each other", next="a canary warms the cache as well")
    if canary is not None:
        return PilotOptions(kind=PilotKind.CANARY, requests=canary, max_errors=max_errors, max_usd=max_usd)
    return PilotOptions(kind=PilotKind.WARM) if warm else None


async def _continue(options: Options, id_: str, wish: Wish) -> ExitCode:
    async with session.opened(options, makes_no_call=options.dry_run) as engine:
        run = resolve_run(engine.state, id_)
        if not options.dry_run:
            engine.core.must_be_allowed("submit --continue")
            await reach(engine, "submit", wish)
        return await piloting.go_on(options, engine, run, wish)


async def _submit(options: Options, asked: Submission) -> ExitCode:
    """Nothing is built, and no folder made, for a file that can't be sent or a plan nobody can agree to."""
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
            over_budget = must_be_agreed(options, plan, engine.settings.confirm, _consent(asked))
        except Failure as failure:
            engine.planner.discard(plan)
            return show_refusal(options, "submit", shapes.plan(plan), failure)
        except BaseException:
            engine.planner.discard(plan)
            raise
        run = engine.planner.accept(plan, over_budget=over_budget, allows_twin=asked.again)
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
