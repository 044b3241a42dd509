"""The export has every request once, in input order, with its latest success, and takes its place in one step."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import BadInput, UsageFailure
from batchtui.engine.jobs import AttemptChunk, AttemptRun, Exported, ExportTask
from batchtui.workspace.export import export
from batchtui.workspace.pace import Canceled, Pace

from .files import PACE, Runs, as_line, ended, errored, requests, succeeded, verify_results


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


@pytest.fixture
def lineage(runs: Runs) -> list[AttemptRun]:
    """Ten requests in two chunks; two failed, one of them succeeded in the next attempt; the last is not collected."""
    root = runs.prepared("root", requests(12), chunk_requests=5)
    ids = [line["custom_id"] for line in requests(12)]
    first = [
        succeeded(ids[0]),
        errored(ids[1]),
        succeeded(ids[2], stop="max_tokens"),
        errored(ids[3]),
        succeeded(ids[4]),
    ]
    second = [succeeded(custom_id) for custom_id in ids[5:10]]
    root = runs.collected(root, {"0001": reversed(first), "0002": reversed(second)})
    again = runs.retried(root, [root], "r1")
    return [root, runs.collected(again, {"0001": [ended(ids[3], "expired"), succeeded(ids[1], "At last.")]})]


def run_export(folder: Path, lineage: list[AttemptRun], **options: Any) -> tuple[Exported, bytes]:
    target = folder / "out"
    task = ExportTask(lineage=tuple(lineage), target=str(target), **options)
    return export(task, PACE), target.read_bytes()


def test_effective_results_come_byte_for_byte_in_input_order(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    exported, text = run_export(tmp_path, lineage)
    lines = text.split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["custom_id"] for line in lines] == [f"r-{number:05d}" for number in range(10)]
    assert lines[0] == as_line(succeeded("r-00000"))
    assert lines[1] == as_line(succeeded("r-00001", "At last."))
    assert lines[3] == as_line(ended("r-00003", "expired"))
    assert exported == Exported(requests=10, succeeded=9, errors=1, missing=2, bytes=len(text))


def test_an_earlier_success_outlives_a_later_failure(runs: Runs, tmp_path: Path) -> None:
    from batchtui.domain.retry import RetryPolicy

    root = runs.prepared("root", requests(1))
    root = runs.collected(root, {"0001": [succeeded("r-00000", stop="max_tokens")]})
    policy = RetryPolicy(classes=frozenset({"stop:max_tokens"}))
    again = runs.collected(runs.retried(root, [root], "r1", policy=policy), {"0001": [errored("r-00000")]})
    _, text = run_export(tmp_path, [root, again])
    assert text == as_line(succeeded("r-00000", stop="max_tokens")) + b"\n"


@pytest.mark.parametrize(("only", "count"), [("succeeded", 9), ("errors", 1)])
def test_only_some_can_be_exported(tmp_path: Path, lineage: list[AttemptRun], only: str, count: int) -> None:
    exported, text = run_export(tmp_path, lineage, only=only)
    assert (exported.requests, len(text.splitlines())) == (count, count)
    assert (exported.succeeded, exported.errors, exported.missing) == (9, 1, 2)


def test_csv_has_the_default_columns(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    rows = _rows(run_export(tmp_path, lineage, format="csv")[1])
    assert rows[0] == ["custom_id", "type", "class", "text", "stop_reason", "model", "input_tokens", "output_tokens"]
    assert rows[1] == ["r-00000", "succeeded", "", "Fine.", "end_turn", "claude-sonnet-5", "10", "5"]
    assert rows[3][1:3] == ["succeeded", "stop:max_tokens"]
    assert rows[4] == ["r-00003", "expired", "expired", "", "", "", "", ""]
    assert len(rows) == 11


def test_csv_columns_may_be_paths(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    columns = ("custom_id", "message.content[0].text", "message.usage", "result.type", "message.content[9].text")
    rows = _rows(run_export(tmp_path, lineage, format="csv", columns=columns)[1])
    assert rows[0] == list(columns)
    assert rows[2] == ["r-00001", "At last.", '{"input_tokens":10,"output_tokens":5}', "succeeded", ""]


@pytest.mark.parametrize("text", ["two\nlines", 'a "quote", a comma', "\u2028\x1b[31m", "=1+1"])
def test_csv_cells_come_back_as_they_were(runs: Runs, tmp_path: Path, text: str) -> None:
    root = runs.collected(runs.prepared("root", requests(1)), {"0001": [succeeded("r-00000", text)]})
    assert _rows(run_export(tmp_path, [root], format="csv", columns=("text",))[1])[1:] == [[text]]


@pytest.mark.parametrize("column", ["a..b", "a[x]", "", "[0]"])
def test_what_is_no_path_is_a_usage_error_and_leaves_the_old_file(
    tmp_path: Path, lineage: list[AttemptRun], column: str
) -> None:
    (tmp_path / "out").write_text("old")
    with pytest.raises(UsageFailure):
        run_export(tmp_path, lineage, format="csv", columns=("custom_id", column))
    assert (tmp_path / "out").read_text() == "old"


def test_canceling_leaves_the_old_file_and_nothing_else(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "out").write_text("old")
    with pytest.raises(Canceled):
        export(ExportTask(lineage=tuple(lineage), target=str(folder / "out")), Pace("export", is_canceled=lambda: True))
    assert [path.read_text() for path in folder.iterdir()] == ["old"]


def test_results_that_are_gone_are_said_and_leave_nothing(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    results = lineage[0].chunks[1].results
    assert results is not None
    Path(results).unlink()
    with pytest.raises(BadInput, match="not there"):
        run_export(folder, lineage)
    assert list(folder.iterdir()) == []


def test_a_target_that_cannot_be_written_is_said(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    (tmp_path / "file").write_text("x")
    for target, words in (
        (tmp_path, "folder"),
        (tmp_path / "no" / "out", "cannot write"),
        (tmp_path / "file" / "out", "cannot write"),
    ):
        with pytest.raises(BadInput, match=words):
            export(ExportTask(lineage=tuple(lineage), target=str(target)), PACE)


def test_a_link_is_followed_and_a_device_is_written_to(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    real = tmp_path / "real"
    real.write_text("old")
    (tmp_path / "link").symlink_to(real)
    export(ExportTask(lineage=tuple(lineage), target=str(tmp_path / "link")), PACE)
    assert (tmp_path / "link").is_symlink()
    assert len(real.read_bytes().splitlines()) == 10
    export(ExportTask(lineage=tuple(lineage), target="/dev/null"), PACE)
    assert Path("/dev/null").is_char_device()


def test_a_batch_from_elsewhere_comes_as_received(tmp_path: Path) -> None:
    lines = [succeeded("y"), errored("x")]
    verify_results(tmp_path, lines, {"succeeded": 1, "errored": 1}, None)
    chunk = AttemptChunk(label="", body="", index="", results=str(tmp_path / "results.jsonl"))
    exported, text = run_export(tmp_path, [AttemptRun(run="msgbatch_1", chunks=(chunk,))])
    assert text == b"".join(as_line(line) + b"\n" for line in lines)
    assert (exported.succeeded, exported.errors) == (1, 1)


def _rows(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))
