"""The service's own report of what its batch tier was used for, beside what was collected here."""

from collections.abc import Iterable, Iterator

import msgspec

from batchtui.domain.billing import ModelUsage, Terms, bill, merge
from batchtui.domain.cost import TokenCounts
from batchtui.domain.money import Usd, from_femto
from batchtui.domain.prices import PriceTable, undated
from batchtui.domain.spending import collected_usage
from batchtui.domain.state import AppState


class ReportedUsage(msgspec.Struct, frozen=True, kw_only=True):
    """One model on one UTC day, as the service counts it."""

    day: str
    model: str
    tokens: TokenCounts
    web_searches: int = 0


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The same day and model by the service's report and by this workspace's collected results."""

    reported: ReportedUsage
    cost_usd: Usd | None
    """The report at this table's prices; None where the price is unknown or depends on what a sum does not say."""
    here: ModelUsage


def compared(state: AppState, prices: PriceTable, report: Iterable[ReportedUsage]) -> Iterator[Compared]:
    """Newest day first. The report may hold more: other workspaces, runs deleted here, results never collected."""
    here = _collected(state)
    for entry in sorted(report, key=lambda each: (each.day, each.model), reverse=True):
        name = undated(entry.model)
        has_bands = name in prices.long_prompt
        found = None if has_bands else bill(Terms(entry.model), entry.tokens, entry.web_searches, prices)
        yield Compared(
            reported=entry,
            cost_usd=from_femto(found.batch) if found is not None else None,
            here=here.get((entry.day, name), ModelUsage()),
        )


def _collected(state: AppState) -> dict[tuple[str, str], ModelUsage]:
    """By the day a batch ended, which is the nearest to when the service did the work that is known."""
    days: dict[tuple[str, str], ModelUsage] = {}
    for known in state.batches.values():
        if known.collected is None or known.batch.ended_at is None:
            continue
        day = known.batch.ended_at.date().isoformat()
        for model, usage in merge([collected_usage(known.collected)]).items():
            key = day, undated(model)
            days[key] = days[key].plus(usage) if key in days else usage
    return days
