"""Simulated time: the only place of the simulator that reads a real clock."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Seconds since 1970 that pass `speed` times as fast as real ones, from now on or from some time before."""

    def __init__(self, *, speed: float = 1.0, behind_seconds: float = 0.0) -> None:
        self._speed = speed
        self._origin = time.time() - behind_seconds
        self._started = time.monotonic()

    def now(self) -> float:
        """The simulated time."""
        return self._origin + (time.monotonic() - self._started) * self._speed

    def advance(self, seconds: float) -> None:
        """Jump ahead."""
        self._origin += seconds


def timestamp(at: float) -> str:
    """RFC 3339 in UTC with microseconds, as the service writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def optional_timestamp(at: float | None) -> str | None:
    """The timestamp of a moment that may not have come."""
    return None if at is None else timestamp(at)


def http_date(at: float) -> str:
    """The form of the Date and Retry-After headers."""
    return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)
