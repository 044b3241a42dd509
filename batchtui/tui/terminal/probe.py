"""Ask the terminal how many cells ━ takes, while the program loads; without an answer nobody knows."""

import contextlib
import os
import re
import select
import termios
import time
import tty
from typing import Any, Final

_QUESTION: Final = "\r\x1b[8m━\x1b[6n\x1b[m\r\x1b[K"  # unseen, and wiped off again
_ANSWER: Final = re.compile(rb"\x1b\[(\d+);(\d+)R")


class WidthProbe:
    """start() before the slow imports, finish() after them: the answer costs no time."""

    def __init__(self, input_fd: int = 0, output_fd: int = 2) -> None:
        self._input_fd, self._output_fd = input_fd, output_fd
        self._attributes: list[Any] | None = None
        self._has_asked = False
        self.leftover = b""
        """Keys that were typed meanwhile; nobody saw yet what they would do, so they are not passed on."""

    def start(self, *, asks: bool = True) -> None:
        """Ask, where the terminal takes such characters at all; keys typed from now on are not echoed."""
        try:
            self._attributes = termios.tcgetattr(self._input_fd)
            tty.setcbreak(self._input_fd, termios.TCSANOW)
            if asks:
                os.write(self._output_fd, _QUESTION.encode("utf-8"))
            self._has_asked = asks
        except (termios.error, OSError):
            self._attributes = None

    @property
    def attributes(self) -> list[Any] | None:
        """How the terminal was set before; None where nobody knows."""
        return self._attributes

    def finish(self, wait_seconds: float = 0.02) -> bool | None:
        """Whether ━ takes more than one cell; None without an answer in time. The terminal stays without echo."""
        if self._attributes is None:
            return None
        try:
            return self._read(time.monotonic() + (wait_seconds if self._has_asked else 0))
        except OSError:
            return None

    def restore(self) -> None:
        """Set the terminal as it was."""
        if self._attributes is not None:
            with contextlib.suppress(termios.error):  # it may be gone
                termios.tcsetattr(self._input_fd, termios.TCSANOW, self._attributes)

    def _read(self, deadline: float) -> bool | None:
        heard = b""
        waiting = select.poll()
        waiting.register(self._input_fd, select.POLLIN)
        while True:
            is_there = waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)
            byte = os.read(self._input_fd, 1) if is_there else b""
            heard += byte
            found = _ANSWER.search(heard)
            if found or not byte:
                self.leftover = _ANSWER.sub(b"", heard)
                return None if found is None else int(found[2]) != 2
