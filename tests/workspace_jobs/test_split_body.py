"""A body that is too large becomes two whole ones; the first stays as it is."""

import json
from pathlib import Path

import pytest

from batchtui.domain.failures import BadInput
from batchtui.engine.jobs import SplitTask
from batchtui.workspace import layout
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.halving import split_body

from .files import PACE, body_lines, body_text, prepare_files, requests, sent_blocks, write


def halve(staging: Path, label: str) -> SplitTask:
    return SplitTask(
        body=str(layout.body(staging, label)),
        index=str(layout.index(staging, label)),
        label=label,
        folder=str(layout.chunks(staging)),
    )


@pytest.mark.parametrize("count", [2, 7])
def test_the_halves_hold_all_requests_in_order(tmp_path: Path, count: int) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(count)), staging=tmp_path / "s")
    before = body_text(tmp_path / "s")
    first, second = split_body(halve(tmp_path / "s", "0001"), PACE)
    assert (first.label, second.label) == ("0001a", "0001b")
    assert (first.requests, second.requests) == (count // 2, count - count // 2)
    assert body_lines(tmp_path / "s", "0001a") + body_lines(tmp_path / "s", "0001b") == body_lines(tmp_path / "s")
    assert body_text(tmp_path / "s") == before
    for half in (first, second):
        text = b"".join(sent_blocks(layout.body(tmp_path / "s", half.label), half.bytes))
        assert len(json.loads(text)["requests"]) == half.requests


def test_the_halves_keep_the_places_in_the_input(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", [b"", *requests(5)]), staging=tmp_path / "s")
    split_body(halve(tmp_path / "s", "0001"), PACE)
    (member,) = index.members(layout.index(tmp_path / "s", "0001b"))
    assert (list(member.line_numbers), list(member.ids)) == ([4, 5, 6], ["r-00002", "r-00003", "r-00004"])


def test_a_half_can_be_halved_and_a_second_try_replaces_the_first(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(8)), staging=tmp_path / "s")
    for _ in range(2):
        split_body(halve(tmp_path / "s", "0001"), PACE)
    first, second = split_body(halve(tmp_path / "s", "0001b"), PACE)
    assert (first.label, second.label, first.requests, second.requests) == ("0001ba", "0001bb", 2, 2)


def test_a_single_request_cannot_be_halved(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(1)), staging=tmp_path / "s")
    with pytest.raises(BadInput, match="single request"):
        split_body(halve(tmp_path / "s", "0001"), PACE)
    assert sorted(path.name for path in layout.chunks(tmp_path / "s").iterdir()) == ["0001.index", "0001.json.gz"]
