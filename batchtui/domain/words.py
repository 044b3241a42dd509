"""Counts, sizes, chunks and times as small words, the same in every notice, table and plan."""

from datetime import UTC, datetime, timedelta


def several(number: int, one: str, many: str = "") -> str:
    """`1 batch`, `2,048 batches`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def chunk_name(label: str) -> str:
    """A chunk's label as people say it: `0007a` is chunk 7a, the first half of chunk 7."""
    return label.lstrip("0") or label


def until_words(until: datetime, now: datetime) -> str:
    """A time of the day in UTC, with its day where that may be another."""
    is_far = until - now > timedelta(hours=12)
    return f"until {until.astimezone(UTC):{'%m-%d ' if is_far else ''}%H:%MZ}"


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
