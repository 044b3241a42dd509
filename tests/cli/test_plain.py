"""`--plain`: words alone, a line each, for a pipe or a screen reader."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.cli.conftest import KEY
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests


def test_offline_it_tells_once_what_there_is_and_what_needs_somebody_first(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    online("collect", "evals")
    lines = online("--plain", "--offline").stdout.splitlines()
    assert lines[0] == "1 alert" and lines[1].startswith("alert: evals: ")
    assert lines[2] == "1 run, 0 batches from elsewhere; ctrl+c leaves"
    assert lines[3].startswith("run evals: partial, 10 requests, ") and lines[3].endswith("1 of 1 chunk ended")


def test_it_follows_what_changes_until_it_is_ended(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    environ = os.environ | {"ANTHROPIC_BASE_URL": server.base_url, "ANTHROPIC_API_KEY": KEY}
    command = [sys.executable, "-m", "batchtui", "--plain", "--workspace", str(online.workspace)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ender = threading.Timer(60, process.kill)
    ender.start()
    assert process.stdout is not None
    told: list[str] = []
    try:
        for line in process.stdout:
            told.append(line.rstrip())
            if line.startswith("run evals: running"):
                server.add_batch(make_requests(2, prefix="s"))
                server.finish()
            if "verified" in line:
                break
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(20) == 130
    finally:
        ender.cancel()
        process.kill()
        process.communicate()
    text = "\n".join(told)
    assert "evals chunk 1 ended: " in text.replace("0001", "1") and "results verified" in text
    assert not any(ord(char) > 127 or char == "\x1b" for char in text), "words alone"
