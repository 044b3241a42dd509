"""A program in a real pseudo-terminal, its first bytes after a key timed. Nothing is rendered: that would cost time."""

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.process import ROOT, environment

USUAL_SIZE = (120, 40)
_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[6n": b"\x1b[1;2R"}
"""What programs ask a terminal at their start, and what a plain one says."""
_ENVIRONMENT = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}


class Terminal:
    """Runs a program from the start of the block to its end."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        cwd: Path = ROOT,
        size: tuple[int, int] = USUAL_SIZE,
    ) -> None:
        self._command = command
        self._size = size
        self._env = environment({**_ENVIRONMENT, **(env or {})})
        self._cwd = cwd
        self.output = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *reversed(self._size), 0, 0))
        self._begun = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=self._cwd,
            env=self._env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for(self, text: bytes, *, within: float = 60.0) -> float:
        """Seconds from the start of the program until it has written a text."""
        deadline = time.perf_counter() + within
        while text not in self.output:
            if not self._read(deadline - time.perf_counter()):
                raise TimeoutError(f"{text!r} was not shown:\n{bytes(self.output[-3000:])!r}")
        return time.perf_counter() - self._begun

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def latency(self, key: bytes, *, patience: float = 1.0) -> float:
        """Seconds from a key to the first byte that answers it."""
        begun = time.perf_counter()
        self.press(key)
        if not self._read(patience):
            raise TimeoutError(f"{key!r} was not answered")
        return time.perf_counter() - begun

    def until(self, keys: bytes, text: bytes, *, within: float = 60.0) -> float:
        """Seconds from a key until a text comes that was not shown before; whatever follows it has come as well."""
        self.forget()
        begun = time.perf_counter()
        self.press(keys)
        self.wait_for(text, within=within)
        took = time.perf_counter() - begun
        self.settle()
        return took

    def settle(self, quiet: float = 0.05) -> None:
        """Read until nothing has come for a while."""
        while self._read(quiet):
            pass

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.output.clear()

    def _read(self, timeout: float) -> bool:
        waiting = select.poll()  # select() fails on descriptors above 1023
        waiting.register(self._master, select.POLLIN)
        if not waiting.poll(max(0.0, timeout) * 1000):
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        for question, answer in _ANSWERS.items():
            for _ in range(data.count(question)):
                self.press(answer)
        self.output += data
        return bool(data)
