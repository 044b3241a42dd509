"""Leaving in time whatever happens, and giving the terminal back as it was."""

import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from batchtui.present.cells import plain
from batchtui.present.glyphs import ASCII, choose
from batchtui.tui.terminal import osc
from batchtui.tui.terminal.preflight import has_terminal, locale_encoding, refusal, size_notice
from batchtui.tui.terminal.probe import WidthProbe
from tests.patience import at_most
from tests.tui.driver import ROOT, PtyApp

COMMAND = (sys.executable, "-m", "tests.tui.toolkit.guarded_app")


@contextmanager
def running(**env: str) -> Iterator[PtyApp]:
    with PtyApp(COMMAND, env=env) as app:
        app.wait_for("wide: False")
        app.settle()
        yield app


def assert_given_back(app: PtyApp) -> None:
    local_flags = termios.tcgetattr(app.slave)[3]
    assert local_flags & termios.ECHO and local_flags & termios.ICANON and local_flags & termios.ISIG
    app.settle(quiet=0.1)
    end = bytes(app.raw[app.raw.rfind(b"\x1b[m") :])
    assert b"\x1b[?1049l" in end and b"\x1b[?25h" in end and b"\x1b[?2004l" in end


@pytest.mark.pty
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_end_it_with_their_code_and_the_terminal_given_back(number: int, code: int) -> None:
    with running() as app, at_most(2):
        app.signal(number)
        assert app.wait_exit() == code
        assert_given_back(app)


@pytest.mark.pty
def test_a_stalled_loop_does_not_keep_it_alive(tmp_path: Path) -> None:
    mark = tmp_path / "stalled"
    with running(STALLED_FILE=str(mark)) as app:
        app.send("S")
        while not mark.exists():
            time.sleep(0.01)
        with at_most(2):
            app.signal(signal.SIGTERM)
            assert app.wait_exit() == 143
            assert_given_back(app)


@pytest.mark.pty
def test_a_stalled_terminal_does_not_keep_it_alive() -> None:
    with running() as app:
        app.stall()
        for _ in range(200):
            app.send("p", "G", "g")
            time.sleep(0.005)
        with at_most(2.2):
            app.signal(signal.SIGTERM)
            assert app.wait_exit() == 143


@pytest.mark.pty
@pytest.mark.parametrize("ignored", ["", "1"])
def test_when_the_terminal_is_gone_so_is_the_program(ignored: str) -> None:
    with running(IGNORE_HANGUP=ignored) as app, at_most(2.2):
        app.hang_up()
        assert app.wait_exit() == 129


@pytest.mark.pty
def test_children_inherit_neither_blocked_signals_nor_handlers() -> None:
    with running() as app:
        app.send("K")
        app.wait_for("[] 0 0")


@pytest.mark.pty
def test_a_crash_gives_the_terminal_back_and_is_an_error() -> None:
    with running() as app:
        app.send("E")
        assert app.wait_exit() == 1
        assert_given_back(app)
        assert "on purpose" in app.text()


@pytest.mark.pty
def test_a_terminal_too_small_says_so_in_one_line_and_comes_back() -> None:
    with running() as app:
        app.send("j", "j")
        app.wait_for("▌! running   judge-haiku")
        app.resize(50, 12)
        app.wait_for("50x12 is too small: batchtui needs 60x16")
        app.settle()
        assert [line for line in app.lines() if line] == ["50x12 is too small: batchtui needs 60x16"]
        app.resize(20, 5)
        app.wait_for("20x5 is too small")
        app.resize(80, 24)
        app.wait_for("▌! running   judge-haiku")
        assert "too small" not in app.text()


def test_the_terminal_is_looked_at_before_textual_is_imported() -> None:
    modules = "batchtui.tui.terminal.session, batchtui.tui.terminal.preflight, batchtui.tui.terminal.osc"
    program = f"import sys, {modules}; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_terminals_that_cannot_draw_are_refused_with_a_sentence() -> None:
    for term in ("dumb", "", "unknown"):
        words = refusal({"TERM": term})
        assert words is not None and "batchtui ls" in words
    assert refusal({}) is not None and refusal({"TERM": "xterm"}) is None


def test_a_pipe_is_no_terminal() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stream:
        assert not has_terminal(stream)
    os.close(writer)
    assert not has_terminal(None)


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({"LANG": "en_US.UTF-8"}, "UTF-8"),
        ({"LANG": "de_DE.ISO-8859-1@euro"}, "ISO-8859-1"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, "UTF-8"),
        ({"LANG": "POSIX"}, "ascii"),
        ({}, "utf-8"),
    ],
)
def test_the_locale_decides_the_encoding_not_python(environ: dict[str, str], encoding: str) -> None:
    assert locale_encoding(environ, "utf-8") == encoding


def test_a_locale_without_utf8_means_ascii() -> None:
    assert choose(encoding=locale_encoding({"LC_ALL": "C"}, "utf-8"), term="xterm") is ASCII


def test_the_size_notice_names_both_sizes() -> None:
    assert size_notice(60, 16) == ()
    for size in ((59, 16), (60, 15), (20, 5), (20, 2)):
        lines = [plain(line) for line in size_notice(*size)]
        assert f"{size[0]}x{size[1]}" in lines[0] and "60x16" in lines[-1]
        assert all(len(line) <= size[0] for line in lines)


def test_copying_is_osc_52_and_also_wrapped_for_tmux() -> None:
    assert osc.copy_sequence("req_011", {}) == "\x1b]52;c;cmVxXzAxMQ==\a"
    assert osc.copy_sequence("a", {"TMUX": "x"}) == "\x1b]52;c;YQ==\a\x1bPtmux;\x1b\x1b]52;c;YQ==\a\x1b\\"
    assert osc.copy_sequence("x" * 80_000, {}) is None
    assert osc.title_sequence("run\x07\x1b]52;c;evil") == "\x1b]2;run\ufffd\ufffd]52;c;evil\a"


@pytest.mark.parametrize(
    ("answer", "is_wide", "leftover"),
    [(b"\x1b[1;2R", False, b""), (b"jj\x1b[5;3R", True, b"jj"), (b"\x1b[1;4R", True, b""), (b"q", None, b"q")],
)
def test_the_probe_reads_how_wide_a_line_glyph_is(answer: bytes, is_wide: bool | None, leftover: bytes) -> None:
    master, slave = os.openpty()
    before = termios.tcgetattr(slave)
    try:
        probe = WidthProbe(slave, slave)
        probe.start()
        asked = os.read(master, 100)
        assert "━\x1b[6n".encode() in asked
        os.write(master, answer)
        assert probe.finish(0.3 if is_wide is None else 30) is is_wide
        assert probe.leftover == leftover
        assert not termios.tcgetattr(slave)[3] & termios.ECHO, "what is typed until the app is there is not seen"
        probe.restore()
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)
