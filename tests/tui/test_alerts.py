"""What needs somebody, by keys: go there, put it aside, take that back, hold a run, let it go on."""

from collections.abc import AsyncIterator

import pytest

from batchtui.domain.records import RunHeld
from batchtui.domain.state import Run
from batchtui.tui.screens.alerts import AlertsScreen
from batchtui.tui.screens.detail import DetailScreen
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.release import ReleaseSheet
from tests.tui.still import NOW, Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.world import Part, World, ago, pictured


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        yield running


def going_wrong() -> World:
    """A run with half of a chunk errored, and one that is not sent yet."""
    world = World()
    parts = [Part(100, sent=ago(hours=2), ended=ago(hours=1), ok=50, errored=50), Part(100)]
    world.run("nightly", ago(hours=2), parts)
    return world


def the_run(running: Cockpit) -> Run:
    return running.app.bridge.engine.state.runs["nightly"]


async def test_n_says_what_the_alert_is_and_how_to_put_it_aside(home: Cockpit) -> None:
    await home.press("n", "n")
    assert "of 4, m puts it aside: " in home.lines()[-2]


async def test_m_puts_an_alert_aside_and_u_takes_that_back(home: Cockpit) -> None:
    before = home.lines()[1]
    await home.press("n", "m")
    await home.settle()
    assert "4 alerts" in before and "3 alerts" in home.lines()[1]
    assert "put aside, u takes it back: " in home.lines()[-2]
    await home.press("u")
    await home.settle()
    assert home.lines()[1] == before


async def test_m_where_nothing_needs_anybody_and_u_with_nothing_to_undo_say_so(home: Cockpit) -> None:
    await home.press("G", "k", "m")
    assert "m: nothing of it needs you" in home.lines()[-2]
    await home.press("u")
    assert "u: nothing was changed here" in home.lines()[-2]


async def test_all_alerts_stand_in_one_list_that_leads_to_each(home: Cockpit) -> None:
    await home.press("exclamation_mark")
    assert isinstance(home.app.screen, AlertsScreen)
    assert "STATE" not in home.text()
    assert home.lines()[1].endswith("5 things need you on 4 rows")
    await home.press("slash", *"smoke", "enter")
    assert "alerts 1" in home.lines()[2]
    await home.press("enter")
    assert isinstance(home.app.screen, DetailScreen) and "smoke-schema" in home.lines()[1]


async def test_in_the_list_m_puts_aside_and_again_takes_back(home: Cockpit) -> None:
    await home.press("exclamation_mark", "slash", *"smoke", "enter", "m")
    await home.settle()
    assert "4 things need you on 3 rows, 1 put aside" in home.lines()[1] and "put aside" in home.lines()[4]
    assert "STATE" in home.text() and "m take back" in home.lines()[-1]
    await home.press("m")
    await home.settle()
    assert home.lines()[1].endswith("5 things need you on 4 rows")


async def test_once_all_is_put_aside_the_list_says_that_nothing_needs_anybody(home: Cockpit) -> None:
    await home.press("exclamation_mark", "asterisk", "m")
    await home.settle()
    assert home.lines()[1].endswith("nothing needs you, 5 put aside")


async def test_h_holds_what_is_unsent_and_only_a_plan_lets_it_go_on() -> None:
    async with cockpit(make_dashboard(make_engine(going_wrong().records()))) as running:
        await running.press("n")
        assert "errored so far, H holds" in running.lines()[-2]
        await running.press("H")
        await running.settle()
        assert the_run(running).held_reason == "held by the operator"
        await running.press("u")
        await running.settle()
        assert the_run(running).held_reason is not None, "letting it go on would send: no key but a plan's may"
        await running.press("R")
        assert isinstance(running.app.screen, ReleaseSheet)
        await running.press("enter")
        assert isinstance(running.app.screen, HomeScreen) and the_run(running).held_reason is not None
        await running.press("R")
        await running.pilot.pause(0.2)
        await running.press("y")
        await running.settle()
        assert the_run(running).held_reason is None


async def test_h_says_why_it_is_off() -> None:
    records = [*going_wrong().records(), RunHeld(at=NOW, run="nightly", reason="spend cap")]
    async with cockpit(make_dashboard(make_engine(records))) as running:
        await running.press("H")
        assert "H: it is held: R lets it go on" in running.lines()[-2]


@pytest.mark.parametrize(
    ("key", "words"),
    [("D", "D: delete is off here, only in batches, run"), ("t", "t: timeline"), ("8", "8: adopt is off here")],
)
async def test_a_key_of_other_pages_says_where_it_works(home: Cockpit, key: str, words: str) -> None:
    await home.press(key)
    assert words in home.lines()[-2]
    assert isinstance(home.app.screen, HomeScreen)


async def test_a_wide_page_shows_what_the_alert_is_about_beside_the_list() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(130, 40)) as running:
        await running.press("exclamation_mark")
        assert "nightly-eval-1121 chunk 7 " in running.lines()[2]
        await running.press("j", "j", "j")
        text = running.text()
        assert "judge-haiku" in running.lines()[2] and "of 24h" in text
        assert "judge-haiku chunk 3 expires at 15:31Z, 4,940 requests still out" in text


async def test_a_narrow_page_has_the_list_alone(home: Cockpit) -> None:
    await home.press("exclamation_mark")
    assert home.lines()[2].count("╭") == 1
