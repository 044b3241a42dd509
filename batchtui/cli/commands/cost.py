"""`cost`: what results did cost, from the usage that came with them, beside what was estimated. It makes no call."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

from batchtui.cli import cost_rows, output, session, shapes, tables
from batchtui.cli.commands.prices import age_line
from batchtui.cli.options import Command, Options
from batchtui.cli.service_report import ask_service, must_have_admin_key, report_lines
from batchtui.domain.failures import BadInput, ExitCode, UsageFailure
from batchtui.domain.lookup import resolve_run
from batchtui.domain.spending import By, Spent, spent_by, spent_in_all
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.present import formats
from batchtui.present.cells import cell
from batchtui.workspace.request_costs import request_costs

REQUEST: Final = "request"


@click.command("cost", cls=Command)
@click.argument("runs", metavar="[RUN...]", nargs=-1)
@click.option("--by", type=click.Choice([*map(str, By), REQUEST]), default="run", help="One line each; run by default.")
@click.option("--csv", "as_csv", is_flag=True, help="The same as CSV.")
@click.option("--service-report", is_flag=True, help="Beside it the service's own report; wants ANTHROPIC_ADMIN_KEY.")
def cost_command(options: Options, runs: tuple[str, ...], by: str, as_csv: bool, service_report: bool) -> ExitCode:
    """Show what results did cost, against the standard price and against the estimate.

    From the usage of every collected result and today's prices. Days are UTC days of a batch's creation, as the
    budget counts them. `--by request` reads the results of the runs named, one line a request.
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
        names = [resolve_run(engine.state, name) for name in runs] or None
        if by == REQUEST:
            _show_requests(options, _requests(engine, names or ()), as_csv=as_csv)
            return ExitCode.DONE
        lines = spent_by(engine.state, By(by), names)
        if as_csv:
            rows = [cost_rows.flat(cost_rows.document_row(By(by), line)) for line in lines]
            output.write_lines(options, _csv(rows))
            return ExitCode.DONE
        report = await ask_service(engine) if asks else None
        _show(options, engine, By(by), lines, spent_in_all(engine.state, names), report)
        return ExitCode.DONE


def _show(
    options: Options, engine: Engine, by: By, lines: Sequence[Spent], whole: Spent, report: shapes.Shape | None
) -> None:
    today = datetime.now(UTC).date()
    prices = engine.prices
    document = {
        "by": str(by),
        "rows": [cost_rows.document_row(by, line) for line in lines],
        "total": cost_rows.document_row("all", whole),
        "priced_at": prices.as_of,
        "prices_stale": prices.is_stale(today),
        "service_report": report,
    }
    output.show(options, "cost", document, [*_lines(engine, by, lines, whole), *report_lines(report)])


def _lines(engine: Engine, by: By, lines: Sequence[Spent], whole: Spent) -> Iterator[output.Line]:
    if not lines:
        yield "nothing was collected yet"
        return
    yield from tables.fitted_table(cost_rows.columns(by), list(cost_rows.table_rows(lines)), engine.settings)
    yield ""
    yield _total(whole)
    yield from _cautions(whole)
    prices = engine.prices
    today = datetime.now(UTC).date()
    if prices.is_stale(today):
        yield age_line(prices.as_of, prices.age_days(today), is_stale=True)


def _total(whole: Spent) -> str:
    if whole.usage.cost_usd is None:
        return "the sum is not known: a price or a usage among these is unknown"
    words = f"{formats.money(whole.usage.cost_usd)} measured in {several(whole.batches, 'batch', 'batches')}"
    if whole.saving_usd is not None:
        words += f", {formats.money(whole.saving_usd)} less than at the standard price"
    return words


def _cautions(whole: Spent) -> Iterator[output.Line]:
    usage = whole.usage
    if usage.other_tier:
        words = f"{usage.other_tier:,} requests did not come at half: the service reports another tier than batch"
        yield cell(words, "warn")
    if usage.tier_unsaid:
        yield cell(f"{usage.tier_unsaid:,} requests name no tier: taken at half", "dim")
    if usage.requests > usage.succeeded:
        yield cell(f"{usage.requests - usage.succeeded:,} requests were billed and did not succeed", "warn")
    if whole.waiting:
        yield cell(f"{whole.waiting:,} batches are not collected: their cost is not in this", "dim")


def _requests(engine: Engine, runs: Iterable[str]) -> Iterator[shapes.Shape]:
    for name in runs:
        run = engine.state.runs[name]
        for chunk in run.live_chunks:
            known = engine.state.batch_of(chunk)
            if known is None or known.collected is None:
                continue
            if run.are_results_pruned:
                raise BadInput(f"the results of {name} were pruned", next="its sums are kept: leave --by request away")
            results = engine.store.results_path(known.batch.id, name)
            for found in request_costs(results, engine.prices):
                yield cost_rows.request_row(name, known.batch.id, found)


def _show_requests(options: Options, rows: Iterator[shapes.Shape], *, as_csv: bool) -> None:
    if options.json:
        for row in rows:
            output.write_json("cost", row)
        return
    output.write_lines(options, _csv(rows) if as_csv else _request_lines(rows))


def _request_lines(rows: Iterable[shapes.Shape]) -> Iterator[str]:
    for row in rows:
        cost = f"${row['cost_usd']:.6f}" if row["cost_usd"] is not None else "price unknown"
        yield f"{row['custom_id']}  {row['outcome']}  {cost}  {row['model'] or '-'}"


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line after another; heads from the first row."""
    heads: list[str] | None = None
    for row in rows:
        if heads is None:
            heads = list(row)
            yield _csv_line(heads)
        yield _csv_line([_csv_cell(row[name]) for name in heads])


def _csv_cell(value: Any) -> Any:
    """Nothing for what is not known; a model's name comes from the service, and no spreadsheet may run it."""
    if isinstance(value, str) and value.startswith(("=", "+", "@")):
        return f"'{value}"
    return "" if value is None else value


def _csv_line(values: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(values)
    return buffer.getvalue()
