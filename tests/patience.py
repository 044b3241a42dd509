"""How long something may take, on a machine that may have other things to do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PATIENT_SECONDS: Final = 30.0
"""Longer than anything takes that is not stuck; where a condition is waited for, this is the end of the wait."""

_PRESSURE: Final = Path("/proc/pressure/cpu")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """The body takes so long at most, not counting the time in which the machine had more to do than it can.

    On an idle machine that is the limit itself; on one that is busy all the while only being stuck is found.
    """
    begun, withheld_before = time.monotonic(), _withheld_seconds()
    yield
    took = time.monotonic() - begun
    withheld = _withheld_seconds() - withheld_before
    assert took <= PATIENT_SECONDS, f"it took {took:.1f} s"
    assert took - withheld <= seconds, f"it took {took:.2f} s, of which {withheld:.2f} s were others'"


def until(is_done: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENT_SECONDS
    while not is_done():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.02)


def _withheld_seconds() -> float:
    """How long since the start of the machine something was ready to run and had to wait (Linux's PSI); 0 elsewhere."""
    try:
        some = _PRESSURE.read_text().splitlines()[0]
    except (OSError, IndexError):
        return 0.0
    return int(some.rpartition("total=")[2]) / 1e6
