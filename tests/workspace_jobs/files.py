"""Request files, runs and results on disk for the tests of heavy work."""

import asyncio
import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from batchtui.domain.batch import RequestCounts
from batchtui.domain.prices import Price, PriceTable
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.jobs import (
    AttemptChunk,
    AttemptRun,
    CheckRules,
    Prepared,
    PrepareTask,
    RetryPrepared,
    RetryTask,
    Verified,
    VerifyTask,
)
from batchtui.workspace import layout
from batchtui.workspace.bodies.body import GzipBody
from batchtui.workspace.pace import Pace
from batchtui.workspace.prepare.files import prepare
from batchtui.workspace.results.verify import verify
from batchtui.workspace.retry.build import build_retry

MODEL = "claude-sonnet-5"
PRICES = PriceTable(
    as_of="2026-11-01",
    standard={MODEL: Price(input=2, output=10, cache_write_5m=2.5, cache_write_1h=4, cache_read=0.2)},
)
PACE = Pace("test")


def params(text: str = "Hello", **changes: Any) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": text}], **changes}


def request(custom_id: str, text: str | None = None, **changes: Any) -> dict[str, Any]:
    return {"custom_id": custom_id, "params": params(text or f"Hello {custom_id}", **changes)}


def requests(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [request(f"r-{number:05d}") for number in range(start, start + count)]


def as_line(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()


def write(path: Path, lines: Iterable[Any]) -> Path:
    """A JSONL file of values, or of lines given as bytes."""
    path.write_bytes(b"".join(as_line(line) + b"\n" for line in lines))
    return path


def prepare_files(
    *inputs: Path,
    staging: Path | None = None,
    chunk_requests: int = 1000,
    chunk_bytes: int = 1_000_000,
    rules: CheckRules | None = None,
    pace: Pace = PACE,
) -> Prepared:
    task = PrepareTask(
        inputs=tuple(map(str, inputs)),
        rules=rules or CheckRules(),
        chunk_requests=chunk_requests,
        chunk_bytes=chunk_bytes,
        staging=str(staging) if staging else None,
    )
    return prepare(task, pace)


def codes(prepared: Prepared) -> list[tuple[int, str]]:
    """Line and code of every listed problem."""
    return [(problem.line, problem.code.value) for problem in prepared.report.problems]


def body_text(staging: Path, label: str = "0001") -> bytes:
    return gzip.decompress(layout.body(staging, label).read_bytes())


def body_lines(staging: Path, label: str = "0001") -> list[bytes]:
    text = body_text(staging, label)
    assert text.startswith(b'{"requests":[\n') and text.endswith(b"\n]}")
    return text.removeprefix(b'{"requests":[\n').removesuffix(b"\n]}").split(b",\n")


def sent_blocks(path: Path, size_bytes: int) -> list[bytes]:
    """The blocks as a connection would get them."""

    async def take() -> list[bytes]:
        return [block async for block in GzipBody(path, size_bytes).blocks()]

    return asyncio.run(take())


def succeeded(custom_id: str, text: str = "Fine.", stop: str = "end_turn", **usage: int) -> dict[str, Any]:
    message = {
        "id": f"msg_{custom_id}",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop,
        "usage": {"input_tokens": 10, "output_tokens": 5, **usage},
    }
    return {"custom_id": custom_id, "result": {"type": "succeeded", "message": message}}


def errored(custom_id: str, kind: str = "overloaded_error", message: str = "Overloaded") -> dict[str, Any]:
    error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": f"req_{custom_id}"}
    return {"custom_id": custom_id, "result": {"type": "errored", "error": error}}


def ended(custom_id: str, kind: str) -> dict[str, Any]:
    return {"custom_id": custom_id, "result": {"type": kind}}


def verify_results(
    folder: Path, lines: Iterable[Any], counts: Mapping[str, int], index: Path | None, name: str = "results"
) -> Verified:
    """Write results and judge them; the issues are beside them."""
    results = write(folder / f"{name}.jsonl", lines)
    task = VerifyTask(
        results=str(results),
        issues=str(folder / f"{name}.issues.jsonl"),
        index=str(index) if index else None,
        counts=RequestCounts(**counts),
        prices=PRICES,
    )
    return verify(task, PACE)


class Runs:
    """Runs on disk, sent and collected as a test says, without an engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepared(self, name: str, lines: Iterable[Any], *, chunk_requests: int = 1000) -> AttemptRun:
        """A run whose chunks were planned and nothing more."""
        source = write(self.folder / f"{name}.jsonl", lines)
        prepared = prepare_files(source, staging=self.folder / name, chunk_requests=chunk_requests)
        assert prepared.report.ok, prepared.report.problems
        return self.attempt(name, [chunk.label for chunk in prepared.chunks], (str(source),))

    def attempt(self, name: str, labels: Iterable[str], inputs: tuple[str, ...]) -> AttemptRun:
        """A run built in the folder of that name; its chunks are live."""
        chunks = tuple(
            AttemptChunk(
                label=label,
                body=str(layout.body(self.folder / name, label)),
                index=str(layout.index(self.folder / name, label)),
                is_live=True,
            )
            for label in labels
        )
        return AttemptRun(run=name, chunks=chunks, inputs=inputs)

    def retried(self, parent: AttemptRun, lineage: Iterable[AttemptRun], name: str, **options: Any) -> AttemptRun:
        """A retry of all that is resent by default, built and live."""
        prepared = self.retry(lineage, staging=self.folder / name, **options)
        assert prepared.report.ok, prepared.report.problems
        return self.attempt(name, [chunk.label for chunk in prepared.chunks], parent.inputs)

    def retry(self, lineage: Iterable[AttemptRun], *, staging: Path | None = None, **options: Any) -> RetryPrepared:
        options = {"policy": RetryPolicy(), "chunk_requests": 1000, "chunk_bytes": 1_000_000, **options}
        task = RetryTask(lineage=tuple(lineage), staging=str(staging) if staging else None, **options)
        return build_retry(task, PACE)

    def collected(self, run: AttemptRun, results: Mapping[str, Iterable[Any]]) -> AttemptRun:
        """The run once the results of the named chunks are on disk; nothing is judged but that they decode."""
        chunks = tuple(
            self._collect(run, chunk, results[chunk.label]) if chunk.label in results else chunk for chunk in run.chunks
        )
        return AttemptRun(run=run.run, chunks=chunks, inputs=run.inputs)

    def _collect(self, run: AttemptRun, chunk: AttemptChunk, lines: Iterable[Any]) -> AttemptChunk:
        name = f"{run.run}-{chunk.label}"
        verify_results(self.folder, lines, {}, None, name)
        return AttemptChunk(
            label=chunk.label,
            body=chunk.body,
            index=chunk.index,
            results=str(self.folder / f"{name}.jsonl"),
            issues=str(self.folder / f"{name}.issues.jsonl"),
        )
