"""The calls made to the service, newest last: kept in memory for the activity log, never in the journal."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

CALLS_KEPT: Final = 400


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP call as it ended. Of a path nothing but the path is kept: no query, no header, no body."""

    at: datetime
    method: str
    path: str
    status: int | None = None
    """None: no answer came."""
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    why: str = ""
    """What went wrong, in words."""


CallSink = Callable[[Call], None]


class CallLog:
    """A ring of the newest calls; written by the engine's thread, read by any."""

    def __init__(self) -> None:
        self._ring: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.count = 0
        """How many there ever were, so that a reader knows when to look again."""

    def add(self, call: Call) -> None:
        self._ring.append(call)
        self.count += 1

    def newest(self) -> tuple[Call, ...]:
        """All that are kept, oldest first."""
        return tuple(self._ring)
