"""A line of what was spent as the cells of a row, the same in the command's table and on the dashboard's page."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from batchtui.domain.money import Usd, in_words
from batchtui.domain.spending import Spent
from batchtui.domain.words import share_words
from batchtui.present import formats
from batchtui.present.cells import NOTHING, Cell, Column, cell
from batchtui.present.outcome_words import outcome_words

HEADS: Final = {
    "requests": "REQUESTS",
    "ok": "OK",
    "in": "IN",
    "out": "OUT",
    "cached": "CACHED",
    "cost": "COST",
    "standard": "STANDARD",
    "per_1000": "PER 1,000",
    "per_ok": "PER OK",
}
"""Of the figures, in their order."""

_OF_A_REQUEST: Final = Decimal("0.00001")


def figure_columns(widths: Mapping[str, int], goes: Mapping[str, int]) -> tuple[Column, ...]:
    """Each figure at the right of its column; what `goes` names goes where there is no room."""
    return tuple(
        Column(key=key, head=head, width=widths.get(key, 1), align="right", goes=goes.get(key))
        for key, head in HEADS.items()
    )


def cost_cells(line: Spent, unknown: str = "-") -> dict[str, Cell]:
    """All but the name; `unknown` stands for what there is no figure for."""
    usage = line.usage
    number = line.results.total or usage.requests
    nothing = cell(unknown, "dim")
    if not line.batches:
        return {**dict.fromkeys(HEADS, nothing), "estimate": _estimate(line) or nothing}
    return {
        "requests": _count(number),
        "ok": _count(usage.succeeded),
        "in": cell(formats.count(usage.input_tokens)),
        "out": cell(formats.count(usage.output_tokens)),
        "cached": _cached(line.cache_hit_share) or nothing,
        "cost": _money(usage.cost_usd),
        "standard": _money(usage.standard_usd),
        "per_1000": _money(line.per_requests(number, 1000)),
        "per_ok": _small(line.per_requests(usage.succeeded, 1)) or nothing,
        "estimate": _estimate(line) or nothing,
    }


def _count(number: int) -> Cell:
    return cell(formats.exact(number)) if number else cell("0", "dim")


def _cached(share: float | None) -> Cell:
    return cell(share_words(share)) if share else NOTHING


def _money(usd: Usd | None) -> Cell:
    return cell(formats.money(usd)) if usd is not None else cell("?", "warn")


def _small(usd: Usd | None) -> Cell:
    """Most requests cost less than a cent."""
    return cell(in_words(usd, _OF_A_REQUEST)) if usd is not None else NOTHING


def _estimate(line: Spent) -> Cell:
    """How the estimate did; what is still missing; or nothing to compare."""
    if line.waiting:
        return cell(f"{line.waiting:,} not collected", "dim")
    words = outcome_words(line).removeprefix("est ")
    return cell(words, "text" if line.is_within else "warn") if words else NOTHING
