"""Complete means complete: every custom_id once, every count right, and nothing else."""

import hashlib
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.results import TypeTallies
from batchtui.workspace import layout
from batchtui.workspace.results import issue_index

from .files import as_line, ended, errored, prepare_files, requests, succeeded, verify_results, write

COUNTS = {"succeeded": 6, "errored": 2, "canceled": 1, "expired": 1}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The index of a chunk of ten requests."""
    prepare_files(write(tmp_path / "in.jsonl", requests(10)), staging=tmp_path / "s")
    return layout.index(tmp_path / "s", "0001")


def results() -> list[Any]:
    ids = [f"r-{number:05d}" for number in range(10)]
    lines = [*map(succeeded, ids[:6]), *map(errored, ids[6:8]), ended(ids[8], "canceled"), ended(ids[9], "expired")]
    random.Random(1).shuffle(lines)
    return lines


def test_whole_results_in_any_order_are_complete(tmp_path: Path, index: Path) -> None:
    verified = verify_results(tmp_path, results(), COUNTS, index)
    text = (tmp_path / "results.jsonl").read_bytes()
    assert (verified.is_complete, verified.reason, verified.ids_match) == (True, "", True)
    assert verified.tallies == TypeTallies(succeeded=6, errored=2, canceled=1, expired=1)
    assert (verified.bytes, verified.sha256) == (len(text), hashlib.sha256(text).hexdigest())


def test_the_groups_of_issues_are_counted_but_for_what_somebody_stopped(tmp_path: Path, index: Path) -> None:
    verified = verify_results(tmp_path, results(), COUNTS, index)
    found = [(group.cls, group.template, group.requests) for group in verified.groups]
    assert found == [("overloaded_error", "Overloaded", 2), ("expired", "not begun within 24 h", 1)]


def test_an_answer_that_ends_in_half_an_emoji_is_a_result_like_any_other(tmp_path: Path, index: Path) -> None:
    whole = [as_line(line) for line in results()]
    cut = [line.replace(b"Fine.", rb"Fine \ud83d") for line in whole]
    assert whole != cut
    verified = verify_results(tmp_path, cut, COUNTS, index)
    assert (verified.is_complete, verified.reason) == (True, "")
    assert rb"\ud83d" in (tmp_path / "results.jsonl").read_bytes(), "what was received is kept byte for byte"


def test_the_issues_are_indexed_with_their_place_in_the_file(tmp_path: Path, index: Path) -> None:
    lines = [b"", *results()]
    verified = verify_results(tmp_path, lines, COUNTS, index)
    text = (tmp_path / "results.jsonl").read_bytes()
    issues = list(issue_index.read(tmp_path / "results.issues.jsonl"))
    assert verified.issues == len(issues) == 4
    assert {issue.cls for issue in issues} == {"overloaded_error", "canceled", "expired"}
    for issue in issues:
        line = text[issue.offset : issue.offset + issue.length]
        assert line in [as_line(value) for value in results()]
        assert issue.custom_id.encode() in line


def test_usage_and_cost_are_summed_by_model(tmp_path: Path, index: Path) -> None:
    lines = results()
    lines[lines.index(succeeded("r-00000"))] = succeeded("r-00000", input_tokens=1_000_000, output_tokens=100_000)
    usage = verify_results(tmp_path, lines, COUNTS, index).usage["claude-sonnet-5"]
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (6, 1_000_050, 100_025)
    assert usage.cost_usd == Decimal("1.5001750")  # half of 1.000050 * 2 + 0.100025 * 10


def test_an_unknown_price_makes_the_cost_unknown_never_zero(tmp_path: Path, index: Path) -> None:
    lines = [as_line(line).replace(b"claude-sonnet-5", b"claude-other") for line in results()]
    assert verify_results(tmp_path, lines, COUNTS, index).usage["claude-other"].cost_usd is None


def test_a_polite_truncation_at_any_line_is_not_complete(tmp_path: Path, index: Path) -> None:
    for kept in range(10):
        verified = verify_results(tmp_path, results()[:kept], COUNTS, index)
        assert not verified.is_complete
        assert verified.reason == f"{kept} of 10 results are there"


def test_a_cut_in_the_middle_of_a_line_names_the_line(tmp_path: Path, index: Path) -> None:
    lines = [as_line(line) for line in results()]
    lines[-1] = lines[-1][:-7]
    verified = verify_results(tmp_path, lines, COUNTS, index)
    assert (verified.is_complete, verified.reason) == (False, "line 10: is no whole result")


@pytest.mark.parametrize(
    "line", [b"null", b"{}", b'{"custom_id":5,"result":{"type":"expired"}}', b'{"custom_id":"r-00000"}', b"\xff"]
)
def test_what_is_no_result_is_never_counted(tmp_path: Path, index: Path, line: bytes) -> None:
    verified = verify_results(tmp_path, [*results()[:9], line], COUNTS, index)
    assert not verified.is_complete
    assert "line 10" in verified.reason


def test_a_repeated_result_is_not_complete(tmp_path: Path, index: Path) -> None:
    lines = [line for line in results() if line["custom_id"] != "r-00001"]
    verified = verify_results(tmp_path, [*lines, succeeded("r-00000")], COUNTS, index)
    assert (verified.is_complete, verified.reason) == (False, "line 10: custom_id r-00000 is there twice")
    assert verified.ids_match


def test_a_result_too_many_is_not_complete(tmp_path: Path, index: Path) -> None:
    verified = verify_results(tmp_path, [*results(), succeeded("r-99999")], COUNTS, index)
    assert not verified.is_complete
    assert verified.reason.startswith("11 of 10 results are there")


def test_whole_results_of_another_batch_do_not_match(tmp_path: Path, index: Path) -> None:
    lines = [as_line(line).replace(b'"r-', b'"other-') for line in results()]
    verified = verify_results(tmp_path, lines, COUNTS, index)
    assert (verified.is_complete, verified.ids_match) == (False, False)
    cut = verify_results(tmp_path, lines[:5], COUNTS, index)
    assert (cut.is_complete, cut.ids_match) == (False, True)


def test_tallies_must_equal_the_counts_of_the_service(tmp_path: Path, index: Path) -> None:
    verified = verify_results(tmp_path, results(), {**COUNTS, "succeeded": 7, "errored": 1}, index)
    assert not verified.is_complete
    assert verified.reason == "6 results are succeeded, the service counts 7"


def test_a_batch_that_has_not_ended_is_not_complete(tmp_path: Path, index: Path) -> None:
    assert not verify_results(tmp_path, results(), {**COUNTS, "succeeded": 5, "processing": 1}, index).is_complete


def test_results_of_unknown_types_may_make_up_for_known_ones(tmp_path: Path, index: Path) -> None:
    lines = [line for line in results() if line["custom_id"] != "r-00000"] + [ended("r-00000", "paused")]
    verified = verify_results(tmp_path, lines, COUNTS, index)
    assert verified.is_complete
    assert verified.tallies.unknown == 1
    assert "unknown:paused" in {issue.cls for issue in issue_index.read(tmp_path / "results.issues.jsonl")}
    off = verify_results(tmp_path, lines, {**COUNTS, "errored": 1, "succeeded": 7}, index)
    assert not off.is_complete


def test_a_success_in_an_unknown_shape_is_an_issue_never_a_success(tmp_path: Path, index: Path) -> None:
    lines = [line for line in results() if line["custom_id"] != "r-00000"]
    strange = {"custom_id": "r-00000", "result": {"type": "succeeded", "message": "Fine."}}
    verified = verify_results(tmp_path, [*lines, strange], COUNTS, index)
    assert verified.is_complete
    assert "unknown:succeeded" in {issue.cls for issue in issue_index.read(tmp_path / "results.issues.jsonl")}
    assert verified.usage["claude-sonnet-5"].requests == 5


def test_a_batch_from_elsewhere_needs_unique_ids_and_right_tallies(tmp_path: Path) -> None:
    assert verify_results(tmp_path, results(), COUNTS, None).is_complete
    assert not verify_results(tmp_path, results()[:9], COUNTS, None).is_complete
    assert not verify_results(tmp_path, [*results()[:9], results()[0]], COUNTS, None).is_complete


def test_blank_lines_hold_no_result_and_hide_none(tmp_path: Path, index: Path) -> None:
    lines = results()
    verified = verify_results(tmp_path, [*lines[:5], b"", b"  ", *lines[5:], b""], COUNTS, index)
    assert verified.is_complete


def test_issues_can_be_made_again_from_the_results(tmp_path: Path, index: Path) -> None:
    verify_results(tmp_path, results(), COUNTS, index)
    path = tmp_path / "results.issues.jsonl"
    before = list(issue_index.read(path))
    path.unlink()
    assert list(issue_index.read(path, tmp_path / "results.jsonl")) == before


def test_results_with_one_line_twice_and_a_strange_one_are_damaged_and_no_proof_of_another_batch(
    tmp_path: Path, index: Path
) -> None:
    """Only a whole file can prove that it is somebody else's."""
    lines = results()
    first, second, third = (lines.index(succeeded(f"r-{number:05d}")) for number in range(3))
    lines[first], lines[second] = lines[third], succeeded("x-00001")
    verified = verify_results(tmp_path, lines, COUNTS, index)
    assert (verified.is_complete, verified.ids_match) == (False, True)
