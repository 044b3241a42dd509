"""Leave in time when asked to or when the terminal is gone, even if the event loop cannot move."""

import contextlib
import os
import select
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from batchtui.tui.terminal.restore import TerminalState

GRACE_SECONDS: Final = 1.5
HUNG_UP: Final = 128 + signal.SIGHUP
_SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM)


class Watchdog:
    """A thread that hears SIGHUP, SIGTERM and the terminal hanging up.

    It asks the app to exit with 128 + signal, and when that has not happened within the grace it restores the
    terminal and ends the process. It hears signals over Python's wake-up descriptor, written to by the C handler:
    so a stalled main thread does not matter, and no signal is blocked that children would inherit as blocked.
    """

    def __init__(self, terminal: TerminalState, *, input_fd: int = 0, leave: Callable[[int], None] = os._exit) -> None:
        self._terminal = terminal
        self._input_fd = input_fd
        self._leave = leave
        self._ask: Callable[[int], None] | None = None
        self._is_over = threading.Event()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._thread = threading.Thread(target=self._watch, name="batchtui-watchdog", daemon=True)

    def start(self) -> None:
        """From the main thread, before anything that may take long; a signal ignored from outside stays ignored."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _do_nothing)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._thread.start()

    def ask_with(self, ask: Callable[[int], None]) -> None:
        """What is called, from the watchdog's thread, with the exit code to leave with."""
        self._ask = ask

    def stop(self) -> None:
        """All is done: the process ends by itself now."""
        self._is_over.set()
        signal.set_wakeup_fd(-1)

    def _watch(self) -> None:
        code = self._wait_for_reason()
        if self._ask is not None:
            # The loop may be closed, or closing, by now; then there is nobody left to ask.
            with contextlib.suppress(RuntimeError):
                self._ask(code)
            if self._is_over.wait(GRACE_SECONDS):
                return
        self._terminal.restore()
        self._leave(code)

    def _wait_for_reason(self) -> int:
        """Sleep until there is a reason to leave, and return the exit code for it."""
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        poller.register(self._input_fd, 0)  # a hang-up is told unasked
        while True:
            for fd, event in poller.poll():
                if fd == self._reader:
                    heard = [number for number in os.read(self._reader, 64) if number in _SIGNALS]
                    if heard:
                        return 128 + heard[0]
                elif event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                    return HUNG_UP


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Its being there makes Python write to the wake-up descriptor."""
