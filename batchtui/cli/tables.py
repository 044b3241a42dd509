"""Aligned columns for people: as wide as what is in them, and no wider than a terminal."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import cast

from msgspec.structs import replace

from batchtui.cli import output
from batchtui.domain.settings import Settings
from batchtui.present import formats
from batchtui.present.beside import size_beside
from batchtui.present.cells import Cell, Column, Role, Row, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs, GlyphSetting, choose
from batchtui.present.grid import lay_heads, lay_row, place_columns
from batchtui.present.lines import labelled
from batchtui.present.width import text_width

STATUS_ROLES: dict[str, Role] = {
    "in_progress": "run",
    "sending": "run",
    "canceling": "warn",
    "unknown": "alert",
    "succeeded": "ok",
    "partial": "err",
    "errored": "err",
    "expired": "expired",
    "canceled": "canceled",
}


def glyphs_for(setting: str = "auto") -> Glyphs:
    """The glyphs that this stdout can show; the setting was checked when it was read."""
    return choose(
        cast("GlyphSetting", setting), encoding=getattr(sys.stdout, "encoding", None), term=os.environ.get("TERM")
    )


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, or of the dashboard's page; None for a pipe or a file."""
    import shutil  # it brings every compressor along

    if output.is_terminal():
        return shutil.get_terminal_size().columns
    page = size_beside(os.environ)
    return page[0] if page is not None else None


def lay_table(columns: Sequence[Column], rows: Sequence[Row], *, width: int | None, glyphs: Glyphs) -> Iterator[Cell]:
    """Heads and rows, every column as wide as its widest cell; on a narrow terminal columns go or are cut."""
    wide = [replace(column, width=_natural_width(column, rows)) for column in columns]
    needed = sum(column.width for column in wide) + len(wide) - 1
    grid = place_columns(wide, needed if width is None else min(needed, width), gutter=0)
    yield lay_heads(grid)
    for row in rows:
        yield lay_row(grid, row, glyphs)


def fitted_table(columns: Sequence[Column], rows: Sequence[Row], settings: Settings) -> Iterator[Cell]:
    """A table for this stdout; bars only where somebody looks."""
    width = terminal_width()
    kept = [column for column in columns if width is not None or column.key != "bar"]
    yield from lay_table(kept, rows, width=width, glyphs=glyphs_for(settings.ui.glyphs))


def _natural_width(column: Column, rows: Sequence[Row]) -> int:
    cells = [row.cells.get(column.key, ()) for row in rows]
    widths = [cell_width(found) for found in cells if isinstance(found, tuple)]
    least = column.width if len(widths) < len(cells) else 0
    return max(text_width(column.head), least, *widths, 1)


def text_cell(text: str | None, role: Role = "text") -> Cell:
    """Text from outside, or a dim dash for nothing."""
    return cell(clean(text), role) if text else cell("-", "dim")


def status_cell(status: str) -> Cell:
    """A status in its colour."""
    return cell(status, STATUS_ROLES.get(status, "text"))


def count_cell(number: int, role: Role = "text") -> Cell:
    """Every figure of a count; zeros are dim."""
    return cell(formats.exact(number), role) if number else cell("0", "dim")


def facts(pairs: Sequence[tuple[str, str]]) -> Iterator[Cell]:
    """Labels and values, one line each; values that are empty are left out."""
    width = max((text_width(label) for label, _ in pairs), default=0) + 2
    for label, value in pairs:
        if value:
            yield from labelled(label, cell(clean(value)), label_width=width)
