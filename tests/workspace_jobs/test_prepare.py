"""From request files to bodies: the bytes, the limits, the kinds of files, and what a failure leaves."""

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import zstandard
from isal import igzip

from batchtui.domain.failures import BadInput
from batchtui.engine.jobs import CheckRules, Progress
from batchtui.workspace import layout
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.body import body_bytes, read_member
from batchtui.workspace.pace import Canceled, Pace

from .files import as_line, body_lines, body_text, codes, prepare_files, request, requests, sent_blocks, write

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def test_a_body_holds_the_lines_byte_for_byte(tmp_path: Path) -> None:
    lines = [
        b'{"custom_id": "a",  "params": %s}' % json.dumps(request("a")["params"]).encode(),
        as_line(request("b", "\xe9\u4e16")),
    ]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), staging=tmp_path / "s")
    assert body_lines(tmp_path / "s") == lines
    text = body_text(tmp_path / "s")
    assert json.loads(text) == {"requests": [json.loads(line) for line in lines]}
    (chunk,) = prepared.chunks
    assert (chunk.bytes, chunk.sha256) == (len(text), hashlib.sha256(text).hexdigest())
    assert b"".join(sent_blocks(layout.body(tmp_path / "s", "0001"), chunk.bytes)) == text


def test_line_ends_marks_and_blank_lines_are_no_part_of_a_request(tmp_path: Path) -> None:
    wanted = [as_line(line) for line in requests(3)]
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + wanted[0] + b"\r\n\r\n  " + wanted[1] + b" \r\n" + wanted[2] + b"\n\n\n")
    prepared = prepare_files(source, staging=tmp_path / "s")
    assert prepared.report.ok and prepared.report.problems == ()
    assert body_lines(tmp_path / "s") == wanted
    (member,) = index.members(layout.index(tmp_path / "s", "0001"))
    assert list(member.line_numbers) == [1, 3, 4]


def test_the_content_hash_does_not_depend_on_files_or_line_ends(tmp_path: Path) -> None:
    lines = [as_line(line) for line in requests(4)]
    whole = prepare_files(write(tmp_path / "a.jsonl", lines)).report.content_sha256
    (tmp_path / "crlf.jsonl").write_bytes(b"\r\n".join(lines))
    parts = [write(tmp_path / "b1.jsonl", lines[:1]), write(tmp_path / "b2.jsonl", lines[1:])]
    assert whole == hashlib.sha256(b"\n".join(lines)).hexdigest()
    assert prepare_files(tmp_path / "crlf.jsonl").report.content_sha256 == whole
    assert prepare_files(*parts, chunk_requests=2).report.content_sha256 == whole


@pytest.mark.parametrize("kind", ["gzip", "gzip members", "zstd", "zstd frames"])
def test_compressed_files_are_read_and_hashed_as_they_lie(tmp_path: Path, kind: str) -> None:
    lines = [as_line(line) for line in requests(2000)]
    halves = b"".join(line + b"\n" for line in lines[:1000]), b"".join(line + b"\n" for line in lines[1000:])
    compress = gzip.compress if kind.startswith("gzip") else zstandard.ZstdCompressor().compress
    parts = (b"".join(halves),) if " " not in kind else halves
    source = tmp_path / "in.whatever"
    source.write_bytes(b"".join(map(compress, parts)))
    prepared = prepare_files(source, staging=tmp_path / "s", chunk_requests=10_000)
    assert body_lines(tmp_path / "s") == lines
    (file,) = prepared.inputs
    assert (file.bytes, file.sha256) == (source.stat().st_size, hashlib.sha256(source.read_bytes()).hexdigest())


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_cut_compressed_file_is_refused(tmp_path: Path, suffix: str) -> None:
    text = b"".join(as_line(line) + b"\n" for line in requests(5000))
    packed = igzip.compress(text) if suffix == "gz" else zstandard.ZstdCompressor().compress(text)
    source = tmp_path / f"in.jsonl.{suffix}"
    source.write_bytes(packed[: len(packed) // 2])
    try:
        prepared = prepare_files(source, staging=tmp_path / "s")
    except BadInput as failure:
        assert "damaged or cut" in str(failure)
    else:
        assert not prepared.report.ok  # zstd ends silently: the last line is cut
    assert not layout.chunks(tmp_path / "s").exists()


def test_chunks_are_split_by_number_of_requests(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(25))
    prepared = prepare_files(source, staging=tmp_path / "s", chunk_requests=10)
    assert [(chunk.label, chunk.requests) for chunk in prepared.chunks] == [("0001", 10), ("0002", 10), ("0003", 5)]
    sent = [json.loads(line) for label in ("0001", "0002", "0003") for line in body_lines(tmp_path / "s", label)]
    assert sent == requests(25)


def test_a_body_may_have_exactly_the_limit_and_not_a_byte_more(tmp_path: Path) -> None:
    lines = [as_line(line) for line in requests(3)]
    source = write(tmp_path / "in.jsonl", lines)
    exact = body_bytes(3, sum(map(len, lines)))
    assert [chunk.bytes for chunk in prepare_files(source, chunk_bytes=exact).chunks] == [exact]
    assert [chunk.requests for chunk in prepare_files(source, chunk_bytes=exact - 1).chunks] == [2, 1]
    prepared = prepare_files(source, staging=tmp_path / "s", chunk_bytes=exact - 1)
    assert [len(body_text(tmp_path / "s", chunk.label)) for chunk in prepared.chunks] == [
        c.bytes for c in prepared.chunks
    ]


def test_a_plan_without_bodies_is_the_same_but_for_the_hashes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(25))
    planned = prepare_files(source, chunk_requests=10)
    built = prepare_files(source, chunk_requests=10, staging=tmp_path / "s")
    assert planned.report == built.report
    assert {chunk.sha256 for chunk in planned.chunks} == {""}
    assert [(c.label, c.requests, c.bytes) for c in planned.chunks] == [
        (c.label, c.requests, c.bytes) for c in built.chunks
    ]


def test_a_request_that_fits_no_chunk_is_an_error_even_when_allowed(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [request("a", "x" * 5000), request("b")])
    assert codes(prepare_files(source, chunk_bytes=4000)) == [(1, "request_too_large")]
    prepared = prepare_files(source, chunk_bytes=4000, rules=CheckRules(allow=("request_too_large",)))
    assert prepared.report.ok and prepared.chunks[0].requests == prepared.report.requests == 1
    assert prepared.report.problems[0].message.endswith("left out")


def test_a_request_over_the_service_limit_may_be_allowed(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [request("a", "x" * 33_000_000)])
    assert codes(prepare_files(source, chunk_bytes=240_000_000)) == [(1, "request_too_large")]
    rules = CheckRules(allow=("request_too_large",))
    assert prepare_files(source, chunk_bytes=240_000_000, rules=rules).chunks[0].requests == 1


def test_a_line_without_end_is_given_up_and_reading_goes_on_after_it(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    with source.open("wb") as file:
        file.truncate(40_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + as_line(request("a")) + b"\n{\n")
    prepared = prepare_files(source)
    assert codes(prepared) == [(1, "request_too_large"), (3, "json_invalid")]
    assert "40,000,000" in prepared.report.problems[0].message


def test_members_are_independent_and_small_and_cut_at_line_ends(tmp_path: Path) -> None:
    lines = [as_line(request(f"r-{number}", f"{number}" + "x" * 700_000)) for number in range(13)]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), staging=tmp_path / "s", chunk_bytes=240_000_000)
    members = list(index.members(layout.index(tmp_path / "s", "0001")))
    assert [member.requests for member in members] == [5, 5, 3]
    text = body_text(tmp_path / "s")
    with layout.body(tmp_path / "s", "0001").open("rb") as body:
        for at, member in enumerate(members):
            body.seek(member.at)
            part = gzip.decompress(body.read(member.size))
            assert len(part) <= 4_000_000
            assert text[member.start : member.start + len(part)] == part
            assert read_member(body, member) == lines[5 * at : 5 * at + 5]
    assert index.read_header(layout.index(tmp_path / "s", "0001")).sha256 == prepared.chunks[0].sha256


def test_the_index_says_which_file_and_line_a_request_came_from(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", requests(2))
    second = write(tmp_path / "b.jsonl", [b"", *requests(2, start=2)])
    prepare_files(first, second, staging=tmp_path / "s")
    members = list(index.members(layout.index(tmp_path / "s", "0001")))
    assert [(member.file, list(member.line_numbers), list(member.ids)) for member in members] == [
        (0, [1, 2], ["r-00000", "r-00001"]),
        (1, [2, 3], ["r-00002", "r-00003"]),
    ]


def test_files_are_private(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(1)), staging=tmp_path / "s")
    for path in [tmp_path / "s", *(tmp_path / "s").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_errors_leave_no_bodies(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [*requests(25), b"{"])
    assert not prepare_files(source, staging=tmp_path / "s", chunk_requests=10).report.ok
    assert list((tmp_path / "s").iterdir()) == []


def test_a_file_that_grows_while_it_is_read_is_refused_with_both_sizes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(20_000))
    before = source.stat().st_size

    def grow(_: Progress) -> None:
        if source.stat().st_size == before:  # a slow machine tells of progress more than once
            with source.open("ab") as file:
                file.write(b"\n")

    with pytest.raises(BadInput, match="changed while it was read") as caught:
        prepare_files(source, staging=tmp_path / "s", pace=Pace("prepare", grow))
    assert f"{before:,}" in str(caught.value) and f"{before + 1:,}" in str(caught.value)
    assert list((tmp_path / "s").iterdir()) == []


def test_a_file_that_is_cut_while_it_is_read_is_refused_with_both_sizes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(20_000))
    before = source.stat().st_size

    with pytest.raises(BadInput, match="changed while it was read") as caught:
        prepare_files(source, pace=Pace("prepare", lambda _: os.truncate(source, 1_000)))
    assert f"{before:,}" in str(caught.value) and "1,000 at the end" in str(caught.value)


def test_a_job_can_be_canceled_within_a_line_of_any_length(tmp_path: Path) -> None:
    path = tmp_path / "one-line.jsonl"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    asked = count()
    with pytest.raises(Canceled):
        prepare_files(path, pace=Pace("prepare", is_canceled=lambda: next(asked) >= 3))
    assert next(asked) < 10


def test_a_file_that_is_written_over_while_it_is_read_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(20_000))

    def write_over(_: Progress) -> None:
        with source.open("r+b") as file:
            file.write(b"{")

    with pytest.raises(BadInput, match="bytes at first and at the end, but not the same ones"):
        prepare_files(source, staging=tmp_path / "s", pace=Pace("prepare", write_over))
    assert list((tmp_path / "s").iterdir()) == []


def test_canceling_leaves_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(30_000))
    seen: list[Progress] = []
    with pytest.raises(Canceled):
        prepare_files(
            source, staging=tmp_path / "s", chunk_requests=100, pace=Pace("p", seen.append, lambda: bool(seen))
        )
    assert seen
    assert list((tmp_path / "s").iterdir()) == []


def test_progress_ends_with_all_bytes_and_requests(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", requests(10))
    seen: list[Progress] = []
    prepare_files(source, pace=Pace("prepare", seen.append))
    assert (seen[-1].done, seen[-1].total, seen[-1].requests) == (source.stat().st_size, source.stat().st_size, 10)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from batchtui.domain.failures import WorkspaceDamaged
    from batchtui.workspace import syscalls

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(syscalls, "fsync", full)
    with pytest.raises(WorkspaceDamaged, match="no space left"):
        prepare_files(write(tmp_path / "in.jsonl", requests(10)), staging=tmp_path / "s")
    assert list((tmp_path / "s").iterdir()) == []


def test_a_disk_that_would_not_hold_the_bodies_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    source = write(tmp_path / "in.jsonl", requests(5000))
    with pytest.raises(BadInput, match=r"1,000 bytes free, the bodies need about \d+,\d+"):
        prepare_files(source, staging=tmp_path / "s")
    assert list((tmp_path / "s").iterdir()) == []
    assert prepare_files(source).report.ok


@pytest.mark.parametrize("kinds", [["plain"], ["gzip"], ["zstd"], ["plain", "gzip", "zstd"]], ids="+".join)
@pytest.mark.parametrize("words", [1, 200])
def test_what_bodies_need_is_told_before_and_is_what_they_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: list[str], words: int
) -> None:
    random = Random(words)
    sources = []
    for number, kind in enumerate(kinds):
        texts = (" ".join(f"{random.getrandbits(32):x}" for _ in range(words)) for _ in range(2000))
        lines = b"\n".join(as_line(request(f"{kind}-{at:06d}", text)) for at, text in enumerate(texts))
        sources.append(tmp_path / f"{number}.{kind}")
        sources[-1].write_bytes(PACKERS[kind](lines))
    prepare_files(*sources, staging=tmp_path / "s")
    taken = sum(path.stat().st_size for path in (tmp_path / "s" / "chunks").iterdir())
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(BadInput, match="bytes free") as caught:
        prepare_files(*sources, staging=tmp_path / "t")
    told = int(caught.value.what.rpartition("about ")[2].replace(",", ""))
    assert taken <= told <= 1.2 * taken


@pytest.mark.parametrize("late", [b"\r", b"  ", b"\n", b"\n \n"])
def test_a_file_that_is_tidy_only_at_first_has_the_same_content_hash(tmp_path: Path, late: bytes) -> None:
    lines = [as_line(line) for line in requests(1000)]
    tidy = write(tmp_path / "tidy.jsonl", lines)
    source = write(tmp_path / "in.jsonl", [*lines[:900], lines[900] + late, *lines[901:]])
    assert prepare_files(tidy).report.content_sha256 == hashlib.sha256(b"\n".join(lines)).hexdigest()
    for staging in (None, tmp_path / "s"):
        prepared = prepare_files(source, staging=staging)
        assert prepared.report.content_sha256 == hashlib.sha256(b"\n".join(lines)).hexdigest()
    assert body_lines(tmp_path / "s") == lines


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\r\n  \n"])
def test_the_end_of_a_file_does_not_change_its_content_hash(tmp_path: Path, end: bytes) -> None:
    lines = [as_line(line) for line in requests(3)]
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join(lines) + end)
    prepared = prepare_files(source)
    assert prepared.report.content_sha256 == hashlib.sha256(b"\n".join(lines)).hexdigest()
    assert prepared.inputs[0].sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
