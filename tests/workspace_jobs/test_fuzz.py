"""Whatever the bytes are, a request file ends in problems or a plan, and only whole results count as complete."""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.domain.failures import BadInput
from batchtui.workspace.jsonl import Lines, split, without_mark

from .files import as_line, body_text, prepare_files, request, requests, succeeded, verify_results, write

GOOD = [as_line(line) for line in requests(4)]
RESULTS = [as_line(succeeded(line["custom_id"])) for line in requests(4)]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
params = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("model", "max_tokens", "messages", "system", "stream", "store", "temperature", "inference_geo"), json_values
    ),
)
request_lines = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(GOOD),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({}, optional={"custom_id": json_values, "params": json_values | params}).map(
        lambda value: json.dumps(value).encode()
    ),
    st.integers(0, 200).flatmap(lambda cut: st.sampled_from(GOOD).map(lambda line: line[:cut])),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(request_lines, max_size=6), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_any_request_file_ends_in_problems_or_a_body_of_exactly_its_requests(
    lines: list[bytes], end: bytes, builds: bool
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.jsonl"
        source.write_bytes(b" " + end.join(lines))  # not the magic of a compressed file
        prepared = prepare_files(source, staging=folder / "s" if builds else None)
        if not prepared.report.ok:
            assert prepared.report.problems and not prepared.chunks
        elif builds:
            sent = [request for chunk in prepared.chunks for request in _body(folder, chunk.label)]
            told = [json.loads(line) for line in source.read_bytes().split(b"\n") if line.strip()]
            assert sent == told


def _body(folder: Path, label: str) -> list[Any]:
    return list(json.loads(body_text(folder / "s", label))["requests"])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd"]))
def test_any_bytes_that_look_compressed_end_in_a_report_or_bad_input(content: bytes, magic: bytes) -> None:
    with TemporaryDirectory() as name:
        source = Path(name) / "in.jsonl.gz"
        source.write_bytes(magic + content)
        try:
            assert not prepare_files(source).report.ok
        except BadInput as failure:
            assert str(source) in str(failure)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_flipped_byte_in_a_gzip_file_never_changes_what_is_sent(place: int, value: int) -> None:
    packed = bytearray(gzip.compress(b"\n".join(GOOD), mtime=0))
    packed[place % len(packed)] = value
    with TemporaryDirectory() as name:
        source = Path(name) / "in.jsonl.gz"
        source.write_bytes(packed)
        try:
            prepared = prepare_files(source, staging=Path(name) / "s")
        except BadInput:
            return
        assert not prepared.report.ok or _body(Path(name), "0001") == requests(4)


result_lines = st.one_of(
    st.sampled_from(RESULTS),
    st.binary(max_size=60),
    st.integers(0, 200).flatmap(lambda cut: st.sampled_from(RESULTS).map(lambda line: line[:cut])),
    st.fixed_dictionaries({"custom_id": json_values, "result": json_values}).map(
        lambda value: json.dumps(value).encode()
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(result_lines, max_size=6) | st.permutations(RESULTS), st.booleans())
def test_results_are_complete_only_when_each_is_there_once(lines: list[bytes], has_index: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepare_files(write(folder / "in.jsonl", GOOD), staging=folder / "s")
        index = folder / "s" / "chunks" / "0001.index" if has_index else None
        verified = verify_results(folder, lines, {"succeeded": 4}, index)
        present = [line for text in lines for line in text.split(b"\n") if line.strip()]
        assert verified.is_complete == (sorted(present) == sorted(RESULTS))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(0, 30))
def test_lines_are_the_same_however_the_blocks_fall(blocks: list[bytes], limit: int) -> None:
    text = b"".join(blocks)
    wanted = text.split(b"\n")
    if not wanted[-1]:
        wanted.pop()
    found: dict[int, bytes | int] = {}
    for part in split(blocks, limit=limit):
        if isinstance(part, Lines):
            found.update(enumerate(part.lines, part.first))
        else:
            found[part.number] = part.size_bytes
    assert found == {number: line if len(line) <= limit else len(line) for number, line in enumerate(wanted, 1)}


@given(st.lists(st.binary(max_size=3), max_size=6))
def test_a_byte_order_mark_is_dropped_once_however_the_blocks_fall(blocks: list[bytes]) -> None:
    text = b"".join(blocks)
    assert b"".join(without_mark(iter([b"\xef", b"\xbb\xbf", *blocks]))) == text
    assert b"".join(without_mark(blocks)) == text.removeprefix(b"\xef\xbb\xbf")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_comes_back_from_the_body(texts: list[str]) -> None:
    lines = [request(f"r-{number}", text or "-") for number, text in enumerate(texts)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            source = write(folder / "in.jsonl", lines)
        except UnicodeEncodeError:
            return
        assert prepare_files(source, staging=folder / "s").report.ok
        assert _body(folder, "0001") == lines
