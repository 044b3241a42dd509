"""The pane beside lists of requests, and what the sample beneath the groups has room for."""

from batchtui.data import data_dir
from batchtui.domain.retry import RetryPolicy
from batchtui.tui.screens.errors import ErrorsScreen
from batchtui.tui.screens.members import ChunkRequestsScreen
from batchtui.tui.screens.requests_page import RequestsScreen
from batchtui.tui.screens.retry import RetryScreen
from batchtui.tui.screens.submit import SubmitScreen
from tests.tui.filed import Filed
from tests.tui.still import Cockpit, calls_of, cockpit, make_dashboard, until
from tests.tui.waiting import read

RUN = "nightly-eval-1120"
WIDE = (160, 48)


async def members(on: Cockpit) -> None:
    on.app.push_screen(ErrorsScreen(RUN))
    await read(on)
    await on.press("enter")
    await looked_up(on)


async def looked_up(on: Cockpit) -> None:
    """The pane looks once the cursor rests."""
    await until(lambda: "claude-sonnet-4-6" in on.text() or "not here" in on.text())
    await read(on)


async def test_the_member_under_the_cursor_is_told_beside_the_list(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=WIDE) as on:
        await members(on)
        text = on.text()
        assert "class     overloaded_error, HTTP 529" in text
        assert "from      nightly-eval-1120.jsonl line 1,100" in text and "ended     12:43Z yesterday" in text
        assert "Grade the following answer against the rubric." in text
        await on.press("j")
        await looked_up(on)
        assert "nightly-eval-1120.jsonl line 1,101" in on.text()


async def test_a_narrow_list_has_no_pane_and_looks_nothing_up(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        on.app.push_screen(ErrorsScreen(RUN))
        await read(on)
        await on.press("enter")
        await read(on)
        screen = on.app.screen
        assert isinstance(screen, RequestsScreen) and not screen.sample.display
        assert "claude-sonnet-4-6" not in on.text()


async def test_a_request_that_succeeded_is_told_as_well(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=WIDE) as on:
        on.app.push_screen(ChunkRequestsScreen(RUN, "0001"))
        await read(on)
        await looked_up(on)
        assert "result    ok" in on.text() and "claude-sonnet-4-6" in on.text()
        assert calls_of(on.app) == [], "bodies are on disk: nobody is asked"


async def test_more_of_a_group_are_named_where_there_is_room(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=WIDE) as on:
        on.app.push_screen(ErrorsScreen(RUN))
        await read(on)
        assert "70 more like it" in on.text() and "doc-001101   chunk 2" in on.text()
        await on.press("left_square_bracket")
        await read(on)
        assert "71 of 71" in on.text()
        others = [line for line in on.lines() if line.startswith("│  doc-")][1:]
        assert others[0].startswith("│  doc-001100"), "after the last the first"


async def test_a_plan_with_room_beneath_it_shows_the_first_request_it_would_send(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=WIDE) as on:
        on.app.push_screen(RetryScreen(RUN, RetryPolicy()))
        await until(lambda: "first request" in on.text())
        await read(on)
        text = on.text()
        assert "custom_id   doc-000512" in text and "1 of 93" in text and "max_tokens  1024" in text
        assert "j shows the rest" not in text and "batchtui retry nightly-eval-1120" in text
        await on.pilot.resize_terminal(100, 24)
        await read(on)
        assert "first request" not in on.text(), "the plan comes first"
        assert "batchtui retry nightly-eval-1120" in on.text()


async def test_what_stands_beneath_a_plan_gives_its_rows_back_where_the_plan_gets_longer(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=WIDE) as on:
        screen = SubmitScreen(data_dir("examples") / "requests.jsonl")
        on.app.push_screen(screen)
        await until(lambda: "first request" in on.text())
        await read(on)
        assert screen.panel.has_shown_all and "j shows the rest" not in on.text()
        screen.travel.styles.width = 90  # its problems do not fit into so narrow lines
        await until(lambda: "lines 301, 324, 458" in on.text())
        await on.pilot.pause()
        assert screen.panel.has_shown_all and "j shows the rest" not in on.text()
