"""The export has every request once, in input order, with its latest success, and takes its place in one step."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import BadInput, UsageFailure
from batchtui.engine.jobs import AttemptChunk, AttemptRun, Exported, ExportTask, Progress
from batchtui.workspace.export.writing import export
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


@pytest.mark.parametrize("text", ["two\nlines", "one\rtwo", 'a "quote", a comma', "\u2028\x1b[31m", "=1+1"])
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


def test_a_column_may_have_a_name_of_its_own_and_come_from_the_request(
    tmp_path: Path, lineage: list[AttemptRun]
) -> None:
    columns = ("id=custom_id", "asked=params.messages[0].content", "run", "class")
    rows = _rows(run_export(tmp_path, lineage, format="csv", columns=columns)[1])
    assert rows[:3] == [
        ["id", "asked", "run", "class"],
        ["r-00000", "Hello r-00000", "root", ""],
        ["r-00001", "Hello r-00001", "r1", ""],
    ]
    assert rows[4] == ["r-00003", "Hello r-00003", "r1", "expired"]


def test_two_columns_of_one_name_are_refused(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    with pytest.raises(UsageFailure, match="two columns"):
        run_export(tmp_path, lineage, format="csv", columns=("text", "text=message.id"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_cells_that_look_like_formulas_are_counted_or_made_harmless(runs: Runs, tmp_path: Path, text: str) -> None:
    root = runs.collected(runs.prepared("root", requests(1)), {"0001": [succeeded("r-00000", text)]})
    exported, _ = run_export(tmp_path, [root], format="csv", columns=("text",))
    assert exported.formulas == 1
    exported, table = run_export(tmp_path, [root], format="csv", columns=("text",), is_for_spreadsheet=True)
    assert _rows(table)[1] == [f"'{text}"]
    assert exported.formulas == 0


def test_errors_come_with_what_was_asked_behind_what_was_received(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    exported, text = run_export(tmp_path, lineage, only="errors", adds_requests=True)
    assert text.startswith(as_line(ended("r-00003", "expired"))[:-1])
    (line,) = map(json.loads, text.splitlines())
    assert (line["params"], line["run"]) == (requests(4)[3]["params"], "r1")
    assert exported.without_request == 0


def test_joining_gives_each_line_of_the_input_its_result_also_when_the_input_is_gone(
    tmp_path: Path, lineage: list[AttemptRun]
) -> None:
    source = Path(lineage[0].inputs[0])
    lines = source.read_bytes().splitlines()
    source.unlink()
    exported, text = run_export(tmp_path, lineage, joins=True)
    joined = text.splitlines()
    assert len(joined) == 12
    assert all(after.startswith(before[:-1]) for before, after in zip(lines, joined, strict=True))
    found = [json.loads(line) for line in joined]
    assert found[1]["result"] == succeeded("r-00001", "At last.")["result"] and found[1]["run"] == "r1"
    assert found[11]["result"] is None
    assert (exported.requests, exported.missing) == (12, 2)


def test_a_class_and_single_requests_can_be_chosen(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    _, text = run_export(tmp_path, lineage, classes=frozenset({"stop:max_tokens", "expired"}))
    assert [json.loads(line)["custom_id"] for line in text.splitlines()] == ["r-00002", "r-00003"]
    _, text = run_export(tmp_path, lineage, custom_ids=frozenset({"r-00007", "r-00003"}))
    assert [json.loads(line)["custom_id"] for line in text.splitlines()] == ["r-00003", "r-00007"]


def test_requests_alone_are_the_bytes_that_were_sent(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    source = Path(lineage[0].inputs[0]).read_bytes()
    assert run_export(tmp_path, lineage, format="requests")[1] == source
    _, text = run_export(tmp_path, lineage, format="requests", classes=frozenset({"expired"}))
    assert text == source.splitlines(keepends=True)[3]


def test_what_needs_requests_says_how_to_bring_those_of_a_batch_from_elsewhere(tmp_path: Path) -> None:
    verify_results(tmp_path, [errored("x")], {"errored": 1}, None)
    chunk = AttemptChunk(label="", body="", index="", results=str(tmp_path / "results.jsonl"))
    run = AttemptRun(run="msgbatch_1", chunks=(chunk,))
    for options in ({"joins": True}, {"format": "requests"}):
        with pytest.raises(BadInput, match="started elsewhere") as caught:
            run_export(tmp_path, [run], **options)
        assert "batchtui adopt msgbatch_1 --input FILE" in caught.value.next
    assert not (tmp_path / "out").exists()
    assert run_export(tmp_path, [run], only="errors", adds_requests=True)[0].without_request == 1


def test_parquet_has_types_that_tables_understand(runs: Runs, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    results = [succeeded("r-00000", '{"score": 3}', input_tokens=2**40), errored("r-00001")]
    root = runs.collected(runs.prepared("root", requests(3)), {"0001": results})
    columns = ("custom_id", "input_tokens", "cache_read_tokens", "message.usage", "params.max_tokens", "text")
    exported, _ = run_export(tmp_path, [root], format="parquet", columns=columns)
    table = parquet.read_table(tmp_path / "out")
    assert [str(field.type) for field in table.schema] == ["string", "int64", "int64", "string", "int64", "string"]
    assert table.column("input_tokens").to_pylist() == [2**40, None]
    assert table.column("cache_read_tokens").to_pylist() == [None, None]
    assert table.column("text").to_pylist() == ['{"score": 3}', None]
    assert (exported.requests, exported.bytes) == (2, (tmp_path / "out").stat().st_size)


def test_parquet_columns_widen_to_what_holds_every_value(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    values = [(1, True, 1, 1), (2.5, False, "x", 2**70), (None, None, None, None)]
    lines = [
        {"custom_id": f"r-{number}", "result": {"type": "succeeded", "message": {"a": a, "b": b, "c": c, "d": d}}}
        for number, (a, b, c, d) in enumerate(values)
    ]
    (tmp_path / "results.jsonl").write_bytes(b"".join(as_line(line) + b"\n" for line in lines))
    chunk = AttemptChunk(label="", body="", index="", results=str(tmp_path / "results.jsonl"))
    columns = tuple(f"{name}=message.{name}" for name in "abcd")
    run_export(tmp_path, [AttemptRun(run="msgbatch_1", chunks=(chunk,))], format="parquet", columns=columns)
    table = parquet.read_table(tmp_path / "out")
    assert [str(field.type) for field in table.schema] == ["double", "bool", "string", "string"]
    assert table.column("c").to_pylist() == ["1", "x", None]
    assert table.column("a").to_pylist() == [1.0, 2.5, None]


def test_without_pyarrow_parquet_says_what_to_install(
    tmp_path: Path, lineage: list[AttemptRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(BadInput, match="pyarrow") as caught:
        run_export(tmp_path, lineage, format="parquet")
    assert "pip install 'batchtui[parquet]'" in caught.value.next
    assert not (tmp_path / "out").exists()


KILLED = """
import os, signal, sys
from batchtui.workspace.export import target
if sys.argv[2] == "named":
    target._open_nameless = lambda folder: None
with target.opened(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("way", ["nameless", "named"])
def test_a_kill_leaves_the_old_file_and_at_most_what_the_next_export_removes(
    tmp_path: Path, lineage: list[AttemptRun], way: str
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "out").write_text("old")
    subprocess.run([sys.executable, "-c", KILLED, str(folder / "out"), way], check=False)
    assert (folder / "out").read_text() == "old"
    if way == "nameless" and hasattr(os, "O_TMPFILE"):
        assert len(list(folder.iterdir())) == 1
    run_export(folder, lineage)
    assert [path.name for path in folder.iterdir()] == ["out"]


def test_how_far_it_is_counts_up_to_all_requests(tmp_path: Path, lineage: list[AttemptRun]) -> None:
    heard: list[Progress] = []
    task = ExportTask(lineage=tuple(lineage), target=str(tmp_path / "out"))
    export(task, Pace("export", heard.append))
    assert (heard[0].unit, heard[0].total) == ("requests", 12)


def _rows(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))
