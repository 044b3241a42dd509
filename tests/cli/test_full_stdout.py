"""Stdout that takes no more is said in a sentence, not as a defect of the program."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.program import Program
from tests.otherserver import OtherServer

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
@pytest.mark.parametrize(
    "arguments",
    [
        ["ls"],
        ["ls", "--json"],
        ["show", "nothing", "--json"],
        ["--help"],
        ["ls", "-h"],
        ["simulate", "--list-scenarios"],
    ],
)
def test_a_full_stdout_is_told_as_what_it_is(environment: Path, arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "batchtui", "--offline", *arguments],
            stdout=full, stderr=subprocess.PIPE, env=dict(os.environ), text=True, check=False,
        )  # fmt: skip
    assert done.returncode == ExitCode.ERROR
    assert "cannot write stdout: no space left on device" in done.stderr
    assert "defect" not in done.stderr and "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
def test_a_version_that_cannot_be_told_is_told_likewise() -> None:
    with FULL.open("wb") as full:
        command = [sys.executable, "-m", "batchtui", "--version"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ExitCode.ERROR
    assert done.stderr.startswith("batchtui: cannot write stdout: no space left on device")


@pytest.fixture
def collected(online: Program, server: OtherServer, requests_file: Path) -> None:
    """A run whose results are here."""
    online("submit", str(requests_file), "--name", "done", "--yes")
    server.finish()
    assert "10 results" in online("collect", "done").stdout


def _export(format_: str, stdout: int | IO[bytes]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "batchtui", "--offline", "export", "done", "-o", "-", "--format", format_],
        stdout=stdout, stderr=subprocess.PIPE, env=dict(os.environ), text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_an_export_to_a_full_stdout_is_told_as_what_it_is(collected: None, format_: str) -> None:
    with FULL.open("wb") as full:
        done = _export(format_, full)
    assert done.returncode == ExitCode.ERROR
    assert "cannot write stdout: no space left on device" in done.stderr
    assert "defect" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_an_export_whose_reader_left_ends_as_other_commands_do(collected: None, format_: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = _export(format_, pipe)
    assert done.returncode == 128 + signal.SIGPIPE
    assert done.stderr == ""
