"""Plans and checks for people."""

from collections.abc import Iterator
from datetime import date

from batchtui.cli import output, tables
from batchtui.cli.shapes import has_figures
from batchtui.domain.cost import CostRange
from batchtui.domain.money import BELOW_A_CENT
from batchtui.domain.prices import STALE_DAYS
from batchtui.domain.requests import PROBLEMS_LISTED, CheckReport, Severity
from batchtui.domain.run import ChunkPlan
from batchtui.domain.words import several
from batchtui.engine.plans import Plan
from batchtui.present import formats
from batchtui.present.cells import Span, cell
from batchtui.present.clean import clean
from batchtui.present.estimate_words import basis_words, cache_words, pilot_words, smaller_words, tokens_words

CHUNKS_SHOWN = 12


def check_lines(report: CheckReport) -> Iterator[output.Line]:
    """Every listed problem, then the verdict."""
    for problem in report.problems:
        is_error = problem.severity is Severity.ERROR
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        name = f" {problem.custom_id}" if problem.custom_id else ""
        yield (
            Span(f"{clean(place)}: "),
            Span(str(problem.severity), "err" if is_error else "warn", True),
            Span(f" {problem.code}{clean(name)}: {clean(problem.message)}"),
        )
    total = sum(report.problem_counts.values())
    if total > PROBLEMS_LISTED:
        yield f"… {total - len(report.problems):,} more"
    for code, number in sorted(report.problem_counts.items()):
        yield cell(f"  {number:>9,} {code}", "dim")
    verdict = "ok" if report.ok else "not ok"
    yield (
        Span(verdict, "ok" if report.ok else "err", True),
        Span(f": {several(report.requests, 'request')}, {formats.size(report.bytes)}; {models_words(report.models)}"),
    )
    yield cell(_models_checked(report), "dim")


def _models_checked(report: CheckReport) -> str:
    """Whether the service's own word on models, their limits and their ends was at hand."""
    if report.models_as_of is None:
        return "models not checked against the service's list: none was read here yet (`batchtui doctor` reads it)"
    return f"models checked against the service's list of {report.models_as_of:%Y-%m-%d %H:%MZ}"


def models_words(models: dict[str, int]) -> str:
    """`claude-haiku-5-5 (400), claude-opus-5-5 (200)`, most used first."""
    most_used = sorted(models.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{clean(model) or 'no model'} ({number:,})" for model, number in most_used) or "no model"


def plan_lines(plan: Plan, *, time: str = "") -> Iterator[output.Line]:
    """What will be sent, in how many parts, what it may cost, and how long it may take where that was asked."""
    report = plan.report
    yield (Span("plan  ", "head", True), Span(plan.run, "text", True))
    yield from tables.facts(
        [
            ("  sends again", f"{several(plan.included, 'request')} of {plan.parent}" if plan.is_retry else ""),
            ("  requests", f"{report.requests:,}, {formats.size(report.bytes)}"),
            ("  models", models_words(report.models)),
            ("  edits", ", ".join(plan.edits)),
            ("  chunks", chunks_words(plan.chunks)),
            ("", smaller_words(plan)),
            ("  cost", cost_words(plan.cost)),
            ("  tokens", tokens_words(plan.forecast)),
            ("  rests on", basis_words(plan.forecast)),
            ("  cache", "; ".join(cache_words(plan.cache)) if plan.cache is not None else ""),
            ("  ahead", pilot_words(plan)),
            ("  time", time),
            ("  attempt", f"{plan.attempt}" if plan.is_retry else ""),
        ]
    )
    yield from _cautions(plan)


def _cautions(plan: Plan) -> Iterator[output.Line]:
    for skip in plan.skipped:
        yield cell(f"  {skip.requests:,} not sent again: {clean(skip.reason)}", "dim")
    if plan.not_included_running:
        yield cell(f"  {plan.not_included_running:,} not included: their chunks have not ended", "dim")
    if plan.same_content:
        yield cell(f"  the same content was submitted as {plan.same_content}", "warn")
    prices_of = date.fromisoformat(plan.cost.priced_at) if plan.cost.priced_at else plan.created_at.date()
    age = plan.created_at.date() - prices_of
    if age.days > STALE_DAYS:
        yield cell(f"  prices are {age.days:,} days old: `batchtui prices` shows them", "warn")
    if plan.exceeds:
        yield cell(f"  over budget: {plan.exceeds}", "warn")


def chunks_words(chunks: tuple[ChunkPlan, ...]) -> str:
    """`12: 11 of 10,000 requests, 1 of 2,048`, or each when there are few sizes."""
    if not chunks:
        return "none"
    sizes: dict[int, int] = {}
    for chunk in chunks:
        sizes[chunk.requests] = sizes.get(chunk.requests, 0) + 1
    listed = sorted(sizes.items(), reverse=True)[:CHUNKS_SHOWN]
    words = ", ".join(f"{number:,} of {several(requests, 'request')}" for requests, number in listed)
    return f"{len(chunks):,}: {words}{' …' if len(sizes) > len(listed) else ''}"


def cost_words(cost: CostRange) -> str:
    """An estimate that says it is one, and what is not in it."""
    unknown = ", ".join(clean(model) for model in cost.unknown_models)
    if not has_figures(cost):
        return f"not known: no price for {unknown}"
    saving = formats.money(cost.standard_high_usd - cost.high_usd)
    saves = f", saves up to {saving}" if saving != BELOW_A_CENT else ""
    words = f"{_range_words(cost)} (estimate, prices of {cost.priced_at}; half of standard{saves})"
    if cost.unconfirmed_models:
        words += f"; price of {clean(', '.join(cost.unconfirmed_models))} not confirmed by the service"
    return f"{words}; price unknown for {unknown}, not in this" if unknown else words


def _range_words(cost: CostRange) -> str:
    """`~$2.00 likely, $1.00 to $3.00; $4.00 at most`; what reads the same is said once."""
    high = formats.money(cost.high_usd)
    if high == BELOW_A_CENT:
        return high
    if cost.expected_usd is None or cost.expected_high_usd is None:
        return f"~{formats.money_between(cost.low_usd, cost.high_usd)}"
    likely, between = formats.money(cost.expected_usd), formats.money_between(cost.low_usd, cost.expected_high_usd)
    return f"~{likely} likely{f', {between}' if between != likely else ''}; {high} at most"
