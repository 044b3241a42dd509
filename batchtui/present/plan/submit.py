"""The plan of a submission, row by row."""

from collections.abc import Sequence
from pathlib import Path

from batchtui.domain.pilot import PilotKind
from batchtui.domain.settings import SubmitSettings
from batchtui.engine.plans import Plan
from batchtui.present.cells import NOTHING, Cell, Span, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.estimate_words import basis_words, cache_words, pilot_words, tokens_words
from batchtui.present.formats import brief, exact, size
from batchtui.present.plan.money import budget_line, cost_cell
from batchtui.present.plan.pace import done_cell, pace_cell
from batchtui.present.plan.plan_facts import Fact, command_lines, fact
from batchtui.present.plan.problems import problems_fact
from batchtui.present.scene import Scene

LABEL_WIDTH = 13
OTHER_ROWS = 13
"""Rows of a plan without its problems and its command."""

CHUNKS_SUMMED = 4
ROOMY = 20
"""From so many rows on a plan says what its figures rest on."""


def submit_facts(scene: Scene, plan: Plan, path: Path, width: int, height: int) -> list[Fact]:
    """All rows; problems take the room that the others leave."""
    room = width - LABEL_WIDTH
    command = command_lines(submit_command(plan, path), room)
    head = [fact("name", _name(plan)), fact("requests", _requests(plan))]
    if not plan.report.ok:
        return [*head, problems_fact(plan.report, max(2, height - 3), room)]
    head.append(problems_fact(plan.report, max(1, height - OTHER_ROWS - len(command)), room))
    if plan.already is not None:
        return [*head, fact("seen before", cell("this very content was sent under this name", "warn"), is_first=True)]
    return [
        *head,
        fact("chunks", _chunks(plan, scene.settings.submit), is_first=True),
        _models(scene, plan, room),
        fact("cost", cost_cell(plan.cost, scene.now.date(), room)),
        _tokens(plan, has_room=height >= ROOMY),
        *_ahead(plan),
        fact("budget", budget_line(scene, plan.cost, room), is_first=True),
        fact("pace", pace_cell(scene, plan)),
        fact("done in", done_cell(scene, plan)),
        fact("seen before", _seen(scene, plan)),
        fact("command", *command, is_first=True),
    ]


def submit_command(plan: Plan, path: Path) -> list[str]:
    """The words of the command that does the same."""
    words = ["batchtui", "submit", str(path), "--name", plan.run]
    words += _option_words(plan)
    words += ["--again"] if plan.same_content is not None else []
    return [*words, "--over-budget"] if plan.exceeds is not None else words


def _option_words(plan: Plan) -> list[str]:
    """What goes ahead, and what is changed or asked for it."""
    words = []
    match plan.pilot.kind if plan.pilot is not None else None:
        case PilotKind.CANARY:
            words += ["--canary", str(plan.pilot.requests if plan.pilot else 0)]
        case PilotKind.WARM:
            words.append("--warm")
        case None:
            pass
    if plan.cache is not None and plan.cache.marked:
        words += ["--cache-control", plan.cache.ttl]
    return [*words, "--count-tokens"] if plan.countable else words


def _ahead(plan: Plan) -> list[Fact]:
    """What goes ahead, and what a cache may save, where that was asked for."""
    rows = [fact("ahead", cell(pilot_words(plan), "warn"))] if plan.pilot is not None else []
    is_cached = plan.cache is not None and (plan.cache.marked or _is_warm(plan))
    return [*rows, fact("cache", *map(cell, cache_words(plan.cache)))] if plan.cache is not None and is_cached else rows


def _is_warm(plan: Plan) -> bool:
    return plan.pilot is not None and plan.pilot.kind is PilotKind.WARM


def _tokens(plan: Plan, *, has_room: bool) -> Fact:
    """How many tokens, why counting stopped if it did, and where there is room what the figures rest on."""
    words = tokens_words(plan.forecast)
    lines = [cell(words if has_room else words.replace(" to ", "-").replace("at most ", "max "))]
    if plan.count_note:
        lines.append(cell(clean(plan.count_note), "warn"))
    elif has_room:
        lines.append(cell(basis_words(plan.forecast), "dim"))
    return fact("tokens", *lines)


def _name(plan: Plan) -> Cell:
    if plan.already is not None:
        return (Span(clean(plan.run), bold=True), Span("   sent before; ", "warn"), Span("tab", "head", True),
                Span(" gives another name", "dim"))  # fmt: skip
    return (Span(clean(plan.run)), Span("   tab", "head", True), Span(" edits it", "dim"))


def _requests(plan: Plan) -> Cell:
    report = plan.report
    word = cell("   all valid", "ok") if report.ok else cell("   none is sent while there are errors", "err")
    return (Span(exact(report.requests), bold=True), *word)


def _chunks(plan: Plan, settings: SubmitSettings) -> Cell:
    sizes = [chunk.requests for chunk in plan.chunks]
    head = Span(exact(len(sizes)), bold=True)
    if len(sizes) == 1:
        return (head, Span(f"   {size(plan.chunks[0].bytes)} in one batch", "dim"))
    if len(sizes) <= CHUNKS_SUMMED:
        spans = [span for number in sizes for span in (Span(" + ", "dim"), Span(exact(number)))]
        parts = (Span("   "), *spans[1:])
    else:
        parts = (Span(f"   {exact(max(sizes))}"), Span(" requests each at most", "dim"))
    return (head, *parts, Span(f"   {_why(plan, settings)}", "dim"))


def _why(plan: Plan, settings: SubmitSettings) -> str:
    if plan.pilot is not None and len(plan.chunks) == 2:
        return f"the {plan.pilot.kind} and the rest"
    is_full = any(chunk.requests == settings.chunk_requests for chunk in plan.chunks)
    if is_full:
        return f"chunk_requests = {settings.chunk_requests} decides"
    return f"chunk_bytes = {settings.chunk_bytes} decides"


def _models(scene: Scene, plan: Plan, room: int) -> Fact:
    """As many models as fit whole with their requests, how many more there are, and how old the list of them is."""
    models = sorted(plan.report.models.items(), key=lambda item: -item[1])
    read = plan.report.models_as_of
    if read is None:
        age = cell("   not checked: no list read", "warn")
        return fact("models", _models_cell(models, room - cell_width(age)), passing=age)
    age = cell(f"   listed {brief((scene.now - read).total_seconds())} ago", "dim")
    shown = _models_cell(models, room)
    return fact("models", shown, passing=age if cell_width((*shown, *age)) <= room else NOTHING)


def _models_cell(models: Sequence[tuple[str, int]], room: int) -> Cell:
    for shown in range(len(models), 0, -1):
        spans: list[Span] = []
        for model, number in models[:shown]:
            spans += (*((Span("   "),) if spans else ()), Span(clean(model)), Span(f"   {exact(number)}", "dim"))
        if shown < len(models):
            spans.append(Span(f"   and {len(models) - shown} more", "dim"))
        if cell_width(tuple(spans)) <= room:
            break
    return tuple(spans)


def _seen(scene: Scene, plan: Plan) -> Cell:
    if plan.same_content is not None:
        same = (Span("the same content as ", "warn"), Span(clean(plan.same_content), "warn", True))
        return (*same, Span(", which was sent already", "warn"))
    runs = len(scene.state.runs)
    if not runs:
        return cell("it is the first run", "dim")
    return (Span("none"), Span(f" of {exact(runs)} earlier run{'' if runs == 1 else 's'} has this content", "dim"))
