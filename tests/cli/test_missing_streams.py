"""A program that is started without some of its standard streams, as by a daemon or `>&-`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode

CLOSED = ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")

HOLDERS = """
import os, sys
from batchtui.__main__ import ensure_streams
ensure_streams()
with open("journal", "wb") as file:
    os.write(int(sys.argv[1]), b"talk")
    os._exit(0 if file.fileno() > 2 and None not in (sys.stdin, sys.stdout, sys.stderr) else 1)
"""
"""Opens a file as the first thing that it does, and talks to a stream that is not there."""


def _shell(command: str, streams: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'exec "$@" {streams}', "bash", sys.executable, *command.split()],
        env=dict(os.environ), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("streams", CLOSED)
@pytest.mark.parametrize("command", ["ls", "ls --json", "doctor", "help", "show nothing --json"])
def test_a_stream_that_is_not_there_is_no_defect(environment: Path, streams: str, command: str) -> None:
    expected = ExitCode.ERROR if command.startswith("show") else ExitCode.DONE

    ending = _shell(f"-m batchtui --offline {command}", streams)

    assert ending.returncode == expected, ending.stderr
    assert "defect" not in ending.stderr and "Traceback" not in ending.stderr


@pytest.mark.parametrize("streams", CLOSED)
@pytest.mark.parametrize("stream", ["1", "2"])
def test_no_file_ever_takes_the_place_of_a_stream(environment: Path, streams: str, stream: str) -> None:
    script = environment / "holders.py"
    script.write_text(HOLDERS)

    assert _shell(f"{script} {stream}", streams).returncode == 0
    assert (environment / "journal").read_bytes() == b""


def test_what_there_is_of_streams_is_left_alone(environment: Path) -> None:
    ending = _shell("-m batchtui --offline ls --json", "<&-")

    assert json.loads(ending.stdout)["runs"] == []
