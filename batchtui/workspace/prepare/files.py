"""Request files to bodies in one streaming pass: read, check, split, compress, hash.

Nothing outside the staging folder is written. A crash leaves that folder, which nothing refers to; a failure, a
cancel and a file with errors leave it as it was.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.failures import BadInput
from batchtui.domain.pilot import PilotKind
from batchtui.domain.requests import Code
from batchtui.engine.jobs import Prepared, PrepareTask
from batchtui.workspace import atomic, layout
from batchtui.workspace.background import Background, Beside
from batchtui.workspace.jsonl import Lines, Oversized, split, without_mark
from batchtui.workspace.pace import Pace
from batchtui.workspace.prepare.admission import Admission
from batchtui.workspace.prepare.content_hash import ContentHash
from batchtui.workspace.prepare.duplicates import Duplicates, Numbered
from batchtui.workspace.prepare.intake import WHITESPACE_BYTES, Intake, LeftOut, most_bytes
from batchtui.workspace.prepare.room import check_room
from batchtui.workspace.prepare.splitter import Splitter
from batchtui.workspace.prompts.cache_marks import CacheMarker
from batchtui.workspace.prompts.pilot_choice import Candidate, Places, Pool, canary, warming
from batchtui.workspace.prompts.sample import Judged
from batchtui.workspace.requests.check import Checker
from batchtui.workspace.requests.inputs import RequestFile, looks_tidy, opened, total_bytes
from batchtui.workspace.requests.problems import Problems
from batchtui.workspace.requests.reading_ahead import read_ahead
from batchtui.workspace.trouble import reported

MOST_LEFT_OUT = 1_000_000


def prepare(task: PrepareTask, pace: Pace) -> Prepared:
    """Check request files and split them; with a staging folder their bodies are in its `chunks/` afterwards."""
    if not task.inputs:
        raise BadInput("no request file was named")
    with clean_staging(task.staging) as staging:
        if staging is not None:
            check_room(staging, task.inputs)
        # A tidy file is its own content: hashing its lines once more would take a tenth of the time.
        is_tidy = len(task.inputs) == 1 and looks_tidy(task.inputs[0])
        looks_first = task.pilot is not None or bool(task.cache_control)
        first_staging = None if looks_first else staging
        found = _Pass(task, pace, first_staging, {}, hashes_lines=not is_tidy).run()
        left_out = found.repeated if Code.CUSTOM_ID_DUPLICATE in task.rules.allow else {}
        if left_out or (found.prepared.report.ok and not found.prepared.report.content_sha256):
            discard_chunks(staging)
            found = _Pass(task, pace, first_staging, left_out, hashes_lines=True).run()
            if left_out and found.repeated:
                raise BadInput(f"more than {MOST_LEFT_OUT:,} custom_ids occur twice", next="make them unique")
        if looks_first and found.prepared.report.ok:
            found = _Pass(task, pace, staging, left_out, hashes_lines=True, seen=found).run()
        if not found.prepared.report.ok:
            discard_chunks(staging)
    return found.prepared


@contextmanager
def clean_staging(folder: str | None) -> Iterator[Path | None]:
    """The staging folder without any chunks, and again without them when what follows fails."""
    if folder is None:
        yield None
        return
    staging = Path(folder)
    staging.mkdir(mode=atomic.FOLDER_MODE, exist_ok=True)
    discard_chunks(staging)
    try:
        with reported("build bodies in", staging):
            yield staging
    except BaseException:
        discard_chunks(staging)
        raise


def discard_chunks(staging: Path | None) -> None:
    """Remove the bodies built so far."""
    if staging is not None:
        shutil.rmtree(layout.chunks(staging), ignore_errors=True)


class _Found(NamedTuple):
    prepared: Prepared
    """Without a content hash when the lines have to be hashed after all."""
    repeated: LeftOut
    """Where custom_ids are that occurred before."""
    candidates: list[Candidate]
    """For a pilot; empty where none is asked for."""
    judged: Judged | None


def _ahead(task: PrepareTask, seen: _Found) -> Places:
    """Where the requests are that go ahead."""
    if task.pilot is None:
        return frozenset()
    match task.pilot.kind:
        case PilotKind.CANARY:
            return canary(
                seen.candidates,
                task.pilot,
                chunk_requests=task.chunk_requests,
                chunk_bytes=task.chunk_bytes,
                total=seen.prepared.report.requests,
            )
        case PilotKind.WARM:
            assert seen.judged is not None, "every pass judges its sample"
            return warming(seen.judged.starts, seen.judged.prefixes)


class _Pass:
    """One reading of all inputs, and of the suspects again where something seems to be there twice."""

    def __init__(
        self,
        task: PrepareTask,
        pace: Pace,
        staging: Path | None,
        left_out: LeftOut,
        *,
        hashes_lines: bool,
        seen: _Found | None = None,
    ) -> None:
        """`seen` is an earlier pass over the same: what goes ahead, and what is marked, is chosen from it."""
        self._task = task
        self._pace = pace
        self._staging = staging
        self._left_out = left_out
        self._hashes_lines = hashes_lines
        self._most_bytes = most_bytes(task.rules, task.chunk_bytes)
        self._problems = Problems(task.inputs, frozenset(task.rules.allow))
        self._total = total_bytes(task.inputs)
        self._read_before = 0
        self._sources: list[RequestFile] = []
        self._ahead = _ahead(task, seen) if seen is not None else frozenset()
        prefixes = seen.prepared.report.prefixes if seen is not None and task.cache_control else ()
        self._marker = CacheMarker(prefixes, task.cache_control) if prefixes else None
        self._pool = Pool() if seen is None and task.pilot is not None else None

    def run(self) -> _Found:
        """Read, look for what is there twice, and sum up."""
        with closing(Duplicates(self._staging)) as duplicates, ExitStack() as stack:
            hashing = stack.enter_context(Background("hash"))
            packing = stack.enter_context(Background("pack"))
            splitter = self._splitter(packing.do)
            content = ContentHash(hashing.do) if self._hashes_lines else None
            admission = Admission(
                self._task.rules,
                splitter,
                self._problems,
                content,
                pool=self._pool,
                marker=self._marker,
                counts=self._task.countable,
            )
            self._read(admission, duplicates)
            stack.close()
            repeated = self._report_repeats(duplicates)
        chunks = splitter.chunks()
        if self._staging is not None:
            atomic.sync_folder(layout.chunks(self._staging))
        report = admission.report(chunks, self._content_sha256(content, admission))
        self._pace.finish("bytes", self._read_before, requests=report.requests)
        inputs = tuple(source.finished() for source in self._sources)
        prepared = Prepared(
            report=report,
            inputs=inputs,
            chunks=chunks if report.ok else (),
            pilot_chunk=chunks[0].label if self._ahead and report.ok else "",
            countable=admission.countable,
            marked=self._marker.marked if self._marker is not None else 0,
        )
        candidates = self._pool.candidates() if self._pool is not None else []
        return _Found(prepared, repeated, candidates, admission.judged)

    def _splitter(self, beside: Beside) -> Splitter:
        return Splitter(
            chunk_requests=self._task.chunk_requests,
            chunk_bytes=self._task.chunk_bytes,
            staging=self._staging,
            beside=beside,
            ahead=self._ahead,
        )

    def _content_sha256(self, content: ContentHash | None, admission: Admission) -> str:
        """Of the lines, or of the only file where it holds nothing but them; "" when neither is there."""
        if content is not None:
            return content.hexdigest()
        joined_bytes = admission.line_bytes + max(0, admission.requests - 1)
        return self._sources[0].sha256_of_text(joined_bytes) or ""

    def _read(self, admission: Admission, duplicates: Duplicates) -> None:
        intake = Intake(
            Checker(self._task.rules),
            admission,
            duplicates,
            self._problems,
            most_bytes=self._most_bytes,
            left_out=self._left_out,
        )
        for number, path in enumerate(self._task.inputs):
            self._read_file(number, path, intake, admission)
        admission.close()

    def _read_file(self, number: int, path: str, intake: Intake, admission: Admission) -> None:
        has_lines = False
        with opened(path) as source:
            self._sources.append(source)
            with read_ahead(source.blocks()) as blocks:
                paced = self._paced(blocks, source, admission)
                for found in split(without_mark(paced), limit=self._most_bytes + WHITESPACE_BYTES):
                    if isinstance(found, Oversized):
                        intake.oversized(number, found)
                    else:
                        intake.take(number, found)
                    has_lines = has_lines or isinstance(found, Oversized) or any(map(bytes.strip, found.lines))
            source.check_unchanged()
        self._read_before += source.bytes_read
        if not has_lines:
            self._problems.add(Code.FILE_EMPTY, "there is no request in this file", file=number, line=0)

    def _paced(self, blocks: Iterable[bytes], source: RequestFile, admission: Admission) -> Iterator[bytes]:
        """The same blocks, with a beat after each is dealt with, whether a line ends in it or not."""
        for block in blocks:
            yield block
            done = self._read_before + source.bytes_read
            self._pace.beat("bytes", done, total=max(self._total, done), requests=admission.requests)

    def _report_repeats(self, duplicates: Duplicates) -> LeftOut:
        suspects = duplicates.find()
        repeated: dict[tuple[int, int], str] = {}
        if suspects is None:
            return repeated
        for file, number, message in suspects.report(self._lines_again(), self._task.inputs, self._problems):
            if len(repeated) < MOST_LEFT_OUT:
                repeated[file, number] = message
        return repeated

    def _lines_again(self) -> Iterator[Numbered]:
        for file, path in enumerate(self._task.inputs):
            with opened(path, is_hashed=False) as source:
                source.check_same(self._sources[file])
                for found in split(without_mark(source.blocks()), limit=self._most_bytes + WHITESPACE_BYTES):
                    self._pace.beat("bytes", self._read_before, total=self._read_before)
                    if isinstance(found, Lines):
                        for number, line in enumerate(found.lines, found.first):
                            yield file, number, line.strip()
