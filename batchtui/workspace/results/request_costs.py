"""What every single request of a results file cost, one after another: memory does not grow with the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.billing import is_other_tier, measured, searches_of, tokens_of
from batchtui.domain.cost import TokenCounts
from batchtui.domain.money import ZERO, Usd
from batchtui.domain.prices import PriceTable
from batchtui.domain.results import Outcome
from batchtui.workspace.results.result_lines import decode, opened, placed_lines


class RequestCost(NamedTuple):
    """What one request took and cost."""

    custom_id: str
    outcome: str
    model: str
    """"" where nothing was billed."""
    tokens: TokenCounts
    searches: int
    is_other_tier: bool
    cost_usd: Usd | None
    """None where a price or the usage is unknown; 0 for what is not billed."""


def request_costs(results: Path, prices: PriceTable) -> Iterator[RequestCost]:
    """In the order of the results; lines that are no results are passed over, as they cost nothing that is known."""
    with opened(results) as file:
        for placed in placed_lines(file):
            line = decode(placed.text) if placed.text is not None else None
            if line is None:
                continue
            result, message = line.result, line.result.message
            usage = message.usage if message is not None else None
            if message is None or usage is None:
                cost = None if result.type == Outcome.SUCCEEDED else ZERO
                model = message.model if message is not None else ""
                yield RequestCost(line.custom_id, result.type, model, TokenCounts(), 0, False, cost)
                continue
            cost = measured(usage, message.model, prices)
            tokens, searches = tokens_of(usage), searches_of(usage)
            yield RequestCost(line.custom_id, result.type, message.model, tokens, searches, is_other_tier(usage), cost)
