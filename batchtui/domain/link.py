"""How it stands between us and the service: the words of the header, and when to try again."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

LONGEST_BACKOFF_SECONDS = 60.0
SHORTEST_ASKED_SECONDS = 1.0
"""A `retry-after: 0` that is answered at once, again and again, would be an attack."""


class LinkState(StrEnum):
    """`starting` until the first answer; `cached` where nobody polls (offline by wish, or another process does)."""

    STARTING = "starting"
    LIVE = "live"
    OFFLINE = "offline"
    LIMITED = "limited"
    NOT_AUTHORIZED = "not authorised"
    OTHER_ACCOUNT = "other account"
    PAUSED = "paused"
    CACHED = "cached"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with the service, as the header shows it."""

    state: LinkState = LinkState.STARTING
    since: datetime | None = None
    """When this state began."""
    as_of: datetime | None = None
    """The last good answer: everything on screen is as true as then."""
    next_at: datetime | None = None
    asked_until: datetime | None = None
    """The time that the service gave: nobody asks before."""
    why: str = ""
    said_at: datetime | None = None
    """When the process that polls last said how it stands, whatever the answer was."""
    skew_seconds: float = 0.0
    """Server's clock minus ours."""

    def server_now(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.skew_seconds)


def backoff_seconds(*, failures: int, interval: float, jitter: float, retry_after: float | None) -> float:
    """Seconds to the next try: doubling from the poll interval to at most 60 s; retry-after wins.

    Args:
        failures: failures in a row, at least 1.
        jitter: 0 to 1, spread over the last quarter so that many clients do not come back together.
    """
    if retry_after is not None:
        return max(retry_after, SHORTEST_ASKED_SECONDS)
    base = min(interval * 2.0 ** min(failures - 1, 16), LONGEST_BACKOFF_SECONDS)
    return base * (0.75 + 0.25 * jitter)
