"""The what-if planner in words: figures to change, what comes of them, other sizes beside."""

import shlex
from collections.abc import Iterator
from datetime import date

from batchtui.domain.forecasting.forecast import Forecast
from batchtui.domain.forecasting.pace import OwnPace
from batchtui.domain.forecasting.sizes import purpose
from batchtui.domain.forecasting.what_if import Figure, WhatIf, limits, value
from batchtui.domain.prices import PriceTable
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell
from batchtui.present.forecast_words import (
    basis_words,
    batches_words,
    beyond_words,
    failures_words,
    has_price,
    risk_words,
    share_words,
)
from batchtui.present.formats import brief, count, duration, exact, money
from batchtui.present.glyphs import Glyphs
from batchtui.present.lines import labelled

FIGURES = (
    Column(key="name", head="", width=13, is_lit=True),
    Column(key="value", head="", width=17, least=10, most=22, align="right", cut="middle", cut_tail=6),
)
SIZES = (
    Column(key="size", head="SIZE", width=7, align="right"),
    Column(key="batches", head="BATCHES", width=8, align="right"),
    Column(key="first", head="FIRST", width=6, align="right"),
    Column(key="done", head="DONE", width=6, align="right"),
    Column(key="worst", head="AT WORST", width=9, align="right", goes=2),
    Column(key="risk", head="PAST 24 H", width=10, align="right"),
    Column(key="lost", head="ONE LOSES", width=10, align="right"),
    Column(key="for", head=" USUAL FOR", width=24, least=12, most=30, cut="end", goes=1),
)
LABEL, ROOMY = 10, 60
WORTH_A_WARNING = 0.01
"""A share of requests that may miss 24 h."""


def figure_rows(of: WhatIf) -> list[Row]:
    """A row for each figure that can be changed."""
    return [
        Row(
            id=str(figure),
            cells={"name": cell(str(figure), "dim"), "value": cell(figure_words(figure, value(of, figure)), bold=True)},
        )
        for figure in Figure
    ]


def figure_words(figure: Figure, amount: object) -> str:
    """A figure as people read it."""
    if figure is Figure.FAILURE_RATE and isinstance(amount, int | float):
        return f"{100 * amount:g} %"
    if figure in (Figure.DELAY, Figure.POLL) and isinstance(amount, int | float):
        return "none" if not amount else f"{amount:g}s" if amount < 60 or amount % 60 else brief(amount)
    return exact(amount) if isinstance(amount, int) else str(amount)


def limits_words(figure: Figure) -> str:
    """What can be typed."""
    match figure:
        case Figure.MODEL:
            return "a model's id; without a known price there is no cost"
        case Figure.BACKOFF:
            return "exponential, linear or fixed"
        case Figure.FAILURE_RATE:
            return "0 to 100, in percent"
        case _:
            least, most = limits(figure)
            return f"{exact(round(least))} to {exact(round(most))}"


def outcome_lines(made: Forecast, width: int) -> Iterator[Cell]:
    """What comes of it, the most wanted first; in few words where there is little room."""
    facts = _facts(made) if width >= ROOMY else _short_facts(made)
    for label, words in facts:
        if words:
            yield from labelled(label, words, label_width=LABEL, width=width)


def _facts(made: Forecast) -> Iterator[tuple[str, Cell]]:
    cost = made.cost
    usual = money(cost.standard_low_usd, is_estimate=True)
    yield "done in", _finish(made, "   from ")
    yield "first", (Span(f"~{duration(made.first_results.likely)}"), Span(" to the first results", "dim"))
    yield "cost", _cost(made, "   at worst ", ", if failures are billed")
    yield "saving", (Span(_saving(made)), Span(f" against {usual} at standard price", "dim")) if has_price(cost) else ()
    yield "batches", cell(batches_words(made))
    yield "failures", cell(failures_words(made), "text" if made.job.failure_rate else "dim")
    yield "24 h", cell(risk_words(made), _risk_role(made))
    yield "basis", cell(basis_words(made.pace), "dim")
    yield "", cell(beyond_words(made), "warn")


def _short_facts(made: Forecast) -> Iterator[tuple[str, Cell]]:
    cost, job = made.cost, made.job
    more = len(made.trips) - made.batches
    largest = max((trip.requests for trip in made.trips), default=0)
    yield "done in", _finish(made, "   ")
    yield "first", cell(f"~{duration(made.first_results.likely)}")
    yield "cost", _cost(made, ", at worst ", "")
    usual = money(cost.standard_low_usd, is_estimate=True)
    yield "saving", (Span(_saving(made)), Span(f" of {usual}", "dim")) if has_price(cost) else ()
    yield (
        "batches",
        cell(f"{exact(made.batches)} of {exact(largest)}" + (f", {exact(more)} for retries" if more else "")),
    )
    yield "failures", cell(f"~{count(made.failed_first)}, ~{count(made.failed_finally)} after {job.max_attempts}")
    yield (
        "24 h",
        cell(f"{share_words(made.risk_share)} miss; one loses {count(made.lost_if_one_misses)}", _risk_role(made)),
    )
    if isinstance(made.pace, OwnPace):
        yield "basis", cell(f"{made.pace.batches} {made.pace.line} ended here", "dim")
        beyond = f"but of {count(made.pace.smallest)} to {count(made.pace.largest)} only"
        yield "", cell(beyond if beyond_words(made) else "", "warn")
    else:
        yield "basis", cell("public figures, unverified", "dim")


def prices_words(of: WhatIf, prices: PriceTable, today: date) -> str:
    """That all of it is an estimate, and how much its prices can be trusted."""
    if prices.unconfirmed((of.model,)):
        return "an estimate, price not confirmed"
    age = f"{prices.age_days(today):,} days old" if prices.is_stale(today) else f"of {prices.as_of}"
    return f"an estimate, prices {age}"


def _risk_role(made: Forecast) -> Role:
    return "warn" if made.risk_share >= WORTH_A_WARNING else "text"


def _saving(made: Forecast) -> str:
    return money(made.cost.standard_low_usd - made.cost.low_usd, is_estimate=True)


def _finish(made: Forecast, gap: str) -> Cell:
    low, likely, high = (duration(at) for at in (made.finish.low, made.finish.likely, made.finish.high))
    return (Span(f"~{likely}", "text", True), Span(gap, "dim"), Span(f"~{low}"), Span(" to ", "dim"), Span(f"~{high}"))


def _cost(made: Forecast, between: str, after: str) -> Cell:
    cost = made.cost
    if not has_price(cost):
        return (Span("not known", "warn"), Span(": no price for it", "dim"))
    low, high = money(cost.low_usd, is_estimate=True), money(cost.high_usd, is_estimate=True)
    if low == high:
        return (Span(low, "text", True),)
    return (Span(low, "text", True), Span(between, "dim"), Span(high), Span(after, "dim"))


def size_rows(sizes: list[Forecast], chosen: Forecast, glyphs: Glyphs) -> list[Row]:
    """The same job in batches of other sizes; the chosen one stands out."""
    return [_size_row(made, glyphs, is_chosen=made.job.batch_requests == chosen.job.batch_requests) for made in sizes]


def _size_row(made: Forecast, glyphs: Glyphs, *, is_chosen: bool) -> Row:
    size = made.job.batch_requests
    risk = share_words(made.risk_share)

    def figure(text: str) -> Cell:
        return cell(text, "text" if is_chosen else "dim", bold=is_chosen)

    return Row(
        id=str(size),
        sign=Span(glyphs.lineage, "head", True) if is_chosen else None,
        cells={
            "size": figure(exact(size)),
            "batches": figure(exact(made.batches)),
            "first": figure(f"~{duration(made.first_results.likely)}"),
            "done": figure(f"~{duration(made.finish.likely)}"),
            "worst": figure(f"~{duration(made.finish.high)}"),
            "risk": figure(risk) if _risk_role(made) == "text" else cell(risk, "warn"),
            "lost": figure(count(made.lost_if_one_misses)),
            "for": figure(f" {purpose(size)}"),
        },
    )


def command_words(of: WhatIf) -> str:
    """The command that says the same."""
    job = of.job
    words = ["batchtui", "plan", "--requests", str(job.requests), "--input-tokens", str(of.input_tokens)]
    words += ["--output-tokens", str(of.output_tokens), "--model", of.model]
    words += ["--chunk-requests", str(job.batch_requests), "--concurrency", str(job.open_batches)]
    words += ["--queue-limit", str(job.queue_limit), "--failure-rate", f"{100 * job.failure_rate:g}%"]
    words += ["--attempts", str(job.max_attempts), "--delay", f"{job.delay_seconds:g}"]
    words += ["--backoff", str(job.backoff), "--poll", f"{job.poll_seconds:g}"]
    return shlex.join(words)
