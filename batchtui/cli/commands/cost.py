"""`cost`: what results did cost, from the usage that came with them, beside what was estimated. It makes no call."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from batchtui.cli import cost_rows, output, session, shapes, tables
from batchtui.cli.commands.prices import age_line
from batchtui.cli.cost_requests import request_rows, show_requests
from batchtui.cli.csv_lines import csv_lines
from batchtui.cli.options import Command, Options
from batchtui.cli.service_report import ask_service, must_have_admin_key, report_lines
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.lookup import whole_run
from batchtui.domain.money import BELOW_A_CENT
from batchtui.domain.spending import By, Spent, spent_by, spent_in_all
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.present import formats
from batchtui.present.cells import cell
from batchtui.present.clean import clean

REQUEST: Final = "request"


@click.command("cost", cls=Command)
@click.argument("runs", metavar="[RUN...]", nargs=-1)
@click.option("--by", type=click.Choice([*map(str, By), REQUEST]), default="run", help="One line each; run by default.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as CSV.")
@click.option("--service-report", is_flag=True, help="Beside it the service's own report; wants ANTHROPIC_ADMIN_KEY.")
def cost_command(options: Options, runs: tuple[str, ...], by: str, as_csv: bool, service_report: bool) -> ExitCode:
    """Show what results did cost, against the standard price and against the estimate.

    From the usage of every collected result, at the prices that held when it was collected. Days are UTC days of a
    batch's creation, as the budget counts them. `--by request` reads the results of the runs named, one line a
    request, at the prices of now.
    """
    if as_csv and options.json:
        raise UsageFailure("--csv and --json were both given", next="leave one away")
    if by == REQUEST and not runs:
        raise UsageFailure("--by request wants a run", next="name the RUN whose requests you want")
    if service_report:
        session.needs_network(options, "--service-report")
        must_have_admin_key()
    return session.run(_cost(options, runs, by, as_csv=as_csv, asks=service_report))


async def _cost(options: Options, runs: Sequence[str], by: str, *, as_csv: bool, asks: bool) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        names = [whole_run(engine.state, name) for name in runs] or None
        if by == REQUEST:
            show_requests(options, request_rows(engine, names or ()), as_csv=as_csv)
            return ExitCode.DONE
        lines = spent_by(engine.state, By(by), names)
        if as_csv:
            rows = [cost_rows.flat(cost_rows.document_row(By(by), line)) for line in lines]
            output.write_lines(options, csv_lines(rows))
            return ExitCode.DONE
        report = await ask_service(engine) if asks else None
        doubted = engine.prices.unconfirmed(line.name for line in spent_by(engine.state, By.MODEL, names))
        _show(options, engine, By(by), lines, spent_in_all(engine.state, names), report, doubted)
        return ExitCode.DONE


def _show(
    options: Options,
    engine: Engine,
    by: By,
    lines: Sequence[Spent],
    whole: Spent,
    report: shapes.Shape | None,
    doubted: Sequence[str],
) -> None:
    today = datetime.now(UTC).date()
    prices = engine.prices
    document = {
        "by": str(by),
        "rows": [cost_rows.document_row(by, line) for line in lines],
        "total": cost_rows.document_row("all", whole),
        "priced_at": prices.as_of,
        "prices_stale": prices.is_stale(today),
        "unconfirmed_models": list(doubted),
        "service_report": report,
    }
    output.show(options, "cost", document, [*_lines(engine, by, lines, whole, doubted), *report_lines(report)])


def _lines(
    engine: Engine, by: By, lines: Sequence[Spent], whole: Spent, doubted: Sequence[str]
) -> Iterator[output.Line]:
    if not lines:
        yield "nothing was collected yet"
        return
    yield from tables.fitted_table(cost_rows.columns(by), list(cost_rows.table_rows(lines)), engine.settings)
    yield ""
    yield _total(whole)
    yield from _cautions(whole)
    if doubted:
        yield cell(f"prices of {clean(', '.join(doubted))} are not confirmed by the service", "warn")
    prices = engine.prices
    today = datetime.now(UTC).date()
    if prices.is_stale(today):
        yield age_line(prices.as_of, prices.age_days(today), is_stale=True)


def _total(whole: Spent) -> str:
    if whole.usage.cost_usd is None:
        return "the sum is not known: a price or a usage among these is unknown"
    words = f"{formats.money(whole.usage.cost_usd)} measured in {several(whole.batches, 'batch', 'batches')}"
    if whole.saving_usd is not None and formats.money(whole.saving_usd) != BELOW_A_CENT:
        words += f", {formats.money(whole.saving_usd)} less than at the standard price"
    return words


def _cautions(whole: Spent) -> Iterator[output.Line]:
    usage = whole.usage
    if usage.other_tier:
        words = (
            f"{several(usage.other_tier, 'request')} did not come at half: the service reports another tier than batch"
        )
        yield cell(words, "warn")
    if usage.tier_unsaid:
        words = several(usage.tier_unsaid, "request names", "requests name")
        yield cell(f"{words} no tier: taken at half", "dim")
    if usage.requests > usage.succeeded:
        words = several(usage.requests - usage.succeeded, "request was", "requests were")
        yield cell(f"{words} billed and did not succeed", "warn")
    if whole.waiting:
        words = several(whole.waiting, "batch is", "batches are")
        yield cell(f"{words} not collected: not in this", "dim")
