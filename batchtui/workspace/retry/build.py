"""Builds the bodies of another attempt: chooses requests, takes their lines from what was sent, applies edits.

Like preparing, it writes into the staging folder alone; a failure, a cancel and an error leave that empty.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.domain.requests import Code
from batchtui.engine.jobs import RetryPrepared, RetryTask
from batchtui.workspace import atomic, layout
from batchtui.workspace.background import Background
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.body import body_bytes
from batchtui.workspace.bodies.reader import BodyReader
from batchtui.workspace.pace import Pace
from batchtui.workspace.prepare.admission import Admission
from batchtui.workspace.prepare.content_hash import ContentHash
from batchtui.workspace.prepare.files import clean_staging, discard_chunks
from batchtui.workspace.prepare.intake import WHITESPACE_BYTES, most_bytes
from batchtui.workspace.prepare.splitter import Splitter
from batchtui.workspace.requests.check import UNSENDABLE, Checker, Request
from batchtui.workspace.requests.problems import Problems
from batchtui.workspace.results.standing import Standing, standings
from batchtui.workspace.retry import edits
from batchtui.workspace.retry.choice import choice
from batchtui.workspace.retry.edits import EditedFile

EDITED_AWAY = "edited away: not in the edited file"
_BEAT_EVERY = 256


def build_retry(task: RetryTask, pace: Pace) -> RetryPrepared:
    """Choose what deserves another attempt; with a staging folder its bodies are in its `chunks/` afterwards."""
    edits.check_edits(task.edits)
    with clean_staging(task.staging) as staging:
        prepared = _Build(task, pace, staging).run()
        if not prepared.report.ok:
            discard_chunks(staging)
    return prepared


class _Build:
    """One pass over all attempts of a run."""

    def __init__(self, task: RetryTask, pace: Pace, staging: Path | None) -> None:
        self._task = task
        self._pace = pace
        self._staging = staging
        self._choice = choice(task.lineage, task.earlier, task.policy, needs_bodies=task.edited is None)
        self._checker = Checker(task.rules)
        self._files = (*task.lineage[0].inputs, task.edited or "")
        self._problems = Problems(self._files, frozenset(task.rules.allow) - UNSENDABLE - {Code.REQUEST_TOO_LARGE})
        self._readers = {run.run: BodyReader() for run in task.lineage}

    def run(self) -> RetryPrepared:
        """What was chosen and built."""
        task = self._task
        with Background("hash") as hashing, Background("pack") as packing, self._edited() as edited:
            splitter = Splitter(
                chunk_requests=task.chunk_requests,
                chunk_bytes=task.chunk_bytes,
                staging=self._staging,
                beside=packing.do,
            )
            content = ContentHash(hashing.do)
            admission = Admission(task.rules, splitter, self._problems, content)
            for count, standing in enumerate(standings(task.lineage, task.earlier)):
                if count % _BEAT_EVERY == 0:
                    self._pace.beat("requests", count, requests=self._choice.included)
                if self._choice.includes(standing):
                    self._include(standing, edited, admission)
            if edited is not None:
                edited.report_strangers()
            admission.close()
        return self._prepared(splitter, admission, content)

    def _prepared(self, splitter: Splitter, admission: Admission, content: ContentHash) -> RetryPrepared:
        chunks = splitter.chunks()
        if self._staging is not None:
            atomic.sync_folder(layout.chunks(self._staging))
        report = admission.report(chunks, content.hexdigest())
        self._pace.finish("requests", self._choice.included, requests=self._choice.included)
        return RetryPrepared(
            report=report,
            chunks=chunks if report.ok else (),
            included=self._choice.included,
            skipped=self._choice.skipped(),
            classes=tuple(sorted(self._choice.classes)),
            missing=self._choice.missing(),
            not_included_running=_running(self._task),
            attempts=dict(sorted(self._choice.attempts.items())),
        )

    @contextmanager
    def _edited(self) -> Iterator[EditedFile | None]:
        if self._task.edited is None:
            yield None
            return
        limit = most_bytes(self._task.rules, self._task.chunk_bytes) + WHITESPACE_BYTES
        edited = EditedFile(self._task.edited, self._problems, file=len(self._files) - 1, line_limit=limit)
        try:
            yield edited
        finally:
            edited.close()

    def _include(self, standing: Standing, edited: EditedFile | None, admission: Admission) -> None:
        attempt = standing.attempt
        place = (attempt.file, attempt.line) if attempt.file < len(self._files) - 1 else (len(self._files) - 1, 0)
        if edited is not None:
            found = edited.take(attempt.custom_id)
            if found is None:
                self._choice.skip(EDITED_AWAY)
                return
            place, line = (len(self._files) - 1, found.number), found.text
        else:
            line = self._readers[attempt.run.run].line(attempt)
        self._choice.include(standing)
        line = edits.apply(line, self._task.edits)
        request = self._judge(line, *place, is_changed=edited is not None or bool(self._task.edits))
        if request is None:
            admission.reject(len(line))
        else:
            admission.admit(attempt.file, (attempt.line,), (line,), (request,))

    def _judge(self, line: bytes, file: int, number: int, *, is_changed: bool) -> Request | None:
        """The request if it can be sent; what was not changed was judged when it was first sent."""
        if is_changed:
            request = self._judge_changed(line, file, number)
            most = most_bytes(self._task.rules, self._task.chunk_bytes)
        else:
            request = self._checker.accepted_before(line)
            most = self._task.chunk_bytes - body_bytes(1, 0)
        if request is not None and len(line) > most:
            message = f"the request has {len(line):,} bytes, at most {most:,} can be sent"
            self._note(Code.REQUEST_TOO_LARGE, message, file, number, request.custom_id)
            return None
        return request

    def _judge_changed(self, line: bytes, file: int, number: int) -> Request | None:
        request = self._checker.quick(line)
        if request is not None:
            return request
        diagnosis, request = self._checker.look_again(line)
        for code, message in diagnosis.findings:
            self._note(code, message, file, number, diagnosis.custom_id)
        return request

    def _note(self, code: Code, message: str, file: int, number: int, custom_id: str | None) -> None:
        self._problems.add(code, message, file=file, line=number, custom_id=custom_id)


def _running(task: RetryTask) -> int:
    """Requests of chunks of the run itself that may still succeed."""
    return sum(index.read_header(Path(chunk.index)).requests for chunk in task.lineage[0].chunks if chunk.is_live)
