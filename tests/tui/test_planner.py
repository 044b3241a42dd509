"""The planner: the queue as it is, an imagined job changed by keys, and never anything sent."""

from collections.abc import AsyncIterator, Sequence

import pytest

from batchtui.domain.forecasting.departures import Arrival
from batchtui.domain.records import Record
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.present.cells import plain
from batchtui.present.planner.hours_ahead import hours_ahead
from batchtui.tui.screens.detail import DetailScreen
from batchtui.tui.screens.planner import PlannerScreen
from batchtui.workspace.prices import load_prices
from tests.fakes import FakeService
from tests.present.scenes import scene_of
from tests.tui.still import NOW, Cockpit, StillClock, cockpit, make_dashboard, make_engine
from tests.tui.world import Part, World, ago, pictured


def _dashboard(records: Sequence[Record], service: FakeService | None = None) -> object:
    engine = make_engine(records, settings=Settings(budget=BudgetSettings(daily_usd=200)), service=service)
    engine.prices = load_prices({})
    return make_dashboard(engine)


@pytest.fixture
async def busy() -> AsyncIterator[Cockpit]:
    """The workspace of the pictures, at its planner."""
    async with cockpit(_dashboard(pictured()), size=(120, 40)) as running:  # type: ignore[arg-type]
        await running.press("P")
        yield running


@pytest.fixture
async def idle() -> AsyncIterator[Cockpit]:
    """Nothing was ever sent."""
    async with cockpit(_dashboard([]), size=(120, 40)) as running:  # type: ignore[arg-type]
        await running.press("P")
        yield running


def _line(cockpit: Cockpit, words: str) -> str:
    return next(line for line in cockpit.lines() if words in line)


async def test_what_runs_is_shown_first_with_slots_queue_and_money(busy: Cockpit) -> None:
    assert "12 of 20" in _line(busy, "batches")
    legend = _line(busy, "8 running")
    assert all(words in legend for words in ("3 stopping", "1 unsure", "1 elsewhere", "8 free"))
    assert "32.4k of 200k" in _line(busy, "requests")
    assert "of $200" in _line(busy, "money")
    assert "waits for chunk 7, unsure" in _line(busy, "stuck")
    waiting = [line for line in busy.lines() if "chunk 7, unsure" in line and "11/12" in line and "~$2.01" in line]
    assert len(waiting) == 1


async def test_enter_opens_the_run_of_what_waits(busy: Cockpit) -> None:
    await busy.press("enter")
    screen = busy.app.screen
    assert isinstance(screen, DetailScreen) and screen.run_name == "nightly-eval-1121"


async def test_tab_leads_to_the_imagined_job_and_back(busy: Cockpit) -> None:
    await busy.press("tab")
    assert "nothing is sent from here" in busy.lines()[1] and "batch sizes" in busy.text()
    await busy.press("tab")
    assert "waiting here" in busy.text()


async def test_with_nothing_out_the_imagined_job_comes_first(idle: Cockpit) -> None:
    assert "nothing is sent from here" in idle.lines()[1]
    assert "100,000" in _line(idle, "requests") and "public figures, unverified" in idle.text()
    await idle.press("tab")
    assert "nothing waits here" in idle.text()


async def test_a_figure_is_changed_and_the_outcome_follows(idle: Cockpit) -> None:
    assert "10 of at most 10,000 requests" in _line(idle, "batches   1")
    await idle.press("j", "j", "j", "j", "l")
    assert "5 of at most 20,000 requests" in idle.text()
    await idle.press("h", "minus", "left")
    assert "40 of at most 2,500 requests" in idle.text()
    await idle.press("k", "k", "k", "k", "minus")
    assert "50,000" in _line(idle, "requests")


async def test_digits_begin_to_type_a_figure(idle: Cockpit) -> None:
    await idle.press("5", "k", "enter")
    assert "5,000" in _line(idle, "requests")
    await idle.press("enter", *"many", "enter")
    assert "1 to 10,000,000" in idle.lines()[-2] and "5,000" in _line(idle, "requests")
    await idle.press("7", "escape")
    assert "5,000" in _line(idle, "requests"), "esc takes nothing"


async def test_the_moment_of_the_picture_moves_from_change_to_change(idle: Cockpit) -> None:
    await idle.press("j", "j", "j", "j", "j", *["minus"] * 3)
    first = _line(idle, "at ~")
    assert all(f" {stage}" in first for stage in ("ended", "running", "waiting"))
    await idle.press("right_square_bracket")
    assert _line(idle, "at ~") != first
    await idle.press(*["left_square_bracket"] * 4)
    assert "at ~0h00: 3 running" in idle.text() and " ended" not in _line(idle, "at ~")
    await idle.press(*["right_square_bracket"] * 12)
    assert "retry 1" in idle.text() and "at ~0h00" not in idle.text()


async def test_y_copies_the_command_that_says_the_same(idle: Cockpit) -> None:
    screen = idle.app.screen
    assert isinstance(screen, PlannerScreen)
    assert screen.command_words().startswith("batchtui plan --requests 100000 --input-tokens 2000 --output-tokens 500")
    await idle.press("y")
    assert "sent to the terminal" not in idle.text(), "there is no id to copy"
    await idle.press("Y")
    assert "sent to the terminal: batchtui plan" in idle.text()


async def test_a_model_without_a_price_has_no_cost(idle: Cockpit) -> None:
    await idle.press("j", "j", "j", "enter", *"someone-elses", "enter")
    assert "not known" in _line(idle, "cost") and "$0" not in idle.text()


async def test_keys_that_send_do_nothing_here() -> None:
    service = FakeService(StillClock(NOW))
    async with cockpit(_dashboard(pictured(), service), size=(120, 40)) as running:  # type: ignore[arg-type]
        await running.press("P", "S", "R", "E", "C", "D", "y", "enter", "escape", "tab", "S", "R", "E", "C", "D", "y")
        assert isinstance(running.app.screen, PlannerScreen)
    assert not service.posts


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_size_shows_figures_outcome_sizes_and_picture(size: tuple[int, int]) -> None:
    async with cockpit(_dashboard([]), size=size) as running:  # type: ignore[arg-type]
        await running.press("P")
        seen = running.text()
        await running.press("t")
        seen += running.text()
        await running.press("t")
        seen += running.text()
        for words in ("what if", "then", "done in", "batch sizes", "ONE LOSES", "queue 1", "running"):
            assert words in seen, words
        await running.press("escape")
        assert not isinstance(running.app.screen, PlannerScreen)


async def test_the_key_that_opened_it_closes_it(busy: Cockpit) -> None:
    await busy.press("P")
    assert not isinstance(busy.app.screen, PlannerScreen)


async def test_where_nothing_waits_a_small_page_has_the_hours_ahead_instead_of_blank_rows() -> None:
    world = World()
    world.run("backfill", ago(hours=1), [Part(1_000, ago(hours=1))])
    async with cockpit(_dashboard(world.records())) as running:  # type: ignore[arg-type]
        await running.press("P")
        await running.settle()
        text = running.text()
        assert "nothing waits here" in text and "at the API, by the hour" in text
        assert "now" in running.lines()[-4] and "1,000" in running.lines()[-5]


def test_what_is_due_now_is_still_out_now_and_gone_an_hour_later() -> None:
    scene = scene_of([])
    out = [Arrival(requests=50, at=scene.server_now), Arrival(requests=1_600, at=None)]
    *_, figures, _ = hours_ahead(scene, out, [], width=24, height=5)
    assert plain(figures).split() == ["1,650", "~1,600", "~1,600"]


async def test_what_waits_has_the_rows_of_a_small_page(busy: Cockpit) -> None:
    await busy.pilot.resize_terminal(80, 24)
    await busy.settle()
    assert "at the API, by the hour" not in busy.text() and "  WAITS FOR" in busy.text()


async def test_the_smallest_page_shows_at_least_the_first_that_waits(busy: Cockpit) -> None:
    await busy.pilot.resize_terminal(60, 16)
    await busy.settle()
    assert any(" 1 nightly-" in line for line in busy.lines()), busy.text()
