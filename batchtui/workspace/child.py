"""`python -m batchtui.workspace.child`: does one task and exits; the parent is told by lines on stdout.

It stops when its stdin ends, so that it never outlives a parent that died, and removes what it had begun.
"""

import os
import signal
import sys
from threading import Event, Thread

from msgspec import Raw

from batchtui.domain.failures import Failure
from batchtui.workspace.child_lines import Line, encode, failure_line, read_order
from batchtui.workspace.pace import Canceled, Pace
from batchtui.workspace.work import NAMES, perform

EXIT_CANCELED = 3
NICENESS = 10
"""Below the screen that waits for a key beside it; where nobody else wants a core it costs nothing."""

_STDIN = 0


def main() -> int:
    """Read the order, do it, say what came of it."""
    # A parent that waits for signals in a thread has them blocked, and children inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    order = _read_line()
    if not order:
        return EXIT_CANCELED
    os.nice(NICENESS)
    is_canceled = Event()
    Thread(target=_watch_parent, args=(is_canceled,), daemon=True).start()
    task = read_order(order)
    pace = Pace(NAMES[type(task)], lambda progress: _say(Line(progress=progress)), is_canceled.is_set)
    try:
        _say(Line(answer=Raw(encode(perform(task, pace)))))
    except Failure as failure:
        _say(Line(failure=failure_line(failure)))
    except (Canceled, BrokenPipeError):
        return EXIT_CANCELED
    return 0


def _read_line() -> bytes:
    """The order; empty when stdin ended before it was whole. Unbuffered, so that the watching thread holds no lock."""
    text = bytearray()
    while not text.endswith(b"\n"):
        block = os.read(_STDIN, 1 << 16)
        if not block:
            return b""
        text += block
    return bytes(text)


def _watch_parent(is_canceled: Event) -> None:
    while os.read(_STDIN, 1 << 16):
        pass
    is_canceled.set()


def _say(line: Line) -> None:
    sys.stdout.buffer.write(encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
