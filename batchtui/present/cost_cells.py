"""A line of what was spent as the cells of a row, the same in the command's table and on the dashboard's page."""

from typing import Final

from batchtui.domain.money import Usd
from batchtui.domain.spending import Spent
from batchtui.present import formats
from batchtui.present.cells import Cell, cell
from batchtui.present.outcome_words import outcome_words

_FIGURES: Final = ("requests", "ok", "in", "out", "cached", "cost", "standard", "per_1000", "per_ok")


def cost_cells(line: Spent) -> dict[str, Cell]:
    """All but the name."""
    usage = line.usage
    number = line.results.total or usage.requests
    if not line.batches:
        nothing = cell("-", "dim")
        return {**dict.fromkeys(_FIGURES, nothing), "estimate": _estimate(line)}
    return {
        "requests": _count(number),
        "ok": _count(usage.succeeded),
        "in": cell(formats.count(usage.input_tokens)),
        "out": cell(formats.count(usage.output_tokens)),
        "cached": _cached(line.cache_hit_share),
        "cost": _money(usage.cost_usd),
        "standard": _money(usage.standard_usd),
        "per_1000": _money(line.per_requests(number, 1000)),
        "per_ok": _small(line.per_requests(usage.succeeded, 1)),
        "estimate": _estimate(line),
    }


def _count(number: int) -> Cell:
    return cell(formats.exact(number)) if number else cell("0", "dim")


def _cached(share: float | None) -> Cell:
    return cell(f"{share:.0%}") if share else cell("-", "dim")


def _money(usd: Usd | None) -> Cell:
    return cell(formats.money(usd)) if usd is not None else cell("?", "warn")


def _small(usd: Usd | None) -> Cell:
    """Most requests cost less than a cent."""
    return cell(f"${usd:,.5f}") if usd is not None else cell("-", "dim")


def _estimate(line: Spent) -> Cell:
    """How the estimate did; what is still missing; or nothing to compare."""
    if line.waiting:
        return cell(f"{line.waiting:,} not collected", "dim")
    words = outcome_words(line).removeprefix("est ")
    return cell(words, "text" if line.is_within else "warn") if words else cell("-", "dim")
