"""Drives a program in a real pseudo-terminal: keys in, a screen out, bytes counted.

The terminal behind it is pyte; it answers the questions a terminal is asked at the start.
"""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import pyte

from tests.patience import PATIENT_SECONDS

ROOT = Path(__file__).parents[2]
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
QUESTIONS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}


class Cell(NamedTuple):
    """A cell as it looks; the foreground of a blank does not show, so it is not told."""

    text: str
    fg: str
    bg: str
    weight: str


TAKE_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Run by the child itself: Python code between fork and exec can hang where the tests' process has threads."""


class PtyApp:
    """A program in a terminal of a given size; a context manager that leaves no process behind."""

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.size = size
        self.received = 0
        self.raw = bytearray()
        self.sent: list[str] = []
        """Everything that was pressed, typed or pasted, in that order."""
        self._screen = pyte.Screen(*size)
        self._screen.write_process_input = self._answer  # type: ignore[method-assign]  # pyte has no other hook
        self._stream = pyte.ByteStream(self._screen)
        self._news = threading.Condition()
        self._may_read = threading.Event()
        self._may_read.set()
        self._last_news = time.monotonic()
        self._master, slave = os.openpty()
        self._set_size(slave)
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", TAKE_TERMINAL, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd or ROOT,
            env={**_environment(), **(env or {})},
            start_new_session=True,
        )
        self.slave = slave
        self._is_open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # In

    def send(self, *keys: str) -> None:
        """Press keys, each by its name or as it is; several characters are typed one after the other."""
        for key in keys:
            self.sent.append(key)
            self._write(KEYS.get(key, key).encode())

    def paste(self, text: str) -> None:
        """Paste, as terminals do where bracketed paste is on."""
        self.sent.append(text)
        self._write(f"\x1b[200~{text}\x1b[201~".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the kernel tells the program."""
        with self._news:
            self.size = (columns, rows)
            self._screen.resize(rows, columns)
        self._set_size(self._master)

    def stall(self) -> None:
        """Stop reading, as a laptop asleep does."""
        self._may_read.clear()

    def go_on(self) -> None:
        """Read again."""
        self._may_read.set()

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        self._may_read.set()
        if self._is_open:
            self._is_open = False
            self._reader.join(2)
            if self.slave >= 0:
                os.close(self.slave)
                self.slave = -1
            os.close(self._master)

    # Out

    def lines(self) -> list[str]:
        """The screen as text."""
        with self._news:
            columns, rows = self.size  # not pyte's own display: half a wide character makes it fail
            return ["".join(self._screen.buffer[y][x].data for x in range(columns)).rstrip() for y in range(rows)]

    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.lines())

    def cells(self) -> list[list[Cell]]:
        """The screen with its looks."""
        with self._news:
            return cells_of(self._screen)

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = PATIENT_SECONDS) -> str:
        """Wait until the screen holds a text, or a question about it is answered with yes."""
        is_there = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        return self._wait(lambda: is_there(self.text()), f"waiting for {wanted!r}", timeout)

    def wait_gone(self, text: str, timeout: float = PATIENT_SECONDS) -> str:
        """Wait until the screen no longer holds a text."""
        return self._wait(lambda: text not in self.text(), f"waiting for {text!r} to go", timeout)

    def settle(self, quiet: float = 0.3, timeout: float = PATIENT_SECONDS) -> None:
        """Wait until nothing has come for a while."""
        self._wait(lambda: time.monotonic() - self._last_news >= quiet, "waiting for silence", timeout, poll=0.02)

    def count(self, *keys: str, quiet: float = 0.3) -> int:
        """Bytes that come in answer to keys, which have one; without keys, what comes by itself."""
        self.settle(quiet)
        before = self.received
        if keys:
            self.send(*keys)
            self._wait(lambda: self.received > before, f"waiting for an answer to {keys}", PATIENT_SECONDS, poll=0.02)
        else:
            time.sleep(quiet)
        self.settle(quiet)
        return self.received - before

    def wait_exit(self, timeout: float = PATIENT_SECONDS) -> int:
        """The program's exit code."""
        return self.process.wait(timeout)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def close(self) -> None:
        """End the program if it is still there, and the terminal."""
        self._may_read.set()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(5)
        self.hang_up()

    def _wait(self, is_done: Callable[[], bool], what: str, timeout: float, poll: float = 0.05) -> str:
        deadline = time.monotonic() + timeout
        while not is_done():
            if time.monotonic() > deadline:
                state = "still runs" if self.process.poll() is None else f"exited with {self.process.returncode}"
                raise TimeoutError(f"{what}; the program {state}; the screen:\n{self.text()}")
            with self._news:
                self._news.wait(poll)
        return self.text()

    def _read(self) -> None:
        waiting = select.poll()  # select() fails on descriptors above 1023
        waiting.register(self._master, select.POLLIN)
        while self._is_open:
            self._may_read.wait()
            try:
                # Never wait in read(): a descriptor closed meanwhile would stay open, and the terminal with it.
                readable = waiting.poll(50)
                data = os.read(self._master, 65536) if readable else None
            except (OSError, ValueError):
                break
            if data is None:
                continue
            if not data:
                break
            self._show(data)

    def _show(self, data: bytes) -> None:
        for question, answer in QUESTIONS.items():
            for _ in range(data.count(question)):
                self._write(answer)
        with self._news:
            self.received += len(data)
            self.raw += data
            self._stream.feed(data)
            self._last_news = time.monotonic()
            self._news.notify_all()

    def _answer(self, data: str) -> None:
        """What the terminal says when it is asked something."""
        self._write(data.encode())

    def _write(self, data: bytes) -> None:
        if self._is_open:
            os.write(self._master, data)

    def _set_size(self, fd: int) -> None:
        columns, rows = self.size
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "BATCHTUI", "LC_"))}
    for name in ("NO_COLOR", "TMUX", "COLUMNS", "LINES", "PYTHONUNBUFFERED"):
        kept.pop(name, None)
    return kept | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }


def cells_of(screen: pyte.Screen) -> list[list[Cell]]:
    """A screen with its looks."""
    return [[_cell(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _cell(char: "pyte.screens.Char") -> Cell:
    flags = (
        ("b", char.bold),
        ("i", char.italics),
        ("u", char.underscore),
        ("r", char.reverse),
        ("s", char.strikethrough),
    )
    weight = "".join(name for name, is_on in flags if is_on)
    if char.data == " " and not set(weight) & set("urs"):
        return Cell(" ", "", char.bg, "")
    return Cell(char.data, char.fg, char.bg, weight)
