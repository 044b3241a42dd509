"""`python -m batchtui.workspace.child`: does one task after another; the parent is told by lines on stdout.

It ends when its stdin does, so that it never outlives a parent that died, and removes what it had begun.
"""

import os
import signal
import sys
from queue import SimpleQueue
from threading import Event, Thread

from msgspec import Raw

from batchtui.domain.failures import Failure
from batchtui.workspace.child.lines import Line, encode, failure_line, read_order
from batchtui.workspace.child.work import NAMES, perform
from batchtui.workspace.pace import Canceled, Pace

EXIT_CANCELED = 3
_STDIN = 0


def main() -> int:
    """Read an order, do it, say what came of it, until there is none."""
    # A parent that waits for signals in a thread has them blocked, and children inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    orders = _Orders()
    while order := orders.next():
        if not _carry_out(order, orders.is_over):
            return EXIT_CANCELED
    return EXIT_CANCELED if orders.is_cut else 0


def _carry_out(order: bytes, is_canceled: Event) -> bool:
    """Do one task; False when nobody waits for it any more."""
    task = read_order(order)
    pace = Pace(NAMES[type(task)], lambda progress: _say(Line(progress=progress)), is_canceled.is_set)
    try:
        _say(Line(answer=Raw(encode(perform(task, pace)))))
    except Failure as failure:
        _say(Line(failure=failure_line(failure)))
    except (Canceled, BrokenPipeError):
        return False
    return True


class _Orders:
    """The lines of stdin, read in a thread: its end must be heard while a task is done.

    Unbuffered, so that the thread holds no lock when the process ends.
    """

    def __init__(self) -> None:
        self.is_over = Event()
        self.is_cut = False
        """It ended in the middle of an order."""
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()

    def next(self) -> bytes:
        """The next order; empty when there will be none."""
        return self._lines.get()

    def _read(self) -> None:
        text = b""
        while block := os.read(_STDIN, 1 << 16):
            *lines, text = (text + block).split(b"\n")
            for line in lines:
                self._lines.put(line)
        self.is_cut = bool(text)
        self.is_over.set()
        self._lines.put(b"")


def _say(line: Line) -> None:
    sys.stdout.buffer.write(encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
