"""Where the chosen rows of an export go: lines, or a table of any format."""

import io
from typing import BinaryIO, Protocol

from batchtui.engine.jobs import ExportFormat, ExportTask
from batchtui.workspace.export.columns import Columns, Row
from batchtui.workspace.results.effective import Effective, is_ordered
from batchtui.workspace.results.requests_beside import Requests, joined, with_params


class Sink(Protocol):
    """Takes one row after another."""

    @property
    def formulas(self) -> int:
        """Cells that a spreadsheet would take for formulas."""

    def take(self, row: Effective) -> None: ...

    def close(self) -> None: ...


class TableFile(Protocol):
    """A file of rows and columns."""

    formulas: int

    def take(self, row: Row) -> None: ...

    def close(self) -> None: ...


class CountedFile(io.RawIOBase):
    """The target, with how many bytes it was given; closing it is up to whoever opened the target."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, text: "bytes | memoryview") -> int:  # type: ignore[override]  # narrower: what we hand over
        self._file.write(text)
        self.size_bytes += len(text)
        return len(text)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()


class Lines:
    """JSON Lines: results as received, with their requests, joined onto them, or the requests alone."""

    formulas = 0

    def __init__(self, file: CountedFile, task: ExportTask, requests: Requests) -> None:
        self._file = file
        self._task = task
        self._requests = requests

    def take(self, row: Effective) -> None:
        """Write a line."""
        self._file.write(self._line(row) + b"\n")

    def close(self) -> None:
        """Hand over what the system holds back."""
        self._file.flush()

    def _line(self, row: Effective) -> bytes:
        if self._task.joins:
            return joined(row, self._requests)
        if self._task.format == ExportFormat.REQUESTS:
            assert row.sent is not None, "must_be_here looked"
            return self._requests.line(row.sent)
        assert row.found is not None, "only results are written"
        if self._task.adds_requests and row.sent is not None:
            return with_params(row, self._requests.params(row.sent))
        return row.found.text


class Rows:
    """Makes rows of results, with what was asked where a column wants it."""

    def __init__(self, columns: Columns, task: ExportTask, requests: Requests) -> None:
        self._wants_params = columns.need_params and is_ordered(task.lineage)
        self._joins = task.joins
        self._requests = requests

    def of(self, row: Effective) -> Row:
        """One row."""
        sent = row.first if self._joins else row.sent
        params = self._requests.params(sent) if self._wants_params and sent is not None else None
        result = row.found.text if row.found is not None else None
        return Row(row.custom_id, row.run, row.batch_id, result, params)


class Table:
    """A table of any format."""

    def __init__(self, file: TableFile, rows: Rows) -> None:
        self._file = file
        self._rows = rows

    @property
    def formulas(self) -> int:
        """Cells that a spreadsheet would take for formulas."""
        return self._file.formulas

    def take(self, row: Effective) -> None:
        """Write a row."""
        self._file.take(self._rows.of(row))

    def close(self) -> None:
        """Write what is held back."""
        self._file.close()
