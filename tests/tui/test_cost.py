"""`$`: what was spent, by run, day and model, measured only, with what is said of a line."""

from collections.abc import AsyncIterator

import pytest

from batchtui.domain.records import Collected, Record
from batchtui.domain.spending import By
from batchtui.tui.screens.cost import CostScreen
from batchtui.tui.screens.detail import DetailScreen
from batchtui.workspace.prices import load_prices
from tests.domain.builders import ended, planned, sent
from tests.domain.test_spending import HAIKU, collected, used
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine

OLD = "claude-3-5-haiku"


def spent(number: int, cost: str, model: str = HAIKU) -> Collected:
    usage = used(cost, input_tokens=75_000, output_tokens=2_000, cache_read_tokens=25_000)
    return collected(number, usage={model: usage})


@pytest.fixture
async def shown() -> AsyncIterator[Cockpit]:
    """Two runs that are collected and one that is not."""
    records: list[Record] = [
        *(planned("evals", chunks=1, high_usd=8), *sent("0001", 1, run="evals"), ended(1), spent(1, "2.5")),
        *(planned("older", chunks=1, high_usd=8), *sent("0001", 2, run="older"), ended(2), spent(2, "1.25", OLD)),
        *(planned("going", chunks=1, high_usd=8), *sent("0001", 3, run="going")),
    ]
    async with cockpit(make_dashboard(make_engine(records, prices=load_prices({}))), size=(120, 30)) as running:
        await running.press("dollar_sign")
        await running.settle()
        yield running


def row_of(on: Cockpit, name: str) -> str:
    (line,) = [line for line in on.lines() if f" {name} " in line and "$" not in line.split(name)[0]]
    return line


async def test_runs_stand_with_their_cost_beside_the_standard_price_and_the_estimate(shown: Cockpit) -> None:
    assert isinstance(shown.app.screen, CostScreen)
    assert "$3.75 measured in 2 batches" in shown.lines()[1] and "$3.75 less than standard" in shown.lines()[1]
    assert "1 not collected" in shown.lines()[1] and "prices of 20" in shown.lines()[1]
    assert "$2.50" in row_of(shown, "evals") and "$5.00" in row_of(shown, "evals")
    assert "$0" not in row_of(shown, "going") and "1 not collected" in row_of(shown, "going")


async def test_tab_groups_the_same_money_by_day_and_by_model(shown: Cockpit) -> None:
    screen = shown.app.screen
    assert isinstance(screen, CostScreen)
    await shown.press("tab")
    await shown.settle()
    assert screen.by is By.DAY and "cost by day 1" in shown.text()
    assert screen.command_words() == "batchtui cost --by day"
    await shown.press("tab", "G")
    await shown.settle()
    assert screen.by is By.MODEL and "cost by model 2" in shown.text()
    await shown.press("g")
    await shown.settle()
    assert "75.0k in, 2,000 out, 25 % cached" in shown.lines()[-2]
    assert "price not confirmed by the service" in shown.lines()[-2]
    await shown.press("enter")
    assert shown.app.screen is screen and "no page of its own" in shown.lines()[-2]


async def test_a_run_is_opened_and_the_key_that_opened_the_page_closes_it(shown: Cockpit) -> None:
    await shown.press("s", "c")
    await shown.settle()
    assert "dearest first" in shown.text()
    await shown.press("g", "enter")
    await shown.settle()
    assert isinstance(shown.app.screen, DetailScreen) and "evals" in shown.lines()[1]
    await shown.press("escape", "dollar_sign")
    await shown.settle()
    assert not isinstance(shown.app.screen, CostScreen)


async def test_figures_do_not_touch_the_border_and_what_has_none_is_not_known(shown: Cockpit) -> None:
    assert "–" in row_of(shown, "going") and " - " not in row_of(shown, "going")
    await shown.pilot.resize_terminal(80, 24)
    await shown.settle()
    assert row_of(shown, "evals").endswith(" │") and not row_of(shown, "evals").endswith("  │")
    assert shown.lines()[2].endswith("newest first ─╮")


async def test_models_have_no_age_and_say_so(shown: Cockpit) -> None:
    await shown.press("tab", "tab")
    await shown.settle()
    assert "by name ─╮" in shown.lines()[2]
