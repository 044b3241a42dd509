"""Give the terminal back as it was, without Textual's help and without ever waiting for it."""

import contextlib
import os
import select
import termios
from typing import Any, Final

_AS_IT_WAS: Final = (
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
        self._write(_AS_IT_WAS.encode("ascii"))
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._input_fd, termios.TCSANOW, self._attributes)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            _, writable, _ = select.select([], [self._output_fd], [], 0.1)
            if writable:
                os.write(self._output_fd, data)
