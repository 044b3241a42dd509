"""What a plan is expected to cost, and whether the budget has room for it."""

from typing import NamedTuple

from batchtui.domain.budget import plan_exceeds
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.costs import priced
from batchtui.domain.forecasting.lessons import lessons
from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.forecasting.token_guess import forecast_tokens
from batchtui.domain.prices import PriceTable
from batchtui.domain.requests import CheckReport
from batchtui.engine.core import Core


class Costing(NamedTuple):
    """The figures of a plan that are about money, from the tokens up."""

    forecast: TokenForecast
    cost: CostRange
    exceeds: str | None


def costing(core: Core, prices: PriceTable, report: CheckReport) -> Costing:
    """Price checked requests by what this workspace has learned of earlier ones."""
    expected = forecast_tokens(report.tallies, lessons(core.state))
    cost = priced(expected, prices)
    return Costing(expected, cost, plan_exceeds(core.state, cost, core.settings.budget, core.clock.now()))
