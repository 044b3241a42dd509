"""Home is painted before Textual is there: the same page, which the app goes on from and which is never left behind."""

import os
import subprocess
import sys
import termios
from pathlib import Path

import pyte
import pytest

from tests.bench.workspaces import make_past
from tests.tui.driver import Cell, PtyApp, cells_of

TAKEN_OVER = b"\x1b[?1004h"
"""The first thing Textual's driver asks for."""
MOST_BYTES = 2_500

LOADS = """\
import sys
from batchtui.present.cells import Span
from batchtui.present.glyphs import UNICODE
from batchtui.tui.palette import Palette
from batchtui.tui.terminal.first_paint import FirstPaint
from batchtui.tui.terminal.session import run_in_terminal
from batchtui.tui.theme_files import load_theme
from rich.color import ColorSystem

def paint():
    first = FirstPaint()
    first.paint([(Span("painted early"),)], Palette(load_theme("dark"), UNICODE), (80, 24), ColorSystem.TRUECOLOR)
    return first

def load():
    sys.stdin.readline()
    raise RuntimeError("no app after all")

run_in_terminal(load, paint=paint)
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("past")
    make_past(root, runs=60, batches_each=3)
    return root


def dashboard(root: Path, size: tuple[int, int], **env: str) -> PtyApp:
    # Without calls, and without seconds on the page, nothing changes but the clock.
    command = (sys.executable, "-m", "batchtui", "--workspace", str(root), "--offline")
    return PtyApp(command, size=size, env={"ANTHROPIC_API_KEY": "sk-test-0000", **env})


def shown(raw: bytes, size: tuple[int, int]) -> list[list[Cell]]:
    """What a terminal shows after some bytes."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(raw)
    return cells_of(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 48)])
def test_the_first_frame_is_the_page_and_the_app_sends_next_to_nothing_more(past: Path, size: tuple[int, int]) -> None:
    with dashboard(past, size) as app:
        app.wait_for("nightly-0059")
        app._wait(lambda: TAKEN_OVER in app.raw, "waiting for Textual", 20)
        app.settle(0.5)
        page, raw = app.cells(), bytes(app.raw)
    early, _, late = raw.partition(TAKEN_OVER)
    assert shown(early, size)[1:] == page[1:], "but for the clock it is the same page"
    assert len(late) < MOST_BYTES


def test_a_key_pressed_while_the_program_loads_is_heard_and_not_seen(past: Path) -> None:
    with dashboard(past, (80, 24)) as app:
        app._wait(lambda: b"nightly-0059" in app.raw, "waiting for the first frame", 20)
        app.send("?")
        app.wait_for("help")
        assert "?\n" not in app.text()


def test_what_was_painted_goes_when_there_is_no_app_after_all() -> None:
    with PtyApp((sys.executable, "-c", LOADS)) as app:
        before = termios.tcgetattr(app.slave)
        app.wait_for("painted early")
        app.send("typed", "enter")
        app.wait_exit()
        app.settle()
        assert b"typed" not in app.raw, "without echo"
        assert bytes(app.raw).rindex(b"\x1b[?1049l") > bytes(app.raw).rindex(b"painted early")
        assert termios.tcgetattr(app.slave)[3] == before[3]


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}, {"BATCHTUI_WIRE": "off"}])
def test_where_the_terminal_has_to_be_known_better_only_the_app_paints(past: Path, env: dict[str, str]) -> None:
    with dashboard(past, (80, 24), **env) as app:
        app.wait_for("nightly-0059")
        assert b"nightly" not in bytes(app.raw).partition(TAKEN_OVER)[0]


def test_the_terminal_is_as_it_was_after_the_end(past: Path) -> None:
    with dashboard(past, (80, 24)) as app:
        before = termios.tcgetattr(app.slave)
        app.wait_for("nightly-0059")
        app.send("q")
        assert app.wait_exit() == 0
        assert termios.tcgetattr(app.slave)[3] == before[3]


def test_the_first_frame_needs_no_textual() -> None:
    code = "import sys, batchtui.tui.early, batchtui.tui.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=os.environ).stdout
    assert not [name for name in loaded.decode().split() if name.partition(".")[0] == "textual"]
