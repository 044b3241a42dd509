"""Counts, sizes, chunks and times as small words, the same in every notice, table and plan."""

from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from msgspec import Struct

_FAR: Final = timedelta(hours=12)


def several(number: int, one: str, many: str = "") -> str:
    """`1 batch`, `2,048 batches`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def chunk_name(label: str) -> str:
    """A chunk's label as people say it: `0007a` is chunk 7a, the first half of chunk 7."""
    return label.lstrip("0") or label


def share_words(share: float | Decimal, decimals: int = 0) -> str:
    """`12 %`."""
    return f"{share * 100:.{decimals}f} %"


class Moment(Struct, frozen=True):
    """A time that a sentence tells, so that a face with another clock can tell it by that."""

    at: datetime
    form: str = "%H:%M"

    def words(self, zone: tzinfo | None = None) -> str:
        """In UTC with a Z, or by the wall clock of a zone."""
        return f"{self.at.astimezone(UTC):{self.form}}Z" if zone is None else f"{self.at.astimezone(zone):{self.form}}"


def moment_of(at: datetime, now: datetime) -> Moment:
    """A time of the day, with its day where that may be another."""
    return Moment(at, f"{'%m-%d ' if at - now > _FAR else ''}%H:%M")


def until_words(until: datetime, now: datetime) -> str:
    """How long something has to wait, in UTC."""
    return f"until {moment_of(until, now).words()}"


def size_words(size_bytes: int) -> str:
    """Decimal units with one decimal: 812 B, 3.4 MB."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    value = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= 1_000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1_000:,.1f} TB"
