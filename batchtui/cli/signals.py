"""Ends from outside where no event loop listens for them."""

import contextlib
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

ENDS = (signal.SIGTERM, signal.SIGHUP)
"""What ends a command as ctrl+c does."""


class Signaled(KeyboardInterrupt):
    """A signal that came while nothing but this could be told of it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def raised(numbers: Iterable[signal.Signals]) -> Iterator[None]:
    """Let these signals interrupt whatever runs, so that it is cleared away; those that are ignored stay so.

    Raises:
        Signaled
    """

    def interrupt(number: int, _frame: object) -> None:
        raise Signaled(number)

    wanted = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    earlier = {number: signal.signal(number, interrupt) for number in wanted}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            with contextlib.suppress(TypeError):  # None: it was set outside Python
                signal.signal(number, handler)
