"""Effective results in the order of the input: the latest success of each request, else its latest result.

Commit point: the rename onto the target (`target.opened`).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from batchtui.domain.results import Outcome
from batchtui.engine.jobs import AttemptRun, Exported, ExportTask
from batchtui.workspace import target
from batchtui.workspace.attempts import Sent, has_order, merged
from batchtui.workspace.chunk_results import AttemptResults, Found
from batchtui.workspace.columns import Columns
from batchtui.workspace.pace import Pace
from batchtui.workspace.result_lines import decode_kind, opened, placed_lines

_BEAT_EVERY = 1024


def export(task: ExportTask, pace: Pace) -> Exported:
    """Write the effective results of a run and its later attempts to the target."""
    with target.opened(task.target) as file:
        writer = _Writer(task, file)
        for count, result in enumerate(effective(task.lineage)):
            if count % _BEAT_EVERY == 0:
                pace.beat("requests", count, requests=count)
            writer.take(result)
        writer.close()
    exported = writer.exported()
    pace.finish("requests", exported.requests, requests=exported.requests)
    return exported


def effective(lineage: Sequence[AttemptRun]) -> Iterator[Found | None]:
    """For each request of the first run its latest success, else its latest result, else None."""
    if len(lineage) == 1 and not has_order(lineage[0]):
        yield from _as_received(lineage[0])
        return
    readers = {run.run: AttemptResults() for run in lineage}
    try:
        for attempts in merged(lineage):
            yield _effective(attempts, readers)
    finally:
        for reader in readers.values():
            reader.close()


def _effective(attempts: tuple[Sent, ...], readers: dict[str, AttemptResults]) -> Found | None:
    latest: Found | None = None
    for attempt in reversed(attempts):
        found = readers[attempt.run.run].find(attempt.chunk, attempt.number)
        if found is not None and found.is_success:
            return found
        latest = latest or found
    return latest


def _as_received(run: AttemptRun) -> Iterator[Found]:
    """A batch from elsewhere: there is no order but that of the results."""
    for chunk in run.chunks:
        if chunk.results is None:
            continue
        with opened(Path(chunk.results)) as file:
            for placed in placed_lines(file):
                kind = decode_kind(placed.text) if placed.text is not None else None
                if placed.text is not None and kind is not None:
                    yield Found(placed.text, kind[1] == Outcome.SUCCEEDED)


class _Writer:
    """Writes one result after another in the wanted format, and counts them."""

    def __init__(self, task: ExportTask, file: BinaryIO) -> None:
        self._only = task.only
        self._file = file
        self._bytes = self._succeeded = self._errors = self._missing = self._written = 0
        self._columns = Columns(task.columns) if task.format == "csv" else None
        if self._columns is not None:
            self._write_row(self._columns.names)

    def take(self, result: Found | None) -> None:
        if result is None:
            self._missing += 1
            return
        self._succeeded += result.is_success
        self._errors += not result.is_success
        if self._only is None or (self._only == "succeeded") == result.is_success:
            self._written += 1
            if self._columns is None:
                self._write(result.text + b"\n")
            else:
                self._write_row(self._columns.cells(result.text))

    def close(self) -> None:
        self._file.flush()

    def exported(self) -> Exported:
        return Exported(
            requests=self._written,
            succeeded=self._succeeded,
            errors=self._errors,
            missing=self._missing,
            bytes=self._bytes,
        )

    def _write_row(self, cells: Sequence[str]) -> None:
        row = io.StringIO(newline="")
        csv.writer(row, lineterminator="\n").writerow(cells)
        self._write(row.getvalue().encode())

    def _write(self, text: bytes) -> None:
        self._file.write(text)
        self._bytes += len(text)
