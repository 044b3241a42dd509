"""Showing a plan and getting a yes to it: nothing is spent unseen."""

from collections.abc import Iterable, Mapping
from typing import Any

from batchtui.cli import confirm, diagnostics, output, shapes
from batchtui.cli.confirm import Typed, must_agree
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import check_lines, plan_lines
from batchtui.domain.failures import BadInput, ExitCode, Failure, NotConfirmed, OverBudget
from batchtui.domain.settings import ConfirmSettings
from batchtui.domain.words import several
from batchtui.engine.plans import Plan, typed_reasons
from batchtui.present.cells import plain


class Consent:
    """What the operator allows beside a plain yes."""

    def __init__(self, *, over_budget: bool, again: bool = False) -> None:
        self.over_budget = over_budget
        self.again = again


def show_plan(options: Options, lines: Iterable[output.Line]) -> None:
    """A plan where the one who is asked can read it; with `--json` stdout is kept for the outcome."""
    if not options.json:
        output.write_lines(options, lines)
    elif confirm.is_answerable() and not options.yes:
        for line in lines:
            diagnostics.say(line if isinstance(line, str) else plain(line))


def ask(
    options: Options,
    command: str,
    *,
    question: str,
    lines: Iterable[output.Line],
    document: Mapping[str, Any],
    typed: Typed | None = None,
) -> ExitCode | None:
    """Show what would happen and ask; None is a yes, else the exit code of a No that has been told."""
    show_plan(options, lines)
    try:
        must_agree(options, question, typed=typed)
    except NotConfirmed as failure:
        return show_refusal(options, command, document, failure)
    return None


def must_be_agreed(options: Options, plan: Plan, settings: ConfirmSettings, consent: Consent) -> bool:
    """Return when the plan may be carried out; True when the operator agreed to exceed the budget.

    Raises:
        NotConfirmed, OverBudget
    """
    if plan.same_content is not None and not consent.again:
        raise NotConfirmed(f"the same content was submitted as {plan.same_content}", next="--again sends it once more")
    is_asked = confirm.is_answerable() and not options.yes
    if plan.exceeds is not None and not consent.over_budget and not is_asked:
        raise OverBudget(plan.exceeds, next="--over-budget sends it nevertheless")
    reasons = typed_reasons(plan, settings)
    typed = None
    if reasons:
        typed = Typed(text=str(plan.requests), what="the number of requests", why=", ".join(reasons))
    must_agree(options, f"send {several(plan.requests, 'request')}?", typed=typed)
    return plan.exceeds is not None


def show_refusal(options: Options, command: str, document: Mapping[str, Any], failure: Failure) -> ExitCode:
    """The plan and why nothing came of it, in one object with `--json`."""
    if options.json:
        output.write_json(command, {**document, **diagnostics.error_fields(failure)})
    diagnostics.say(f"batchtui: {failure}")
    return failure.exit_code


def show_problems(options: Options, command: str, plan: Plan) -> ExitCode:
    """A file that cannot be sent, with every problem."""
    failure = BadInput(f"{several(plan.report.error_count, 'error')} in the requests", next="nothing was sent")
    document = {**shapes.plan(plan), **diagnostics.error_fields(failure)}
    output.show(options, command, document, check_lines(plan.report))
    diagnostics.say(f"batchtui: {failure}")
    return failure.exit_code


def show_dry_run(options: Options, command: str, plan: Plan) -> ExitCode:
    """What would be sent."""
    output.show(options, command, {**shapes.plan(plan), "dry_run": True}, plan_lines(plan))
    return ExitCode.DONE
