"""A workspace of its own, an environment without secrets, and servers to talk to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests

KEY = "sk-ant-test-not-a-key-a91F"

SETTINGS = """
[submit]
lost_look_seconds = 0
[poll]
after_action = 0.05
running = 0.05
idle = 0.05
"""
"""Nobody waits in a test."""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a current folder and variables that hold nothing of the machine's."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CUSTOM_HEADERS", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("BATCHTUI_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setattr("batchtui.cli.link.ANOTHER_TRY_SECONDS", (0.0,))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def program(environment: Path) -> Program:
    """The program; nobody listens at its address."""
    return Program(environment / "workspace")


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    """A service whose batches end when a test says so."""
    with OtherServer(seconds=3600) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def online(program: Program, server: OtherServer) -> Program:
    """The program with a service that answers, and settings under which nobody waits."""
    program.settings(SETTINGS)
    return program


@pytest.fixture
def requests_file(environment: Path) -> Path:
    """Ten sound requests, r-0 to r-9."""
    return write_requests(environment / "requests.jsonl", 10)


def write_requests(path: Path, number: int, *, prefix: str = "r") -> Path:
    """A request file of so many sound requests."""
    path.write_text("".join(json.dumps(request) + "\n" for request in make_requests(number, prefix=prefix)))
    return path
