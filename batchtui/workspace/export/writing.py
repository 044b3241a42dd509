"""Effective results in the order of the input, written as lines or as a table.

Commit point: the rename onto the target (`target.opened`).
"""

from collections.abc import Iterator
from typing import assert_never

from batchtui.engine.jobs import Exported, ExportFormat, ExportOnly, ExportTask
from batchtui.workspace.export import parquet_file, target
from batchtui.workspace.export.columns import DEFAULT, Columns, class_of
from batchtui.workspace.export.csv_file import CsvFile
from batchtui.workspace.export.parquet_file import ParquetFile
from batchtui.workspace.export.sinks import CountedFile, Lines, Rows, Sink, Table
from batchtui.workspace.pace import Pace
from batchtui.workspace.results.effective import Effective, count_requests, effective, is_ordered
from batchtui.workspace.results.requests_beside import Requests, must_be_here

_BEAT_EVERY = 1024


def export(task: ExportTask, pace: Pace) -> Exported:
    """Write the effective results of a run and its later attempts to the target.

    Raises:
        BadInput, UsageFailure: before anything is written.
    """
    if task.joins or task.format == ExportFormat.REQUESTS:
        must_be_here(task.lineage, "--join" if task.joins else "--format requests")
    if task.format == ExportFormat.PARQUET:
        parquet_file.must_be_possible()
    with target.opened(task.target) as file:
        exported = _Export(task, pace).write(CountedFile(file))
    pace.finish("requests", exported.requests, requests=exported.requests)
    return exported


class _Export:
    """One export: what is chosen of all there is, and counted."""

    def __init__(self, task: ExportTask, pace: Pace) -> None:
        self._task = task
        self._pace = pace
        self._passes = 2 if task.format == ExportFormat.PARQUET else 1
        self._total = count_requests(task.lineage)

    def write(self, file: CountedFile) -> Exported:
        """Write everything that is wanted, and count all there is."""
        sink = self._sink(file)
        written = succeeded = errors = missing = 0
        for row in self._all(self._passes):
            succeeded += row.found is not None and row.found.is_success
            errors += row.found is not None and not row.found.is_success
            missing += row.found is None
            if self._is_wanted(row):
                written += 1
                sink.take(row)
        sink.close()
        lacks_requests = self._task.adds_requests and not is_ordered(self._task.lineage)
        return Exported(
            requests=written,
            succeeded=succeeded,
            errors=errors,
            missing=missing,
            bytes=file.size_bytes,
            without_request=written if lacks_requests else 0,
            formulas=sink.formulas,
            pruned=tuple(run.run for run in self._task.lineage if any(chunk.pruned for chunk in run.chunks)),
        )

    def _all(self, number: int) -> Iterator[Effective]:
        """Everything, with how far this pass is told."""
        total = self._total and self._total * self._passes
        before = (self._total or 0) * (number - 1)
        for count, row in enumerate(effective(self._task.lineage)):
            if count % _BEAT_EVERY == 0:
                self._pace.beat("requests", before + count, total=total, requests=count)
            yield row

    def _is_wanted(self, row: Effective) -> bool:
        task = self._task
        if task.custom_ids and row.custom_id not in task.custom_ids:
            return False
        if row.found is None:
            lists_all = task.joins or task.format == ExportFormat.REQUESTS
            return lists_all and task.only is None and not task.classes
        if task.only is not None and (task.only == ExportOnly.SUCCEEDED) != row.found.is_success:
            return False
        return not task.classes or class_of(row.found.text) in task.classes

    def _sink(self, file: CountedFile) -> Sink:
        task, requests = self._task, Requests(self._task.lineage)
        match ExportFormat(task.format):
            case ExportFormat.JSONL | ExportFormat.REQUESTS:
                return Lines(file, task, requests)
            case ExportFormat.CSV:
                columns = Columns(_columns(task))
                table = CsvFile(file, columns, is_for_spreadsheet=task.is_for_spreadsheet)
                return Table(table, Rows(columns, task, requests))
            case ExportFormat.PARQUET:
                columns = Columns(_columns(task))
                rows = Rows(columns, task, requests)
                kinds = parquet_file.kinds(columns, (rows.of(row) for row in self._all(1) if self._is_wanted(row)))
                return Table(ParquetFile(file, columns, kinds), Rows(columns, task, requests))
            case other:
                assert_never(other)


def _columns(task: ExportTask) -> tuple[str, ...]:
    """The wanted columns, else those that fit what is exported."""
    if task.columns:
        return task.columns
    has_failures = task.only == ExportOnly.ERRORS or bool(task.classes)
    has_params = (task.joins or task.adds_requests) and is_ordered(task.lineage)
    return (*DEFAULT, *(("error_message",) if has_failures else ()), *(("params",) if has_params else ()))
