"""The demo in a real terminal, by keys alone; and nothing but loopback is spoken to, whatever the environment holds."""

import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.data import data_dir
from tests.tui.driver import PtyApp

MARKED_KEY = "sk-ant-api03-MARKED-REAL-LOOKING-KEY-0000"
WATCH = Path(__file__).parent / "sitewatch"


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A listener that stands for the outside: nobody may come."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.01)
        yield listener


def press(app: PtyApp, *keys: str) -> None:
    """Press keys, and wait until the answer to them has been drawn."""
    app.send(*keys)
    time.sleep(0.2)
    app.settle()


def demo(tmp_path: Path, trap: socket.socket) -> PtyApp:
    outside = f"http://127.0.0.1:{trap.getsockname()[1]}"
    environ = {
        "ANTHROPIC_API_KEY": MARKED_KEY,
        "ANTHROPIC_AUTH_TOKEN": MARKED_KEY,
        "ANTHROPIC_BASE_URL": outside,
        "ANTHROPIC_PROFILE": "default",
        "HTTPS_PROXY": outside,
        "HTTP_PROXY": outside,
        "http_proxy": outside,
        "ALL_PROXY": outside,
        "SITEWATCH_LOG": str(tmp_path / "connections"),
        "PYTHONPATH": str(WATCH),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }
    return PtyApp([sys.executable, "-m", "batchtui", "demo"], size=(80, 24), env=environ, cwd=Path.cwd())


@pytest.mark.pty
def test_the_whole_job_by_keys_alone(tmp_path: Path, trap: socket.socket) -> None:
    with demo(tmp_path, trap) as app:
        app.wait_for("nightly-eval-1120")
        app.wait_for(lambda text: "product-copy" in text and "demo" in text.splitlines()[0])
        app.wait_for(lambda text: re.search(r"partial +nightly-eval-1120 .* 4/4", text) is not None)

        app.send("S")
        app.wait_for("file")
        app.send(str(data_dir("examples") / "requests.jsonl"), "\r")
        app.wait_for("sends 600 requests")
        app.settle()
        app.send("\r")  # Enter means No
        app.wait_gone("sends 600 requests")
        app.send("S")
        app.wait_for("file")
        app.send(str(data_dir("examples") / "requests.jsonl"), "\r")
        app.wait_for("sends 600 requests")
        app.settle()
        app.send("y")
        app.wait_for(lambda text: re.search(r"(running|sending) +requests-", text) is not None)

        app.send("C")
        app.wait_for("cancel requests-")
        app.settle()  # keys typed before all of it was drawn are let go
        app.send("\x1b")  # a change of mind
        app.wait_gone("cannot be undone")
        app.settle()
        app.send("C")
        app.wait_for("cannot be undone")
        app.settle()
        app.send("y")
        app.wait_for(lambda text: re.search(r"(stopping|canceled) +requests-", text) is not None)

        press(app, "n")
        for _ in range(6):
            if re.search(r"▌! partial +nightly-eval-1120", app.text()):
                break
            press(app, "n")
        app.send("e")
        app.wait_for("overloaded_error")
        press(app, "\r")
        app.wait_for(lambda text: re.search(r"─ members \d+ ─", text) is not None)
        press(app, "\r")
        app.wait_for("custom_id")
        press(app, "3")
        app.wait_for("overloaded_error")
        press(app, "\x1b")
        press(app, "\x1b")
        app.wait_for("groups")
        app.send("R")
        app.wait_for("nightly-eval-1120.r1")
        app.wait_for("y sends")
        app.settle()
        app.send("y")
        is_there = re.compile(r"▌..(running|sending|ok|partial) +nightly-eval")
        app.wait_for(lambda text: is_there.search(text) is not None)
        app.send("q")
        app.wait_exit()
    assert_only_loopback(tmp_path, trap)


def assert_only_loopback(tmp_path: Path, trap: socket.socket) -> None:
    lines = (tmp_path / "connections").read_text().splitlines()
    port = trap.getsockname()[1]
    assert any("127.0.0.1" in line for line in lines)
    strangers = [line for line in lines if "127.0.0.1" not in line or f", {port})" in line]
    assert strangers == []
    with pytest.raises(TimeoutError):
        trap.accept()
