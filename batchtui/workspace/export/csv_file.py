"""Rows as CSV: cells come back as they were, unless a spreadsheet is to open the file."""

import csv
import io
from collections.abc import Sequence
from io import RawIOBase
from typing import Any, Final

from batchtui.workspace.export.columns import Columns, Row, as_text

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the begin of a formula, after opening and cleaning a cell."""


class CsvFile:
    """Texts from outside may begin like formulas, and a spreadsheet would run them: such cells are counted, and made
    harmless by an apostrophe in front where a spreadsheet is to open the file."""

    def __init__(self, file: RawIOBase, columns: Columns, *, is_for_spreadsheet: bool) -> None:
        self._file = file
        self._columns = columns
        self._is_for_spreadsheet = is_for_spreadsheet
        self.formulas = 0
        self._write([name if not self._is_formula(name) else self._harmless(name) for name in columns.names])

    def take(self, row: Row) -> None:
        """Write a row."""
        self._write([self._cell(value) for value in self._columns.values(row)])

    def close(self) -> None:
        """Nothing is held back."""

    def _cell(self, value: Any) -> str:
        text = as_text(value) or ""
        return self._harmless(text) if isinstance(value, str) and self._is_formula(text) else text

    def _is_formula(self, text: str) -> bool:
        return text.startswith(FORMULA_STARTS)

    def _harmless(self, text: str) -> str:
        if self._is_for_spreadsheet:
            return f"'{text}"
        self.formulas += 1
        return text

    def _write(self, cells: Sequence[str]) -> None:
        row = io.StringIO(newline="")
        # The writer quotes a lone \r only where that is part of the line's end; readers split at it otherwise.
        csv.writer(row, lineterminator="\r\n").writerow(cells)
        self._file.write(row.getvalue().removesuffix("\r\n").encode() + b"\n")
