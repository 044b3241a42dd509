"""The service's limits at their true sizes, one step below and one beyond; and a line that never ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

from batchtui.domain.requests import Code
from batchtui.domain.settings import MAX_BODY_BYTES, MAX_CHUNK_REQUESTS
from batchtui.engine.jobs import Prepared
from batchtui.workspace.bodies.body import body_bytes
from tests.workspace_jobs.files import as_line, codes, prepare_files, request

LARGE_REQUESTS = 8
PLANNED_BYTES = 240_000_000
MOST_MEMORY_KIB = 150 << 10

CHECK_AND_TELL_MEMORY = """
import sys
from batchtui.__main__ import main
code = main()
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0], file=sys.stderr)
sys.exit(code)
"""
SMALL_LINE = (
    '{"custom_id":"r%d","params":'
    '{"model":"claude-haiku-4-5","max_tokens":1,"messages":[{"role":"user","content":"%d"}]}}\n'
)


def planned(source: Path) -> Prepared:
    return prepare_files(source, chunk_requests=MAX_CHUNK_REQUESTS, chunk_bytes=PLANNED_BYTES)


def large_lines(body_size: int) -> list[bytes]:
    """Requests of some 30 MB that make a body of exactly so many bytes."""
    bare = [len(as_line(request(f"r-{number}", "x"))) - 1 for number in range(LARGE_REQUESTS)]
    text = body_size - body_bytes(LARGE_REQUESTS, sum(bare))
    sizes = [text // LARGE_REQUESTS] * (LARGE_REQUESTS - 1)
    sizes.append(text - sum(sizes))
    return [as_line(request(f"r-{number}", chr(97 + number) * size)) for number, size in enumerate(sizes)]


def test_one_request_more_than_a_batch_takes_makes_a_second_chunk(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    with source.open("w") as file:
        file.writelines(SMALL_LINE % (number, number) for number in range(MAX_CHUNK_REQUESTS + 1))
    prepared = planned(source)
    assert [chunk.requests for chunk in prepared.chunks] == [MAX_CHUNK_REQUESTS, 1]
    assert prepared.report.problem_counts == {Code.CHUNK_NEAR_LIMIT: 1}


def test_a_body_of_exactly_the_planned_limit_is_one_chunk_and_one_byte_more_makes_two(tmp_path: Path) -> None:
    assert PLANNED_BYTES <= MAX_BODY_BYTES
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join(large_lines(PLANNED_BYTES)))
    assert [chunk.bytes for chunk in planned(source).chunks] == [PLANNED_BYTES]
    source.write_bytes(b"\n".join(large_lines(PLANNED_BYTES + 1)))
    prepared = planned(source)
    assert [chunk.requests for chunk in prepared.chunks] == [LARGE_REQUESTS - 1, 1]
    assert all(chunk.bytes < PLANNED_BYTES for chunk in prepared.chunks)


def test_one_request_of_forty_megabytes_is_refused_by_its_line(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join(map(as_line, (request("a"), request("b", "x" * 40_000_000), request("c")))))
    prepared = planned(source)
    assert not prepared.report.ok
    assert codes(prepared) == [(2, Code.REQUEST_TOO_LARGE)]
    assert "40,000" in prepared.report.problems[0].message


def test_a_line_of_a_gigabyte_without_end_is_told_in_little_memory(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(as_line(request("a")) + b"\n" + b'{"custom_id":"b","params":{')
    os.truncate(source, 1 << 30)  # a hole in the file: it takes no disk
    command = [sys.executable, "-c", CHECK_AND_TELL_MEMORY, "--workspace", str(tmp_path / "none"), "check", str(source)]
    done = subprocess.run([*command, "--json"], capture_output=True, check=False)
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [(problem["line"], problem["code"]) for problem in document["problems"]] == [(2, Code.REQUEST_TOO_LARGE)]
    assert int(done.stderr.splitlines()[-1]) < MOST_MEMORY_KIB
