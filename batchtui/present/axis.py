"""A time axis from the first creation to the last estimate; then broken, then the 24-hour limit in its own slot."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

LIMIT: Final = timedelta(hours=24)
UNBROKEN_FROM: Final = timedelta(hours=12)
"""From this age on the limit is near enough to be on the scale."""

LIMIT_SLOT: Final = 15
"""Cells at the right for the break and the words "24 h limit"."""

ROOM_FOR_WORDS: Final = 8
ROOM_AFTER_NOW: Final = 11
"""Cells between now and the break: "now 14:02" and a blank, or how long a chunk took and how many are bad."""

_LEAST_BETWEEN_TICKS: Final = 9
_STEPS: Final = (15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880)


class Axis(Struct, frozen=True, kw_only=True):
    """Where times stand on a line of `width` cells."""

    start: datetime
    end: datetime
    now: datetime
    limit_at: datetime | None
    width: int
    is_broken: bool
    room: int = ROOM_FOR_WORDS
    """Cells behind the scale for words, where it is not broken."""

    @property
    def scale_width(self) -> int:
        """Cells that are on the scale."""
        return _scale_width(self.width, self.room, is_broken=self.is_broken)

    def x(self, when: datetime) -> int:
        """The cell of a time, kept inside the scale."""
        share = (when - self.start) / (self.end - self.start)
        return max(0, min(self.scale_width - 1, round(share * (self.scale_width - 1))))

    @property
    def now_x(self) -> int:
        return self.x(self.now)

    @property
    def limit_x(self) -> int | None:
        """Where the line of the limit stands, if anything is still out."""
        if self.limit_at is None:
            return None
        return self.width - LIMIT_SLOT // 2 if self.is_broken else self.x(self.limit_at)

    def step(self) -> timedelta:
        """The time between ticks that leaves room for their words."""
        minutes_a_cell = (self.end - self.start).total_seconds() / 60 / self.scale_width
        wanted = minutes_a_cell * _LEAST_BETWEEN_TICKS
        return timedelta(minutes=next((step for step in _STEPS if step >= wanted), _STEPS[-1]))

    def ticks(self) -> Iterator[datetime]:
        """Round times on the scale."""
        step = self.step()
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        tick = midnight + -(-(self.start - midnight) // step) * step
        while tick <= self.end:
            yield tick
            tick += step


def make_axis(
    *,
    start: datetime,
    last: datetime,
    now: datetime,
    is_out: bool,
    width: int,
    limit_at: datetime | None = None,
    words: int = ROOM_FOR_WORDS,
) -> Axis:
    """An axis from the first creation to the last thing known or expected.

    Args:
        is_out: something is still with the API, so that now and the limit matter.
        words: cells that what stands behind the last line wants, of which it gets a third of the width at most.
    """
    limit = (limit_at or start + LIMIT) if is_out else None
    is_broken = limit is not None and now - start < UNBROKEN_FROM
    end = max(last, now) if is_out else last
    if limit is not None and not is_broken:
        end = max(end, limit)
    room = max(ROOM_FOR_WORDS, min(words, width // 3))
    if is_broken:
        scale = _scale_width(width, room, is_broken=True)
        end = max(end, start + (now - start) * (scale / max(1, scale - ROOM_AFTER_NOW)))
    return Axis(
        start=start,
        end=max(end, start + timedelta(minutes=10)),
        now=now,
        limit_at=limit,
        width=width,
        is_broken=is_broken,
        room=room,
    )


def _scale_width(width: int, room: int, *, is_broken: bool) -> int:
    return max(1, width - (LIMIT_SLOT if is_broken else room))
