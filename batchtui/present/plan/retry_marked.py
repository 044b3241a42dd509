"""Several runs sent again as one plan: which of the marked rows are in it, and the rows of its page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from batchtui.domain.failures import ExitCode
from batchtui.domain.issues.triage import Overrides, verdicts
from batchtui.domain.pilot import asks
from batchtui.domain.retry import EDIT_IT
from batchtui.domain.status import run_status
from batchtui.domain.words import several
from batchtui.engine.plans import Plan
from batchtui.engine.retry_several import Left, SeveralPlan
from batchtui.engine.verbs_runs import plan_release
from batchtui.present.cells import Cell, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.estimate_words import smaller_words
from batchtui.present.formats import exact, money, money_between, size
from batchtui.present.plan.money import budget_after
from batchtui.present.plan.parts import (
    COUNT_WIDTH,
    WORDS_AT,
    Part,
    part_cell,
    skip_part,
    total_cell,
)
from batchtui.present.plan.plan_facts import Fact, command_lines, fact
from batchtui.present.plan.retry import LABEL_WIDTH
from batchtui.present.reasons import adopt_first, no_retry
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, owner
from batchtui.present.sheet_lines import hung
from batchtui.present.width import pad

ELSEWHERE: Final = "in its errors"
LEAST_WORDS: Final = 16
"""Cells that reasons keep, however long the name of a run is."""
_CLASS_OPTION: Final = re.compile(r"--class \S+ sends it(, or mark it)?")


class Marked(Struct, frozen=True, kw_only=True):
    """The marked rows, parted into runs to be planned and what is not."""

    runs: tuple[str, ...]
    left: tuple[Left, ...]


def parted(scene: Scene, selected: Iterable[Selection]) -> Marked:
    """Each run once; what R does to a single row only, and what nothing can be sent of, with the reason."""
    runs: dict[str, None] = {}
    left: list[Left] = []
    for one in selected:
        reason = _why_not(scene, one)
        run = owner(scene.state, one)
        if reason or run is None:
            left.append(Left(id=_name(one, run), reason=reason, exit_code=ExitCode.DONE))
        else:
            runs[run] = None
    return Marked(runs=tuple(runs), left=tuple(left))


def _name(one: Selection, run: str | None) -> str:
    return run if run is not None and one.kind == "run" else one.id


def _why_not(scene: Scene, one: Selection) -> str:
    state = scene.state
    run = state.runs.get(owner(state, one) or "")
    if run is None:
        return adopt_first(one.id)
    if one.kind == "unsure":
        return no_retry(state, one) or f"it never arrived: R on {run.name} alone sends it once more"
    if plan_release(state, run.name) is not None:
        return "it is held: R on it alone lets it go on"
    if asks(state, run):
        return "it asks whether the rest follows: R on it alone"
    reason = no_retry(state, one)
    if reason and not run_status(state, run, scene.server_now).is_over:
        return "still running, and nothing of it has failed so far"
    return reason


def several_command(plan: SeveralPlan | None, runs: Sequence[str]) -> list[str]:
    """The equivalent command: of the runs that are in the plan, once there is one."""
    parents = [part.parent for part in plan.parts if part.parent] if plan is not None else []
    return ["batchtui", "retry", *(parents or runs)]


def several_facts(scene: Scene, plan: SeveralPlan, width: int) -> list[Fact]:
    """Run by run what is sent, what is skipped and what is not in it; then the sums."""
    room = width - LABEL_WIDTH
    outside = [line for left in plan.left for line in _named(left.id, left.reason, room)]
    if not plan.parts:
        return [fact("included", total_cell(0, "nothing is left to send again")), fact("not in it", *outside)]
    return [
        fact(
            "included",
            total_cell(plan.included, f"in {several(len(plan.parts), 'run')}"),
            *map(_part_cell, plan.parts),
            hangs_at=COUNT_WIDTH + 2,
        ),
        fact(
            "skipped",
            *_skipped(plan.parts, verdicts(scene.settings.retry.rules), room),
            is_first=True,
            hangs_at=WORDS_AT,
        ),
        *([fact("not in it", *outside)] if outside else []),
        fact("chunks", _chunks(plan), *_smaller(plan.parts), is_first=True),
        fact("cost", _cost(scene, plan)),
        fact("sent", _one_by_one()),
        fact("command", *command_lines(several_command(plan, ()), width - LABEL_WIDTH), is_first=True),
    ]


def _part_cell(part: Plan) -> Cell:
    chunks = several(len(part.chunks), "chunk")
    words = f"  {_price(part)}, {chunks}"
    number = Span(f"{exact(part.included):>{COUNT_WIDTH}}  ")
    return (number, Span(clean(part.run)), Span(words, "dim"))


def _price(plan: Plan) -> str:
    if plan.cost.unknown_models:
        return "price not known"
    return f"{money(plan.cost.high_usd, is_estimate=True)} at most"


def _skipped(parts: Sequence[Plan], rules: Overrides, room: int) -> Iterator[Cell]:
    """By class as in a plan of one run; a line before them names the run where there are several."""
    number = sum(skip.requests for part in parts for skip in part.skipped)
    whose = "" if len(parts) > 1 else f", of {clean(parts[0].parent or '')}"
    yield from hung([total_cell(number, f"stay as they are{whose}")], room, COUNT_WIDTH + 2)
    for part in parts:
        if len(parts) > 1 and (part.skipped or part.not_included_running):
            yield (*blanks(COUNT_WIDTH + 2), Span(clean(part.parent or "")))
        for skip in part.skipped:
            yield part_cell(skip_part(skip, rules, ELSEWHERE))
        if part.not_included_running:
            yield part_cell(Part(part.not_included_running, "running", "not included", "dim"))


def _named(name: str, reason: str, room: int) -> Iterator[Cell]:
    """A run that is left out, and why: no number, since it has no part in the sum."""
    head = (*blanks(COUNT_WIDTH + 2), Span(f"{pad(clean(name), WORDS_AT - COUNT_WIDTH - 4)}  "))
    return hung([(*head, Span(_in_keys(clean(reason)), "dim"))], room, min(cell_width(head), room - LEAST_WORDS))


def _in_keys(reason: str) -> str:
    """A reason that names options of the command, with what the dashboard has in their place."""
    return _CLASS_OPTION.sub("mark it in its errors to send it", reason.replace(EDIT_IT, "E in its errors edits it"))


def _chunks(plan: SeveralPlan) -> Cell:
    words = f"   {several(plan.included, 'request')}, {size(sum(chunk.bytes for chunk in plan.chunks))}"
    return (Span(exact(len(plan.chunks)), bold=True), Span(words, "dim"))


def _smaller(parts: Sequence[Plan]) -> list[Cell]:
    return [cell(f"{clean(part.parent or '')}: {why}", "dim") for part in parts if (why := smaller_words(part))]


def _cost(scene: Scene, plan: SeveralPlan) -> Cell:
    cost = plan.cost
    if cost.unknown_models:
        return cell(f"not known: no price for {clean(', '.join(cost.unknown_models))}", "warn", bold=True)
    amount = Span(money_between(cost.low_usd, cost.high_usd, is_estimate=True), bold=True)
    return (amount, *budget_after(scene, cost))


def _one_by_one() -> Cell:
    words = "each as its own run; stopped midway, R again finds the rest"
    return cell(words, "dim")
