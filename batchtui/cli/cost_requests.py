"""`cost --by request`: one line a request, from the results on disk and the prices of now."""

from collections.abc import Iterable, Iterator

from batchtui.cli import cost_rows, diagnostics, output, shapes
from batchtui.cli.csv_lines import csv_lines
from batchtui.cli.options import Options
from batchtui.domain.failures import BadInput
from batchtui.domain.money import MICRO, ZERO, Usd, in_words
from batchtui.domain.state import KnownBatch, Run
from batchtui.engine.engine import Engine
from batchtui.present import formats
from batchtui.workspace.results.request_costs import RequestCost, request_costs


def request_rows(engine: Engine, runs: Iterable[str]) -> Iterator[shapes.Shape]:
    """Every request of these runs that is collected; it says on stderr where a sum is not the one that was kept."""
    for name in runs:
        run = engine.state.runs[name]
        for chunk in run.live_chunks:
            known = engine.state.batch_of(chunk)
            if known is not None and known.collected is not None:
                for found in _costs(engine, run, known):
                    yield cost_rows.request_row(name, known.batch.id, found)


def _costs(engine: Engine, run: Run, known: KnownBatch) -> Iterator[RequestCost]:
    if run.are_results_pruned:
        raise BadInput(f"the results of {run.name} were pruned", next="its sums are kept: leave --by request away")
    reckoned: Usd | None = ZERO
    for found in request_costs(engine.store.results_path(known.batch.id, run.name), engine.prices):
        reckoned = reckoned + found.cost_usd if reckoned is not None and found.cost_usd is not None else None
        yield found
    kept = known.collected.cost_usd if known.collected is not None else None
    if reckoned != kept and (reckoned is None or kept is None or abs(reckoned - kept) >= MICRO):
        words = f"{_words(reckoned)} with the prices of now, {_words(kept)} when it was collected"
        diagnostics.say(f"{known.batch.id}: {words}; other sums hold the second")


def _words(usd: Usd | None) -> str:
    return formats.money(usd) if usd is not None else "not known"


def show_requests(options: Options, rows: Iterator[shapes.Shape], *, as_csv: bool) -> None:
    """As JSON Lines, as CSV, or for people."""
    if options.json:
        for row in rows:
            output.write_json("cost", row)
        return
    output.write_lines(options, csv_lines(rows) if as_csv else _lines(rows))


def _lines(rows: Iterable[shapes.Shape]) -> Iterator[str]:
    for row in rows:
        cost = in_words(row["cost_usd"], MICRO) if row["cost_usd"] is not None else "price unknown"
        yield f"{row['custom_id']}  {row['outcome']}  {cost}  {row['model'] or '-'}"
