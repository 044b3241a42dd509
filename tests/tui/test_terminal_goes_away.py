"""The real program on a real workspace when its terminal stalls, shrinks, is poor, or goes away."""

import json
import re
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hostile.ground import Ground
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.patience import at_most, until
from tests.tui.driver import PtyApp
from tests.tui.toolkit.test_terminal import assert_given_back

pytestmark = pytest.mark.pty

LEAVING_SECONDS = 2.0


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600) as running:
        yield running


@pytest.fixture(scope="module")
def ground(server: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A run that is under way."""
    made = Ground(base=tmp_path_factory.mktemp("away"), base_url=server.base_url)
    made.lay()
    made.requests_file.write_text("".join(json.dumps(request) + "\n" for request in make_requests(30)))
    assert made.command("submit", str(made.requests_file), "--name", "run", "--yes", "--over-budget") == 0
    return made


@contextmanager
def opened(ground: Ground, **env: str) -> Iterator[PtyApp]:
    with ground.dashboard(env=env) as app:
        app.wait_for("live")
        app.settle()
        yield app


def children(app: PtyApp) -> list[str]:
    """Other processes of the program's session that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[3]) == app.process.pid and words[0] != "Z" and int(stat.parent.name) != app.process.pid:
            found.append((stat.parent / "cmdline").read_text().replace("\0", " "))
    return found


def assert_all_is_well(ground: Ground) -> None:
    """The next command reads everything and nobody holds the engine."""
    assert ground.command("ls", "--offline") == 0
    for line in (ground.workspace / "journal.jsonl").read_text().splitlines():
        json.loads(line)
    assert list((ground.base / "tmp").iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_end_it_in_time_and_give_the_terminal_back(ground: Ground, number: int, code: int) -> None:
    with opened(ground) as app:
        with at_most(LEAVING_SECONDS):
            app.signal(number)
            assert app.wait_exit() == code
        assert_given_back(app)
        until(lambda: children(app) == [], "nobody is left")
    assert_all_is_well(ground)


@pytest.mark.parametrize("ignoring", ["", "trap '' HUP; "])
def test_when_the_terminal_is_gone_so_is_the_program(ground: Ground, ignoring: str) -> None:
    command = ("sh", "-c", f"{ignoring}exec {shlex.quote(sys.executable)} -m batchtui")
    with PtyApp(command, env=ground.environ(), cwd=ground.requests_file.parent) as app:
        app.wait_for("live")
        with at_most(LEAVING_SECONDS):
            app.hang_up()
            assert app.wait_exit() == 129
        until(lambda: children(app) == [], "nobody is left")
    assert_all_is_well(ground)


def test_a_reader_that_stalls_costs_nothing_and_keeps_nobody_alive(ground: Ground, server: OtherServer) -> None:
    with opened(ground) as app:
        app.stall()
        asked = len(server.requests_log)
        for _ in range(300):
            app.send("i", "escape", "?", "escape")
        until(lambda: len(server.requests_log) > asked + 2, "the engine goes on")
        app.go_on()
        app.settle()
        app.send("escape", "escape")
        app.wait_for("runs")
        app.stall()
        app.send(*["i", "escape"] * 300)
        with at_most(LEAVING_SECONDS):
            app.signal(signal.SIGTERM)
            assert app.wait_exit() == 143
        app.go_on()
        until(lambda: b"\x1b[?1049l" in app.raw, "whoever comes back finds the terminal as it was")
        assert_given_back(app)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_neither_an_editor_nor_its_file_is_left_behind(ground: Ground, server: OtherServer, number: int) -> None:
    marked = ground.base / "pid"
    program = f"import os, sys, time; print(os.getpid(), file=open({str(marked)!r}, 'w'), flush=True); time.sleep(60)"
    with opened(ground, PAGER=f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}") as app:
        app.send("enter")
        app.wait_for("chunks")
        app.send("enter")
        app.wait_for("r-0")
        app.send("enter")
        app.wait_for("5 raw")
        app.settle()
        app.send("o")
        app.wait_for(lambda _: marked.exists() and marked.read_text().endswith("\n"))
        (held,) = (ground.base / "tmp").iterdir()
        assert held.stat().st_mode & 0o077 == 0
        with at_most(LEAVING_SECONDS):
            app.signal(number)
            assert app.wait_exit() == 128 + number
        until(lambda: children(app) == [], "the pager ends")
    marked.unlink()
    assert_all_is_well(ground)


def test_ctrl_z_and_fg(ground: Ground) -> None:
    command = ("bash", "--norc", "-i")
    env = ground.environ() | {"PS1": "prompt> ", "BASH_SILENCE_DEPRECATION_WARNING": "1"}
    with PtyApp(command, env=env, cwd=ground.requests_file.parent) as app:
        app.wait_for("prompt>")
        app.send(f"{sys.executable} -m batchtui\r")
        app.wait_for("live")
        app.settle()
        app.send("ctrl+z")
        app.wait_for("Stopped")
        app.send("fg\r")
        app.wait_for(lambda text: "live" in text and "Stopped" not in text)
        app.settle()
        app.send("q")
        app.wait_for("running at the API")
        app.send("stty -a | grep -c ' echo '\r")
        app.wait_for("\n1")


def test_a_storm_of_sizes_ends_in_the_last_one(ground: Ground) -> None:
    with opened(ground) as app:
        for number in range(60):
            app.resize(20 + number * 3, 5 + number % 40)
        app.resize(20, 5)
        app.wait_for("20x5 is too")
        app.resize(80, 24)
        app.wait_for(lambda text: "╰" in text and "enter open" in text)
        app.settle()
        assert "too small" not in app.text()
        app.send("q")
        assert app.wait_exit() == 0


@pytest.mark.parametrize(
    "said", [b"\xe9", b"\x80\xff\xfe", b"\xc3", b"\x1b[?62;22c", b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", b"\x1b[4;2$y"]
)
def test_what_is_no_key_hurts_nobody(ground: Ground, said: bytes) -> None:
    with opened(ground) as app:
        before = app.text().splitlines()[2:]
        app._write(said)
        app.settle()
        assert app.text().splitlines()[2:] == before
        app.send("?")
        app.wait_for("help  for home")
        app.send("q")
        assert app.wait_exit() == 0


def test_poor_terminals_are_drawn_in_what_they_have(ground: Ground) -> None:
    with opened(ground, LANG="C", LC_ALL="C", NO_COLOR="1") as app:
        painted = re.sub(rb"\x1b\]2;[^\a]*\a", b"", bytes(app.raw))  # not the title
        assert [char for char in painted.decode() if not char.isascii()] == []
        assert b"running" in painted
        assert b"38;2;" not in painted and b"[31m" not in painted
        app.send("q")
        assert app.wait_exit() == 0


def test_no_color_as_an_option_means_the_dashboard_too(ground: Ground) -> None:
    with ground.dashboard("--no-color") as app:
        app.wait_for("live")
        app.settle()
        assert not re.search(rb"\x1b\[(?:[0-9;]*;)?[349][0-9]?[0-9](?:;[0-9;]*)?m", bytes(app.raw))
        app.send("q")
        assert app.wait_exit() == 0


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_refused_with_a_sentence(ground: Ground, term: str) -> None:
    with ground.dashboard(env={"TERM": term}) as app:
        assert app.wait_exit() == 2
        app.settle(quiet=0.05)
        assert "batchtui ls" in app.text().replace("\n", "")
        assert b"\x1b" not in app.raw


@pytest.mark.parametrize("redirected", ["2>{file}", ">{file}", "</dev/null"])
def test_without_a_whole_terminal_it_prints_the_list_once(ground: Ground, tmp_path: Path, redirected: str) -> None:
    file = tmp_path / "file"
    command = f"{shlex.quote(sys.executable)} -m batchtui {redirected.format(file=file)}"
    with PtyApp(("sh", "-c", command), env=ground.environ(), cwd=ground.requests_file.parent) as app:
        assert app.wait_exit() == 0
        app.settle(quiet=0.05)
        told = app.text() + (file.read_text() if file.exists() else "")
        assert "run " in told and "STATUS" in told
        assert b"\x1b[?1049h" not in app.raw + (file.read_bytes() if file.exists() else b"")


def test_the_demo_leaves_nothing_behind_when_it_is_killed_softly(ground: Ground) -> None:
    with ground.dashboard("demo") as app:
        app.wait_for("demo 0s ago")
        app.signal(signal.SIGTERM)
        assert app.wait_exit() == 143
        until(lambda: [line for line in everybody() if str(ground.base) in line] == [], "the simulator ends")
        until(lambda: list((ground.base / "tmp").iterdir()) == [], "its workspace is removed")


def everybody() -> list[str]:
    """The command lines and environments of all processes of this user."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_simulator = b"batchtui.simulator" in (folder / "cmdline").read_bytes()
            found.append((folder / "environ").read_bytes().decode(errors="replace") if is_simulator else "")
        except OSError:
            continue
    return found
