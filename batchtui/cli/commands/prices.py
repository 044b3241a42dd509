"""`prices`: the table that every cost is reckoned with, how old it is, and where each price is from."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from batchtui.cli import output, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.domain.prices import STALE_DAYS, Price, PriceTable
from batchtui.domain.words import several
from batchtui.present.cells import Cell, Column, Role, Row, cell
from batchtui.workspace.prices import load_prices
from batchtui.workspace.settings.origins import origins

SHIPPED: Final = "batchtui's table"
BELOW, ABOVE, ANY = "up to 100,000 tokens", "over 100,000 tokens", "any"

_FIGURES: Final = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
_HEADS: Final = ("IN", "OUT", "5M WRITE", "1H WRITE", "READ")
_COLUMNS: Final = (
    Column(key="model", head="MODEL", width=1),
    Column(key="band", head="PROMPT", width=1, goes=1),
    *(Column(key=name, head=head, width=1, align="right") for name, head in zip(_FIGURES, _HEADS, strict=True)),
    Column(key="us", head="US", width=1, align="right", goes=3),
    Column(key="source", head="SOURCE", width=1, least=8, cut="end", goes=2),
)


@click.command("prices", cls=Command)
def prices_command(options: Options) -> ExitCode:
    """Show the prices that costs are reckoned with: standard USD per million tokens, half of it in a batch.

    No endpoint of the service gives prices: the table is dated, and [prices."model-id"] in the settings goes over it.
    """
    workspace = session.find_workspace(options)
    table = load_prices(workspace.settings.prices)
    places = {entry.name: entry.origin for entry in origins(workspace.root, os.environ)}
    today = datetime.now(UTC).date()
    rows = [*_rows(table, places)]
    document = {
        "priced_at": table.as_of,
        "age_days": table.age_days(today),
        "stale": table.is_stale(today),
        "stale_after_days": STALE_DAYS,
        "batch_share": 0.5,
        "us_only_factor": 1.1,
        "web_search_per_1000_usd": table.web_search_per_thousand,
        "sources": table.sources,
        "models": rows,
    }
    output.show(options, "prices", document, _lines(document, workspace.settings.prices))
    return ExitCode.DONE


def _rows(table: PriceTable, places: Mapping[str, str]) -> Iterator[shapes.Shape]:
    for model, price in table.standard.items():
        long = table.long_prompt.get(model)
        yield _row(table, model, price, BELOW if long is not None else ANY, places)
        if long is not None:
            yield _row(table, model, long, ABOVE, places)


def _row(table: PriceTable, model: str, price: Price, band: str, places: Mapping[str, str]) -> shapes.Shape:
    source = table.source_of(model)
    return {
        "model": model,
        "prompt": band,
        **{f"{name}_usd": getattr(price, name) for name in _FIGURES},
        "us_only": price.us_only,
        "source": source,
        "verified": source in ("service", "settings"),
        "from": places.get(f"prices.{model}", SHIPPED) if source == "settings" else SHIPPED,
        "retires_at": table.retires.get(model),
    }


def _lines(document: shapes.Shape, own: Mapping[str, Price]) -> Iterator[output.Line]:
    rows: Sequence[shapes.Shape] = document["models"]
    width = tables.terminal_width()
    cells = [Row(id=f"{row['model']} {row['prompt']}", cells=_cells(row)) for row in rows]
    yield from tables.lay_table(_COLUMNS, cells, width=width, glyphs=tables.glyphs_for())
    yield ""
    yield "standard USD per million tokens; a batch costs half; US: the factor for inference_geo us"
    yield f"web search ${document['web_search_per_1000_usd']:g} per 1,000, not halved (not in the service's price list)"
    yield age_line(document["priced_at"], document["age_days"], is_stale=document["stale"])
    for source, words in document["sources"].items():
        yield cell(f"{source}: {words}", "dim")
    if own:
        yield cell("settings: your own prices, for prompts of any length", "dim")


def age_line(as_of: str, age_days: int, *, is_stale: bool) -> Cell:
    """How old the table is; a warning once it is too old to be trusted."""
    words = f"prices of {as_of}, {several(age_days, 'day')} old"
    if not is_stale:
        return cell(words)
    return cell(f'{words}: check them; [prices."model-id"] in the settings goes over them', "warn")


def _cells(row: shapes.Shape) -> dict[str, Cell]:
    role: Role = "text" if row["verified"] else "dim"
    place = row["from"] if row["source"] == "settings" else row["source"]
    retires = f", retires {row['retires_at']}" if row["retires_at"] else ""
    return {
        "model": tables.text_cell(row["model"], role),
        "band": cell("" if row["prompt"] == ANY else row["prompt"], "dim"),
        **{name: cell(f"{row[f'{name}_usd']:g}", role) for name in _FIGURES},
        "us": cell("x1.1" if row["us_only"] else "", "dim"),
        "source": tables.text_cell(f"{place}{retires}", role),
    }
