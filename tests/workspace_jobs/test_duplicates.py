"""Requests that are there twice are found at any distance, and only those."""

from array import array
from pathlib import Path

import pytest

from batchtui.engine.jobs import CheckRules
from batchtui.workspace.prepare import fingerprints
from batchtui.workspace.prepare.fingerprints import Fingerprints

from .files import body_lines, codes, prepare_files, request, requests, write


def test_a_custom_id_twice_is_found_however_far_apart(tmp_path: Path) -> None:
    lines = [*requests(3000), request("r-00007", "other text")]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), chunk_requests=100)
    assert codes(prepared) == [(3001, "custom_id_duplicate")]
    assert prepared.report.problems[0].message == "the custom_id is also on line 8"
    assert prepared.report.problems[0].custom_id == "r-00007"
    assert not prepared.report.ok


def test_a_custom_id_in_two_files_names_the_other_file(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.jsonl", requests(5)), write(tmp_path / "b.jsonl", [request("r-00004", "x")])
    (problem,) = prepare_files(first, second).report.problems
    assert (problem.file, problem.line) == (str(second), 1)
    assert problem.message == f"the custom_id is also on line 5 of {first}"


def test_every_further_occurrence_is_counted(tmp_path: Path) -> None:
    lines = [
        request("twice", "1"),
        request("thrice", "2"),
        *(request(name, name) for name in ("thrice", "twice", "thrice")),
    ]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines))
    assert prepared.report.problem_counts == {"custom_id_duplicate": 3}
    assert [line for line, _ in codes(prepared)] == [3, 4, 5]


def test_a_broken_twin_is_found_too(tmp_path: Path) -> None:
    lines = [request("a", max_tokens=0), request("a", "other")]
    found = codes(prepare_files(write(tmp_path / "in.jsonl", lines)))
    assert found == [(1, "max_tokens_invalid"), (2, "custom_id_duplicate")]


def test_the_same_params_under_another_id_are_a_warning_that_names_it(tmp_path: Path) -> None:
    lines = [request("a", "same"), request("b", "other"), request("c", "same")]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines))
    assert prepared.report.ok
    (problem,) = prepared.report.problems
    assert (problem.line, problem.code, problem.custom_id) == (3, "body_duplicate", "c")
    assert problem.message == "the same params as a on line 1"


def test_the_place_of_params_in_the_line_does_not_matter(tmp_path: Path) -> None:
    text = b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}]}'
    lines = [b'{"custom_id":"a","params":%s}' % text, b'{ "params": %s, "custom_id":"b"}' % text]
    assert codes(prepare_files(write(tmp_path / "in.jsonl", lines))) == [(2, "body_duplicate")]


def test_allowed_twins_are_left_out_after_the_first(tmp_path: Path) -> None:
    lines = [request("a", "1"), request("b", "2"), request("a", "3"), request("c", "4"), request("a", "5")]
    rules = CheckRules(allow=("custom_id_duplicate",))
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), staging=tmp_path / "s", rules=rules)
    assert prepared.report.ok
    assert codes(prepared) == [(3, "custom_id_duplicate"), (5, "custom_id_duplicate")]
    assert prepared.report.requests == prepared.chunks[0].requests == 3
    assert [b'"1"' in line or b'"2"' in line or b'"4"' in line for line in body_lines(tmp_path / "s")] == [True] * 3


def test_ids_that_share_a_hash_are_no_twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from batchtui.workspace.prepare import duplicates, intake

    monkeypatch.setattr(duplicates, "hash", lambda _: 7, raising=False)
    monkeypatch.setattr(intake, "hash", lambda _: 7, raising=False)
    prepared = prepare_files(write(tmp_path / "in.jsonl", [*requests(20), request("r-00003", "x")]))
    assert codes(prepared) == [(21, "custom_id_duplicate")]


def test_fingerprints_are_found_across_many_deals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "DEALT_AT", 100)
    prints = Fingerprints(tmp_path)
    values = [number * 7919 - 2**62 for number in range(5000)]
    for start in range(0, 5000, 30):
        prints.extend(values[start : start + 30])
    assert prints.repeats() == (set(), 0)
    prints.extend([values[0], values[4999], values[0]])
    assert prints.repeats() == ({values[0], values[4999]}, 0)
    prints.close()
    assert list(tmp_path.iterdir()) == []


def test_beyond_many_suspects_repeats_are_still_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "MOST_SUSPECTS", 10)
    lines = [*requests(2000), *(request(f"r-{number:05d}", f"again {number}") for number in range(2000))]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines))
    assert prepared.report.problem_counts == {"custom_id_duplicate": 2000}
    assert not prepared.report.ok


def test_a_partition_is_all_that_is_in_memory(tmp_path: Path) -> None:
    prints = Fingerprints(tmp_path)
    prints.extend(list(range(10_000)))
    sizes = [len(partition) for partition in _dealt(prints)]
    assert sum(sizes) == 10_000
    assert max(sizes) <= 40
    prints.close()


def _dealt(prints: Fingerprints) -> list["array[int]"]:
    prints._deal()
    return list(prints._partitions())
