"""What is wrong with a request file, in the rows that a plan has for it."""

from collections.abc import Sequence

from msgspec import Struct

from batchtui.domain.requests import CheckReport, Problem, Severity
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import exact
from batchtui.present.lines import wrap_cell
from batchtui.present.plan.plan_facts import Fact, fact

LEAST_ROWS = 2
"""So that the line for the others stands for more than one kind."""
NUMBER_WIDTH = 7
GAP = 2
LINES_NAMED = 3
LEAST_LISTED = 3
"""Fewer problems beneath their kinds would say nothing that the examples do not."""


class _Kind(Struct, frozen=True, kw_only=True):
    """The problems of one code: how many there are, and those that were listed."""

    code: str
    number: int
    listed: tuple[Problem, ...]


def problems_fact(report: CheckReport, rows: int, width: int) -> Fact:
    """How many, then each of them where all fit whole, else kind by kind; one by one beneath where there is room.

    Rows that are too long are cut where the plan is laid out.
    """
    if not report.problems:
        return fact("problems", cell("none", "dim"))
    head = (*_counts(report), *_where(report.problems))
    listing = _one_by_one(report.problems)
    is_whole = _total(report) == len(listing) <= rows - 1 and all(cell_width(line) <= width for line in listing)
    return fact("problems", head, *(listing if is_whole else _by_kind(report, rows - 1, width)), hangs_at=None)


def _total(report: CheckReport) -> int:
    return sum(report.problem_counts.values()) or len(report.problems)


def _counts(report: CheckReport) -> Cell:
    errors = report.error_count
    warnings = _total(report) - errors
    spans: list[Span] = []
    if errors:
        spans.append(Span(f"{exact(errors)} error{'' if errors == 1 else 's'}", "err", True))
    if warnings:
        spans += (
            *((Span("  "),) if spans else ()),
            Span(f"{exact(warnings)} warning{'' if warnings == 1 else 's'}", "warn"),
        )
    return tuple(spans)


def _where(problems: Sequence[Problem]) -> Cell:
    lines = [problem.line for problem in problems if problem.line]
    if not lines:
        return ()
    words = f"   line {exact(lines[0])}"
    if len(problems) == 2 and len(lines) == 2:
        words += f" and line {exact(lines[1])}"
    elif len(problems) > 1:
        words = f"   first in line {exact(lines[0])}"
    return (Span(words, "dim"), Span("   v", "head", True), Span(" opens the line", "dim"))


# One by one


def _one_by_one(problems: Sequence[Problem]) -> list[Cell]:
    """Line, code and message of each."""
    code_width = max(len(each.code) for each in problems)
    return [
        (
            Span(f"{each.line:>{NUMBER_WIDTH},}  " if each.line else " " * (NUMBER_WIDTH + GAP), "dim"),
            Span(f"{each.code:<{code_width}}  ", _role(each)),
            Span(_message(each)),
        )
        for each in problems
    ]


def _role(problem: Problem) -> Role:
    return "err" if problem.severity is Severity.ERROR else "text"


def _message(problem: Problem) -> str:
    """Who it is about, unless the message says that itself."""
    is_named = problem.custom_id is None or problem.custom_id in problem.message
    return clean(problem.message if is_named else f"{problem.custom_id}: {problem.message}")


# Kind by kind


def _by_kind(report: CheckReport, rows: int, width: int) -> list[Cell]:
    kinds = _kinds(report)
    rows = max(rows, LEAST_ROWS)
    whole = [line for kind in kinds for line in _with_example(kind, kinds, width, wraps=True)]
    if len(whole) <= rows:
        return [*whole, *_beneath(report, rows - len(whole) - 1)]
    if 2 * len(kinds) <= rows:
        return [line for kind in kinds for line in _with_example(kind, kinds, width, wraps=False)]
    shown = kinds if len(kinds) <= rows else kinds[: rows - 1]
    rest = kinds[len(shown) :]
    others = sum(kind.number for kind in rest)
    more = [cell(f"{exact(others):>{NUMBER_WIDTH}}  of {len(rest)} other kinds", "dim")] if rest else []
    return [*(_head(kind, kinds) for kind in shown), *more]


def _kinds(report: CheckReport) -> list[_Kind]:
    """Errors before warnings, each kind where its first problem stands."""
    codes = list(dict.fromkeys(each.code for each in report.problems))
    kinds = [
        _Kind(
            code=code,
            number=report.problem_counts.get(code, 0) or sum(each.code == code for each in report.problems),
            listed=tuple(each for each in report.problems if each.code == code),
        )
        for code in codes
    ]
    return sorted(kinds, key=lambda kind: kind.listed[0].severity is not Severity.ERROR)


def _head(kind: _Kind, kinds: Sequence[_Kind]) -> Cell:
    """How many, of what, on which lines."""
    code_width = max(len(each.code) for each in kinds)
    number = Span(f"{exact(kind.number):>{NUMBER_WIDTH}}  ")
    code = Span(f"{kind.code:<{code_width}}", _role(kind.listed[0]))
    return (number, code, Span(_lines_words(kind), "dim"))


def _lines_words(kind: _Kind) -> str:
    numbers = [each.line for each in kind.listed if each.line]
    if not numbers:
        return ""
    named = ", ".join(exact(number) for number in numbers[:LINES_NAMED])
    more = kind.number - min(len(numbers), LINES_NAMED)
    word = "line" if len(numbers) == 1 and not more else "lines"
    return f"  {word} {named}" + (f" and {exact(more)} more" if more else "")


def _with_example(kind: _Kind, kinds: Sequence[_Kind], width: int, *, wraps: bool) -> list[Cell]:
    """A kind with the message of its first problem, over as many rows as it needs where there is room for them."""
    room = max(1, width - NUMBER_WIDTH - GAP)
    message = cell(_message(kind.listed[0]))
    lines = wrap_cell(message, room) if wraps else [message]
    return [_head(kind, kinds), *((*blanks(NUMBER_WIDTH + GAP), *line) for line in lines)]


def _beneath(report: CheckReport, rows: int) -> list[Cell]:
    """The problems themselves, as far as they fit."""
    total = _total(report)
    if rows < min(LEAST_LISTED, total) + 1 or total == len(_kinds(report)):
        return []
    listing = _one_by_one(report.problems)
    if total <= rows:
        return [NOTHING, *listing]
    shown = listing[: rows - 1]
    words = f"and {exact(total - len(shown))} more"
    return [NOTHING, *shown, (*blanks(NUMBER_WIDTH + GAP), *cell(words, "dim"))]
