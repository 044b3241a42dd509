"""`retry`: plan a new attempt of what deserves it, agree, send; `--lost` sends chunks again that never arrived.

Commit point: the acceptance of the plan, as for `submit`; for `--lost` the record that returns the chunks.
"""

import math
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from batchtui.cli import confirm, diagnostics, output, refused, session, shapes
from batchtui.cli.agreement import Consent, must_be_agreed, show_dry_run, show_plan, show_problems, show_refusal
from batchtui.cli.class_names import must_be_known
from batchtui.cli.collecting import collect_first
from batchtui.cli.lost import retry_lost
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import chunk_bytes_option, chunk_requests_option, priority
from batchtui.cli.plan_lines import plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import must_be_named
from batchtui.cli.retry_several import retry_several
from batchtui.cli.retry_wish import Retry, named_of
from batchtui.cli.sending import Wish, reach, send, sent_document, show_sent
from batchtui.domain.failures import ExitCode, Failure, UsageFailure
from batchtui.domain.lookup import RunRef
from batchtui.domain.state import AppState
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Edit
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_batches import batches_of

PROBLEMS_TOLD = 5
_INDEX = re.compile(r"\[(\d+)\]")


@click.command("retry", cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--class", "classes", multiple=True, metavar="C", help="Only this class; repeatable.")
@click.option("--custom-id", "custom_ids", multiple=True, metavar="X", help="Only this request; repeatable.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change params; JSON, TOML or text.")
@click.option("--edit", "edited", metavar="FILE", help="Send these requests in place of the originals.")
@click.option("--lost", is_flag=True, help="Send chunks again that were refused or not found.")
@chunk_requests_option()
@chunk_bytes_option()
@click.option("--priority", type=priority(), default=0, metavar="P", help="Runs of a higher one are sent first.")
@click.option("--wait", is_flag=True, help="Stay until the new run is settled.")
@click.option("--detach", is_flag=True, help="Only hold it: `watch` or the dashboard send it.")
@click.option("--over-budget", is_flag=True, help="Send it although it does not fit the budget.")
def retry_command(
    options: Options,
    ids: tuple[str, ...],
    classes: tuple[str, ...],
    custom_ids: tuple[str, ...],
    settings: tuple[str, ...],
    edited: str | None,
    lost: bool,
    chunk_requests: int | None,
    chunk_bytes: int | None,
    priority: int,
    wait: bool,
    detach: bool,
    over_budget: bool,
) -> ExitCode:
    """Plan and send a new attempt of what did not succeed in a run and its later attempts.

    By default what is transient is sent again; other classes are named with --class, and those that would fail
    again are changed with --set or --edit. Chunks that have ended are collected first. Of several runs each becomes a
    new run of its own, and their sum is what is agreed to.
    """
    picks = bool(classes or custom_ids or edited is not None or settings)
    shapes_it = bool(chunk_requests or chunk_bytes or priority or over_budget)
    _must_fit_together(options, wait=wait, detach=detach, lost=lost, picks=picks or shapes_it)
    if edited is not None:
        must_be_named(edited)
    if len(ids) > 1 and (lost or edited):
        raise UsageFailure("--lost and --edit are about one run", next="name one run")
    wish = Wish(detaches=detach, waits=wait)
    if lost:
        return session.run(retry_lost(options, ids[0], wish))
    asked = Retry(
        ids=ids,
        classes=frozenset(classes),
        custom_ids=frozenset(custom_ids),
        edits=tuple(parse_edit(text) for text in settings),
        edited=Path(edited) if edited is not None else None,
        submit=SubmitOptions(chunk_requests=chunk_requests, chunk_bytes=chunk_bytes, priority=priority),
        over_budget=over_budget,
        wish=wish,
    )
    return session.run(retry_several(options, asked) if len(ids) > 1 else _retry(options, asked))


def _must_fit_together(options: Options, *, wait: bool, detach: bool, lost: bool, picks: bool) -> None:
    if wait and detach:
        raise UsageFailure("--wait and --detach exclude each other")
    if lost and picks:
        raise UsageFailure("--lost sends whole chunks as they were planned", next="leave the other choices away")
    if not detach and not options.dry_run:
        session.needs_network(options, "retry")
    session.must_change(options, "retry")


def parse_edit(text: str) -> Edit:
    """`max_tokens=4096`, `messages[0].role=user`: the value is JSON or TOML where it can be, else text.

    Raises:
        UsageFailure
    """
    path, equals, value = text.partition("=")
    key = _INDEX.sub(r".\1", path.strip())
    first, *rest = key.split(".")
    if not equals or not all((first, *rest)):
        raise UsageFailure(f"--set {text!r} is no KEY=VALUE", next="for example --set max_tokens=4096")
    if first in ("custom_id", "params"):
        hint = "keys are those of params: max_tokens, not params.max_tokens; a custom_id stays what it is"
        raise UsageFailure(f"--set {text!r} is not in params", next=hint)
    try:
        msgspec.json.decode(value.encode())
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Edit(key=key, value=msgspec.Raw(msgspec.json.encode(_of_toml(value))))
    return Edit(key=key, value=msgspec.Raw(value.encode()))


def _of_toml(text: str) -> Any:
    """The value that TOML reads; where it is none, or one that JSON has no word for, the text itself."""
    try:
        found = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
    is_json = list(found) == ["value"] and _is_json(found["value"])
    return found["value"] if is_json else text


def _is_json(value: object) -> bool:
    match value:
        case bool() | int() | str():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(map(_is_json, value.values()))
        case _:  # dates and times, which TOML has and JSON has not
            return False


async def _retry(options: Options, asked: Retry) -> ExitCode:
    async with session.opened(options, may_create=False, makes_no_call=asked.wish.detaches) as engine:
        if not asked.wish.detaches and not options.offline:
            await reach(engine, "retry", asked.wish)
        run, named = named_of(engine, asked.ids[0])
        if not asked.wish.detaches and not options.dry_run:
            await collect_first(engine, batches_of(engine.state, RunRef(run)))
        must_be_known(engine, [RunRef(run)], asked.classes, run)
        can_agree = (options.yes or confirm.is_answerable()) and not options.dry_run
        plan = await _plan(engine, asked, run, named, builds=can_agree)
        if not plan.included:
            return _nothing_to_do(options, plan, engine.state)
        if not plan.report.ok:
            return show_problems(options, "retry", plan)
        if options.dry_run:
            return show_dry_run(options, "retry", plan)
        return await _agree_and_send(options, asked, engine, plan)


async def _plan(engine: Engine, asked: Retry, run: str, named: str | None, *, builds: bool) -> Plan:
    rules = await engine.fresh_rules() if builds and not asked.wish.detaches else engine.rules()
    with metered() as meter:
        return await engine.planner.plan_retry(
            run,
            asked.policy(frozenset() if named is None else frozenset({named})),
            edits=asked.edits,
            edited=asked.edited,
            builds=builds,
            options=msgspec.structs.replace(asked.submit, rules=rules),
            progress=meter.show,
        )


async def _agree_and_send(options: Options, asked: Retry, engine: Engine, plan: Plan) -> ExitCode:
    try:
        show_plan(options, plan_lines(plan))
        confirm.let_others_lead(options, engine)
        consent = Consent(over_budget=asked.over_budget)
        over_budget = must_be_agreed(options, plan, engine.settings.confirm, consent)
    except Failure as failure:
        engine.planner.discard(plan)
        return show_refusal(options, "retry", shapes.plan(plan), failure)
    except BaseException:
        engine.planner.discard(plan)
        raise
    run = engine.planner.accept(plan, over_budget=over_budget)
    code = await send(engine, run, asked.wish)
    document = {
        **sent_document(engine, run),
        **shapes.retry_fields(plan),
        "cost": shapes.cost(plan.cost, plan.forecast),
    }
    refused.tell(engine.state, plan.parent or run)
    return show_sent(options, "retry", document, engine, code)


def _nothing_to_do(options: Options, plan: Plan, state: AppState) -> ExitCode:
    """A success that says why there was nothing to send."""
    document = {**shapes.plan(plan), "run": None, "chunks": [], "dry_run": options.dry_run}
    output.show(options, "retry", document, _reasons(plan))
    if plan.parent is not None:
        refused.tell(state, plan.parent)
    diagnostics.say("nothing to do")
    return ExitCode.DONE


def _reasons(plan: Plan) -> Iterator[output.Line]:
    yield f"nothing of {plan.parent} is sent again"
    for skip in plan.skipped:
        yield f"  {skip.requests:,}: {skip.reason}"
    if plan.not_included_running:
        yield f"  {plan.not_included_running:,}: their chunks have not ended"
    for problem in plan.report.problems[:PROBLEMS_TOLD]:
        yield f"  {Path(problem.file).name}:{problem.line}: {problem.custom_id or ''} {problem.message}"
    if plan.report.error_count > PROBLEMS_TOLD:
        yield f"  and {plan.report.error_count - PROBLEMS_TOLD:,} more of the edited file"
