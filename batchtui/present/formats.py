"""Figures as people read them: counts, money, durations, sizes, shares and times of day."""

from datetime import UTC, datetime, tzinfo

from batchtui.domain.money import Usd, in_words
from batchtui.domain.words import size_words
from batchtui.present.cells import Cell, Role, Span, cell
from batchtui.present.glyphs import Glyphs
from batchtui.present.width import cut, text_width

MINUTE, HOUR, DAY = 60, 3600, 86400


def count(number: int) -> str:
    """Exact with commas below 10,000, then three figures: 4,001, 11.8k, 104k, 1.20M."""
    if abs(number) < 10_000:
        return f"{number:,}"
    for unit, scale in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        figures = _three_figures(number / scale)
        if figures is not None:
            return figures + unit
    return f"{number / 1_000_000_000:,.0f}G"


def _three_figures(value: float) -> str | None:
    """At most 999 with three figures, or None when the next unit is due, which rounding can bring about."""
    for decimals in (2, 1, 0):
        text = f"{value:.{decimals}f}"
        if abs(float(text)) < 10 ** (3 - decimals):
            return text
    return None


def exact(number: int) -> str:
    """Every figure, with commas."""
    return f"{number:,}"


def money(usd: Usd | float, *, is_estimate: bool = False) -> str:
    """Two decimals always, rounded half up; ~ before what is not measured; what is no cent is not nothing."""
    return f"{'~' if is_estimate else ''}{in_words(usd)}"


def money_between(low: Usd | float, high: Usd | float, *, is_estimate: bool = False) -> str:
    """Two ends, or one amount where both read the same."""
    words = money(low, is_estimate=is_estimate), money(high, is_estimate=is_estimate)
    return words[0] if words[0] == words[1] else " to ".join(words)


def duration(seconds: float) -> str:
    """Hours and minutes, days and hours below ten days, then days: 3h12, 1d02h, 27d."""
    whole = max(0, int(seconds))
    if whole < DAY:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02}"
    if whole < 10 * DAY:
        return f"{whole // DAY}d{whole % DAY // HOUR:02}h"
    return days(whole)


def days(seconds: float) -> str:
    """Whole days, for retention."""
    return f"{max(0, int(seconds)) // DAY}d"


def brief(seconds: float) -> str:
    """One figure up to an hour, as in "4s ago" and "stale 2m"."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole}s"
    return f"{whole // MINUTE}m" if whole < HOUR else duration(whole)


def lasted(seconds: float) -> str:
    """How long something took: seconds under a minute, which `duration` would call 0h00."""
    return brief(seconds) if seconds < MINUTE else duration(seconds)


def to_the_second(seconds: float) -> str:
    """1m06s below an hour, where a second more or less counts."""
    whole = max(0, int(seconds))
    if not MINUTE <= whole < HOUR:
        return lasted(whole)
    return f"{whole // MINUTE}m{whole % MINUTE:02d}s"


size = size_words


def percent(part: int, whole: int) -> str:
    """A share with one decimal below ten: 0.9 %, 12 %; never 0.0 for something nor 100 for less than all."""
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    if share < 0.05:
        return "<0.1 %"
    if part < whole and share >= 99.5:
        return ">99 %"
    return f"{share:.1f} %" if share < 9.95 else f"{share:.0f} %"


def minute(when: datetime, zone: tzinfo | None = None) -> str:
    """14:02Z, or the wall clock of a zone without the Z."""
    return when.astimezone(UTC).strftime("%H:%MZ") if zone is None else when.astimezone(zone).strftime("%H:%M")


def second(when: datetime, zone: tzinfo | None = None) -> str:
    """14:01:52Z, for logs."""
    return when.astimezone(UTC).strftime("%H:%M:%SZ") if zone is None else when.astimezone(zone).strftime("%H:%M:%S")


def short_id(text: str, glyphs: Glyphs, *, width: int = 16) -> str:
    """An id cut in the middle, since its last characters tell it from others."""
    return cut(text, width - 1 + text_width(glyphs.cut), "middle", mark=glyphs.cut, tail=2)


def count_cell(number: int | None, glyphs: Glyphs, role: Role = "text") -> Cell:
    """A count; a measured 0 is dim, one the API has not given is – and dim."""
    if number is None:
        return cell(glyphs.unknown, "dim", bold=False)
    return cell(count(number), role) if number else cell("0", "dim", bold=False)


def fraction_cell(done: int, total: int, role: Role = "text", *, left: int = 2, right: int = 2) -> Cell:
    """done/total, aligned on a dim slash."""
    return (Span(f"{done:>{left}}", role), Span("/", "dim", False), Span(f"{total:<{right}}", role))


def flagged_cell(text: str, flag: str = "", role: Role = "text", *, bold: bool | None = None) -> Cell:
    """A figure followed by the cell its flag has to itself, so that figures stay in line."""
    return cell(text + (flag or " "), role, bold=bold)
