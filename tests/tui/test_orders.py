"""Orders and columns on every list besides the first page's."""

import pytest

from batchtui.tui.screens.members import MembersScreen
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, requests
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.test_members import many, members
from tests.tui.waiting import read
from tests.tui.world import pictured


def places(on: Cockpit, *names: str) -> list[str]:
    """The names in the order in which rows show them."""
    text = "\n".join(on.lines()[3:-3])
    assert all(name in text for name in names), text
    return sorted(names, key=text.index)


async def test_chunks_are_sorted_and_the_order_is_kept_for_the_next_run_looked_at() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as on:
        await on.press("j", "j", "enter", "s", "n")
        assert "last chunk first" in on.lines()[2]
        first = on.lines()[4].split()[1]
        await on.press("s", "n")
        assert on.lines()[4].split()[1] == "1" != first
        await on.press("s", "b", "escape", "enter")
        assert "most bad first" in on.lines()[2]


async def test_groups_are_sorted_and_have_columns_of_choice(filed: Filed) -> None:
    failures = {"doc-000001": TOO_MANY, "doc-000002": TOO_MANY, "doc-000003": OVERLOADED}
    await filed.run("evals", requests(5), failures)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        assert "retryable first" in on.lines()[2]
        assert places(on, "overloaded", "invalid_request") == ["overloaded", "invalid_request"]
        await on.press("s", "n")
        assert "largest first" in on.lines()[2]
        assert places(on, "overloaded", "invalid_request") == ["invalid_request", "overloaded"]
        await on.press("c", "ctrl+u", *"n class", "enter")
        assert "TEMPLATE" not in on.text() and "CLASS" in on.text()


async def test_members_are_sorted_and_a_filter_keeps_the_order(filed: Filed) -> None:
    await filed.run("evals", requests(2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await members(on, many(5_000))
        await on.press("s", "i", "s", "i")
        assert "by custom_id, z to a" in on.lines()[2]
        assert places(on, "doc-004999", "doc-004998") == ["doc-004999", "doc-004998"]
        await on.press("slash", *"id:0042", "enter")
        assert places(on, "doc-004299", "doc-004298") == ["doc-004299", "doc-004298"]


async def test_a_hundred_thousand_members_say_which_orders_are_off_and_are_turned_round_at_once(filed: Filed) -> None:
    await filed.run("evals", requests(2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await members(on, many(100_000))
        await on.press("s")
        assert "off: 100,000 texts take too long to compare" in on.text()
        await on.press("i")
        assert "id is off" in on.text() and not isinstance(on.app.screen, MembersScreen)
        await on.press("s")
        assert "last sent first" in on.lines()[2] and "doc-099999" in on.text()


@pytest.mark.parametrize(("key", "letter", "words"), [("a", "v", "by verb"), ("exclamation_mark", "k", "by kind")])
async def test_activity_and_alerts_are_sorted_too(key: str, letter: str, words: str) -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as on:
        await on.press(key, "s", letter)
        assert words in on.lines()[2]
