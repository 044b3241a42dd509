"""How every page looks, at 80x24 and 120x40, at a clock that stands still. Read the difference before accepting it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import ListRead, Record
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.tui.dashboard import Dashboard
from tests.tui.still import NOW, live_link, make_dashboard, make_engine
from tests.tui.world import many_runs, only_elsewhere, pictured

SMALL, WIDE, WIDEST = (80, 24), (120, 40), (160, 48)
Compare = Callable[..., bool]
DOWN_TO_NIGHTLY = ("j", "j")
OFFLINE = live_link(
    state=LinkState.OFFLINE,
    as_of=NOW - timedelta(minutes=5),
    since=NOW - timedelta(minutes=4),
    next_at=NOW + timedelta(seconds=30),
)


def dashboard(records: list[Record] | None = None, link: Link | None = None, **look: Any) -> Dashboard:
    settings = Settings(budget=BudgetSettings(daily_usd=200))
    engine = make_engine(pictured() if records is None else records, settings=settings)
    if link is not None:
        engine.core.change_live(link=link)
    app = make_dashboard(engine, **look)
    app.title = "batchtui"
    return app


PAGES = {
    "home": (),
    "batches": ("b",),
    "run": (*DOWN_TO_NIGHTLY, "enter"),
    "timeline": (*DOWN_TO_NIGHTLY, "enter", "t"),
    "batch": ("j", "enter"),
    "cancel": (*DOWN_TO_NIGHTLY, "C"),
    "cancel_several": ("space", "j", "space", "C"),
    "delete": ("b", "D"),
    "settle": (*DOWN_TO_NIGHTLY, "j", "A"),
    "adopt": ("j", "A"),
    "planner": ("P",),
    "what_if": ("P", "tab", *("l",) * 4, *("j",) * 5, *("h",) * 3),
    "help": (*DOWN_TO_NIGHTLY, "question_mark"),
    "activity": ("a",),
    "cost": ("dollar_sign",),
    "filter": ("slash", "n", "i", "g"),
    "marked": ("space", "space", "z"),
}


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("page", PAGES)
def test_page(snap_compare: Compare, page: str, size: tuple[int, int]) -> None:
    assert snap_compare(dashboard(), terminal_size=size, press=PAGES[page])


@pytest.mark.parametrize("page", ["home", "run"])
def test_page_at_160x48(snap_compare: Compare, page: str) -> None:
    assert snap_compare(dashboard(), terminal_size=WIDEST, press=PAGES[page])


@pytest.mark.parametrize("theme", ["light", "mono", "ansi16", "high-contrast"])
def test_home_in_another_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(dashboard(theme=theme), terminal_size=SMALL)


def test_home_without_color_or_unicode(snap_compare: Compare) -> None:
    assert snap_compare(dashboard(theme="mono", glyphs=ASCII), terminal_size=SMALL)


def test_home_offline(snap_compare: Compare) -> None:
    assert snap_compare(dashboard(link=OFFLINE), terminal_size=SMALL)


def test_home_at_60x16(snap_compare: Compare) -> None:
    assert snap_compare(dashboard(), terminal_size=(60, 16))


def test_home_of_a_first_start(snap_compare: Compare) -> None:
    first: list[Record] = [ListRead(at=NOW)]
    app = dashboard(first, glyphs=UNICODE, workspace="", folder_words=".batchtui, made when you first submit")
    assert snap_compare(app, terminal_size=SMALL)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
def test_home_of_a_thousand_runs(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(dashboard(many_runs(1000)), terminal_size=size)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
def test_home_of_no_run_and_a_thousand_batches_from_elsewhere(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(dashboard(only_elsewhere(1000)), terminal_size=size)
