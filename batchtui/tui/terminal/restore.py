"""Give the terminal back as it was, without Textual's help and without ever waiting for it."""

import contextlib
import os
import termios
import threading
from typing import IO, Any, Final

_AS_IT_WAS: Final = (
    "\x1b\\"  # a sequence that was cut
    "\x1b[m"  # the pen
    "\x1b[?2026l"  # a frame begun is shown
    "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[<u"  # focus, paste and size reports, keys
    "\x1b[?7h\x1b[?1049l\x1b[?25h"  # wrapping, the screen, the cursor
)


class TerminalState:
    """The state to go back to, taken before anything changes it."""

    def __init__(self, input_fd: int = 0, output_fd: int = 2) -> None:
        self._input_fd, self._output_fd = input_fd, output_fd
        self._attributes: list[Any] | None = None
        with contextlib.suppress(termios.error, ValueError):
            self._attributes = termios.tcgetattr(input_fd)

    def restore(self) -> None:
        """Put it back; a terminal that is gone or takes nothing is left alone."""
        self._write(_AS_IT_WAS.encode("ascii"), patience_seconds=0.1)
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._input_fd, termios.TCSANOW, self._attributes)

    def _write(self, data: bytes, *, patience_seconds: float) -> None:
        """In a thread that need not come back: there may be room for less than this, or somebody writes already."""
        with contextlib.suppress(OSError, ValueError, termios.error):
            terminal = os.dup(self._output_fd)
            writing = threading.Thread(target=_try_to_write, args=(terminal, data), daemon=True)
            writing.start()
            writing.join(patience_seconds)
            if writing.is_alive():
                self._make_room(terminal)
                writing.join(patience_seconds)

    def _make_room(self, terminal: int) -> None:
        """Drop what nobody has read, and what others are still to write; who waits in a write has to be woken."""
        _lead_nowhere(self._output_fd)
        termios.tcflush(terminal, termios.TCOFLUSH)
        termios.tcflow(terminal, termios.TCOOFF)
        termios.tcflow(terminal, termios.TCOON)


def forget_terminal(*streams: IO[str]) -> None:
    """Where the terminal of these is gone, let them write nowhere: the interpreter's last flush is an error else."""
    for stream in streams:
        try:
            stream.flush()
        except OSError:
            _lead_nowhere(stream.fileno())


def _lead_nowhere(fd: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, fd)
    os.close(nowhere)


def _try_to_write(fd: int, data: bytes) -> None:
    with contextlib.suppress(OSError):
        os.write(fd, data)
