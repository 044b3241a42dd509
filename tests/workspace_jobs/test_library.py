"""Any one request and result is found, and issues are grouped as the latest attempts left them."""

import json
from pathlib import Path

import pytest

from batchtui.domain.issues.triage import Verdict
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.workspace.library import FileLibrary

from .files import Runs, as_line, ended, errored, request, requests, succeeded, verify_results, write

LIBRARY = FileLibrary()


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def test_a_request_is_found_with_its_chunk_and_its_line(runs: Runs) -> None:
    run = runs.prepared("root", [b"", *requests(30)], chunk_requests=12)
    found = LIBRARY.find_request(run, "r-00013")
    assert found is not None
    assert (found.line, found.label, found.line_number) == (as_line(request("r-00013")), "0002", 15)
    assert found.file == run.inputs[0]


@pytest.mark.parametrize("custom_id", ["r-0001", "r-000130", "nobody", "user", "", "a b", '"', "0001.index"])
def test_what_is_no_request_is_not_found(runs: Runs, custom_id: str) -> None:
    assert LIBRARY.find_request(runs.prepared("root", requests(30)), custom_id) is None


def test_a_request_of_a_pruned_run_or_from_elsewhere_is_not_found(runs: Runs) -> None:
    run = runs.prepared("root", requests(3))
    Path(run.chunks[0].body).unlink()
    elsewhere = AttemptRun(run="msgbatch_1", chunks=(AttemptChunk(label="", body="", index=""),))
    assert LIBRARY.find_request(run, "r-00001") is None
    assert LIBRARY.find_request(elsewhere, "r-00001") is None


def test_a_result_is_found_and_never_one_that_only_mentions_it(tmp_path: Path) -> None:
    talk = succeeded("talker", 'see {"custom_id": "wanted"}, "wanted"')
    nested = {"result": {"type": "errored", "custom_id": "wanted"}, "custom_id": "other"}
    lines = [talk, nested, *map(succeeded, ("wanted1", "1wanted")), errored("wanted"), succeeded("last")]
    path = write(tmp_path / "r.jsonl", [as_line(line) for line in lines])
    assert LIBRARY.find_result(path, "wanted") == as_line(errored("wanted"))
    assert LIBRARY.find_result(path, "last") == as_line(succeeded("last"))
    assert LIBRARY.find_result(path, "custom_id") is None
    assert LIBRARY.find_result(path, "want") is None
    assert LIBRARY.find_result(tmp_path / "nowhere", "wanted") is None


@pytest.mark.parametrize("before", [0, 65_535, 1_048_560, 1_048_570, 1_048_576, 3_000_000])
def test_a_result_is_found_wherever_the_blocks_fall(tmp_path: Path, before: int) -> None:
    path = tmp_path / "r.jsonl"
    lines = as_line(succeeded("first", "x" * before)), as_line(succeeded("wanted", "y" * 200_000))
    path.write_bytes(b"\n".join(lines))
    assert LIBRARY.find_result(path, "wanted") == lines[1]
    assert LIBRARY.find_result(path, "first") == lines[0]


@pytest.fixture(params=[0, 1 << 20], ids=["places alone are kept", "all are kept"])
def index_of_any_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.workspace.results.issue_index.MOST_KEPT_BYTES", request.param)


@pytest.mark.usefixtures("index_of_any_size")
def test_groups_are_of_the_latest_results(runs: Runs) -> None:
    root = runs.prepared("root", requests(6))
    failures = [
        errored("r-00000"),
        errored("r-00001"),
        errored("r-00002", "invalid_request_error", "prompt is too long: 201 tokens"),
        errored("r-00003", "invalid_request_error", "prompt is too long: 99 tokens"),
    ]
    root = runs.collected(root, {"0001": [*failures, succeeded("r-00004"), succeeded("r-00005")]})
    groups = LIBRARY.groups([root])
    assert [(group.cls, group.requests, group.verdict) for group in groups] == [
        ("overloaded_error", 2, Verdict.RESEND),
        ("invalid_request_error", 2, Verdict.EDIT),
    ]
    first = runs.retried(root, [root], "r1")
    assert LIBRARY.groups([root, first]) == groups
    first = runs.collected(first, {"0001": [succeeded("r-00000"), ended("r-00001", "expired")]})
    assert [(group.cls, group.requests) for group in LIBRARY.groups([root, first])] == [
        ("expired", 1),
        ("invalid_request_error", 2),
    ]


@pytest.mark.usefixtures("index_of_any_size")
def test_effective_issues_name_the_attempt_they_are_of(runs: Runs) -> None:
    root = runs.prepared("root", requests(3))
    root = runs.collected(root, {"0001": [errored("r-00002"), errored("r-00001"), errored("r-00000")]})
    first = runs.retried(root, [root], "r1", chunk_requests=2)
    first = runs.collected(first, {"0001": [errored("r-00000", "api_error"), succeeded("r-00001")]})
    found = [
        (issue.custom_id, issue.cls, run.run, chunk.label)
        for issue, run, chunk, _ in LIBRARY.effective_issues([root, first])
    ]
    assert found == [("r-00000", "api_error", "r1", "0001"), ("r-00002", "overloaded_error", "root", "0001")]


def test_the_place_of_an_issue_gives_its_result(runs: Runs) -> None:
    root = runs.prepared("root", requests(3))
    root = runs.collected(root, {"0001": [succeeded("r-00002"), errored("r-00001"), ended("r-00000", "expired")]})
    for issue, _, chunk, _ in LIBRARY.effective_issues([root]):
        assert chunk.results is not None and chunk.issues is not None
        text = Path(chunk.results).read_bytes()[issue.offset : issue.offset + issue.length]
        assert json.loads(text)["custom_id"] == issue.custom_id
        assert issue in LIBRARY.issues(Path(chunk.issues))


def test_a_batch_from_elsewhere_is_grouped_without_bodies(tmp_path: Path) -> None:
    verify_results(tmp_path, [errored("x"), succeeded("y")], {"succeeded": 1, "errored": 1}, None)
    chunk = AttemptChunk(
        label="",
        body="",
        index="",
        results=str(tmp_path / "results.jsonl"),
        issues=str(tmp_path / "results.issues.jsonl"),
    )
    groups = LIBRARY.groups([AttemptRun(run="msgbatch_1", chunks=(chunk,))])
    assert [(group.cls, group.sample.custom_id) for group in groups] == [("overloaded_error", "x")]


def test_issues_are_made_again_when_their_index_is_gone(runs: Runs) -> None:
    root = runs.prepared("root", requests(3))
    root = runs.collected(root, {"0001": [succeeded("r-00002"), errored("r-00001"), ended("r-00000", "expired")]})
    before = list(LIBRARY.effective_issues([root]))
    assert root.chunks[0].issues is not None
    Path(root.chunks[0].issues).unlink()
    assert list(LIBRARY.effective_issues([root])) == before
