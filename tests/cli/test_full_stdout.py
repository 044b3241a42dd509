"""Stdout that takes no more is said in a sentence, not as a defect of the program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", [["ls"], ["ls", "--json"], ["show", "nothing", "--json"]])
def test_a_full_stdout_is_told_as_what_it_is(environment: Path, arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "batchtui", "--offline", *arguments],
            stdout=full, stderr=subprocess.PIPE, env=dict(os.environ), text=True, check=False,
        )  # fmt: skip
    assert done.returncode == ExitCode.ERROR
    assert "cannot write stdout: no space left on device" in done.stderr
    assert "defect" not in done.stderr and "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
