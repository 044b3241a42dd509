"""Memory does not grow with the file: five times the requests take the memory of one."""

import subprocess
import sys
from pathlib import Path

from batchtui.workspace.child import process

PROGRAM = """
import resource, sys
from batchtui.engine.jobs import PrepareTask
from batchtui.workspace.pace import Pace
from batchtui.workspace.prepare.files import prepare

task = PrepareTask(inputs=(sys.argv[1],), chunk_requests=5000, chunk_bytes=240_000_000, staging=sys.argv[2])
assert prepare(task, Pace("prepare")).report.ok
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LINE = b'{"custom_id":"r%07d","params":{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"%d %s"}]}}\n'


def test_preparing_five_times_as_much_takes_no_more_memory(tmp_path: Path) -> None:
    small, large = (_peak_kilobytes(tmp_path, requests) for requests in (40_000, 200_000))
    assert large < small * 1.1


def _peak_kilobytes(folder: Path, requests: int) -> int:
    source = folder / f"{requests}.jsonl"
    with source.open("wb") as file:
        for number in range(requests):
            file.write(LINE % (number, number, b"x" * 200))
    command = [sys.executable, "-c", PROGRAM, str(source), str(folder / f"s{requests}")]
    return int(subprocess.run(command, capture_output=True, check=True, env=process._environment()).stdout)
