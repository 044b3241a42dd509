"""Rows as CSV, one line after another: memory does not grow with them."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line after another; heads from the first row."""
    heads: list[str] | None = None
    for row in rows:
        if heads is None:
            heads = list(row)
            yield _line(heads)
        yield _line([_cell(row[name]) for name in heads])


def _cell(value: Any) -> Any:
    """Nothing for what is not known; a model's name comes from the service, and no spreadsheet may run it."""
    if isinstance(value, str) and value.startswith(("=", "+", "@")):
        return f"'{value}"
    return "" if value is None else value


def _line(values: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(values)
    return buffer.getvalue()
