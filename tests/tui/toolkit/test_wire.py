"""With the wire layer on, a terminal shows exactly what it shows without it, for far fewer bytes."""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import PATIENT_SECONDS
from tests.tui.driver import Cell, PtyApp

pytestmark = pytest.mark.pty
COMMAND = (sys.executable, "-m", "tests.tui.toolkit.wire_app")


@contextmanager
def running(wire: str = "on", size: tuple[int, int] = (80, 24), **env: str) -> Iterator[PtyApp]:
    with PtyApp(COMMAND, size, env={"BATCHTUI_WIRE": wire, **env}) as app:
        app.wait_for("newest first")
        app.settle()
        yield app


def difference(first: list[list[Cell]], second: list[list[Cell]]) -> list[str]:
    return [
        f"{x},{y}: {here} is not {there}"
        for y, (line, other) in enumerate(zip(first, second, strict=True))
        for x, (here, there) in enumerate(zip(line, other, strict=True))
        if here != there
    ][:5]


def assert_alike(on: PtyApp, off: PtyApp, *keys: str) -> None:
    """After each key both show the same, within seconds; a difference that stays is found at the latest at the end."""
    for key in keys:
        on.send(key)
        off.send(key)
        time.sleep(0.05)
        on.settle(quiet=0.08)
        off.settle(quiet=0.08)
        assert_soon_alike(on, off, key)
    on.settle()
    off.settle()
    assert_soon_alike(on, off, "the end")


def assert_soon_alike(on: PtyApp, off: PtyApp, after: str) -> None:
    deadline = time.monotonic() + PATIENT_SECONDS
    while found := difference(on.cells(), off.cells()):
        assert time.monotonic() < deadline, (after, found)
        time.sleep(0.05)


@pytest.mark.parametrize("theme", ["dark", "mono", "ansi16", "high-contrast"])
def test_tables_updates_and_scrolling_look_alike(theme: str) -> None:
    with running("on", SAMPLE_THEME=theme) as on, running("off", SAMPLE_THEME=theme) as off:
        assert difference(on.cells(), off.cells()) == []
        assert_alike(on, off, "j", "space", "1", "2", "G", "k", "g", "ctrl+d", "V", "j", "V", "c", "b", "p", "p")


def test_rows_that_the_terminal_moves_look_alike() -> None:
    down, up = ["j"] * 20, ["k"] * 22
    with running("on") as on, running("off") as off:
        assert_alike(on, off, *down, "w", "j", "t", "j", "j", "1", "m", "escape", *up)
        assert re.search(rb"\x1b\[\d+H\x1b\[L", on.raw) and not re.search(rb"\x1b\[\d*[LM]", off.raw)


def test_rows_that_the_terminal_moves_look_alike_after_another_size_and_another_program() -> None:
    with running("on") as on, running("off") as off:
        for app in (on, off):
            app.send("G", "k")
        assert_alike(on, off, "g", *["j"] * 18)
        for app in (on, off):
            app.resize(80, 20)
            app.settle()
        assert_alike(on, off, *["j"] * 6)
        for app in (on, off):
            shown = len(app.raw)
            app.send("x")
            app.wait_for(lambda _, app=app, shown=shown: b"\x1b[?1049h" in app.raw[shown:])  # type: ignore[misc]
            app.settle()
        assert_alike(on, off, *["j"] * 3, *["k"] * 18)


def test_toasts_dialogs_and_wide_characters_look_alike() -> None:
    with running("on") as on, running("off") as off:
        assert_alike(on, off, "w", "j", "t", "j", "1", "m", "escape", "w", "ctrl+d", "t", "m", "escape", "p")


def test_the_wire_is_the_last_net_under_text_from_outside() -> None:
    with running("on") as app:
        before = len(app.raw)
        app.send("e")
        app.wait_for("\ufffd[31mred\ufffd]0;owned \ufffdback")
        assert (
            b"\x1b[31m" not in app.raw[before:]
            and b"\x1b]0" not in app.raw[before:]
            and b"\x07" not in app.raw[before:]
        )


def test_where_the_terminal_counts_cells_otherwise_the_rest_of_the_row_stays_in_line() -> None:
    with running("on") as app:
        borders = [line[79] for line in app.cells()[3:20]]
        app.send("r")
        app.wait_for("run  ")
        app.settle()
        assert [line[79] for line in app.cells()[3:20]] == borders
        assert all(cell.text in "│┃" for cell in borders)


def test_other_sizes_look_alike() -> None:
    with running("on") as on, running("off") as off:
        for size in ((120, 40), (50, 12), (81, 24), (80, 24)):
            on.resize(*size)
            off.resize(*size)
            time.sleep(0.3)
            assert_alike(on, off, "j", "w", "1")


def test_after_a_storm_of_resizes_the_screen_is_whole() -> None:
    with running("on") as on, running("off") as off:
        for columns in (*range(80, 110, 3), *range(110, 79, -3), 80):
            on.resize(columns, 24)
            time.sleep(0.01)
        off.resize(80, 24)
        time.sleep(0.5)
        assert_alike(on, off, "j")


def test_what_another_program_left_is_painted_over() -> None:
    with running("on") as on, running("off") as off:
        assert_alike(on, off, "j")
        for app in (on, off):
            shown = len(app.raw)
            app.send("x")
            app.wait_for(lambda _, app=app, shown=shown: b"\x1b[?1049h" in app.raw[shown:])  # type: ignore[misc]
            app.settle()  # a key typed before the terminal is its own again may go to the other program
        assert_alike(on, off, "j")
        assert "another program" not in on.text()


def test_ctrl_z_and_back() -> None:
    with running("on") as on, running("off") as off:
        for app in (on, off):
            app.send("j", "ctrl+z")
            wait_for_state(app, "T")
            os.write(app.slave, b"\x1b[2J\x1b[5;5Hjob stopped: the shell writes here")
            time.sleep(0.2)
            assert "the shell writes here" in app.text()
            app.signal(18)  # SIGCONT
            app.wait_for("newest first")
            app.settle()
        assert "the shell writes" not in on.text()
        assert_alike(on, off, "j", "1")


def wait_for_state(app: PtyApp, state: str) -> None:
    deadline = time.monotonic() + PATIENT_SECONDS
    while Path(f"/proc/{app.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != state:
        assert time.monotonic() < deadline, "the program did not stop"
        time.sleep(0.02)


def test_bytes_stay_within_the_budgets_of_a_bad_link() -> None:
    with running("on") as app:
        spent = {
            "idle": app.count(quiet=1.0),
            "clock": app.count("c"),
            "one row": app.count("1"),
            "cursor": max(app.count("j"), app.count("k")),
            "twenty rows": app.count("2"),
            "another page": max(app.count("p"), app.count("p")),
            "dialog": app.count("m"),
        }
        print(spent)
        assert spent["idle"] == 0
        assert 0 < spent["clock"] <= 60
        assert 0 < spent["one row"] <= 200
        assert 0 < spent["cursor"] <= 400
        assert 0 < spent["twenty rows"] <= 2_500
        assert 0 < spent["another page"] <= 6_000
        assert 0 < spent["dialog"] <= 6_000


def test_a_terminal_that_stalls_gets_one_frame_and_not_all_of_them() -> None:
    with running("on") as on, running("off") as off:
        keys = ("2", "p", "G", "g") * 40
        on.stall()
        for key in keys:
            on.send(key)
            time.sleep(0.01)
        before = on.received
        time.sleep(0.5)
        on.go_on()
        on.settle(quiet=0.8)
        assert on.received - before < 40_000
        off.send(*keys)
        off.settle(quiet=0.8)
        assert_alike(on, off, "j", "p")


def test_the_variable_turns_it_off() -> None:
    with running("off") as app:
        assert app.count("j") > 1_000


BROKEN = """
import sys
from batchtui.tui.wire.encoder import Encoder
real, frames = Encoder.encode, []
def encode(self, *arguments):
    frames.append(1)
    if len(frames) > 3:
        raise AttributeError("renamed in a new release")
    return real(self, *arguments)
Encoder.encode = encode
from tests.tui.toolkit.wire_app import WireTestApp
WireTestApp().run(mouse=False)
"""


def test_when_encoding_fails_the_screen_goes_on_the_stock_way() -> None:
    with PtyApp((sys.executable, "-c", BROKEN)) as broken, running("off") as off:
        broken.wait_for("newest first")
        assert_alike(broken, off, "j", "1", "G", "p")
        assert broken.count("k") > 1_000
