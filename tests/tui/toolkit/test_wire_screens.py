"""Every page of the real dashboard shows with the wire layer on what it shows without it, in a real terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.tui.driver import PtyApp
from tests.tui.toolkit.test_wire import assert_soon_alike

pytestmark = pytest.mark.pty
COMMAND = (sys.executable, "-m", "tests.tui.still_app")
PATIENCE = 20.0
ESCAPE_SECONDS = 0.2

PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "planner": (("P", " planner"), ("tab", " planner"), ("+", " planner"), ("-", " planner"), ("t", " planner")),
    "alerts": (("!", " alerts "), ("j", " alerts "), ("G", " alerts ")),
    "activity": (("a", " activity "), ("j", " activity "), ("G", " activity "), ("ctrl+u", " activity ")),
    "export": (("w", " export "), ("down", " export "), ("down", " export "), ("space", " export ")),
    "batches": (("b", " batches "), ("G", " batches "), ("g", " batches ")),
    "run": (("enter", "5,000 requests"), ("t", "5,000 requests"), ("j", "5,000 requests")),
    "help": (("?", "for home"), ("j", "for home")),
    "info": (("i", " info "), ("G", " info ")),
    "cost": (("$", " cost "), ("tab", " cost by day"), ("tab", " cost by model")),
    "commands": ((":", " commands "), ("r", "reconcile"), ("e", "refresh")),
    "palette": (("ctrl+p", " do "), ("p", " /p "), ("l", " /pl ")),
}
"""From home, the keys of a page and what shows that it is there."""


@contextmanager
def both(size: tuple[int, int], theme: str) -> Iterator[tuple[PtyApp, PtyApp]]:
    """The same dashboard twice: with the layer and without."""
    with (
        PtyApp(COMMAND, size, env={"BATCHTUI_WIRE": "on", "STILL_THEME": theme}) as on,
        PtyApp(COMMAND, size, env={"BATCHTUI_WIRE": "off", "STILL_THEME": theme}) as off,
    ):
        for app in (on, off):
            app.wait_for("eval-2025-10", PATIENCE)
            app.settle(0.2)
        assert_soon_alike(on, off, "the start")
        yield on, off


def go_home(apps: tuple[PtyApp, ...], home: str) -> None:
    """One escape a level; a key that came right behind one would be taken for an alt of it."""
    away = apps
    for _ in range(3):
        for app in away:
            app.send("escape")
        time.sleep(ESCAPE_SECONDS)
        for app in away:
            app.settle(0.2)
        away = tuple(app for app in away if app.text() != home)
    for app in away:
        app.wait_for(lambda text: text == home, PATIENCE)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "dark"), ((160, 48), "mono")])
def test_all_pages_look_alike(size: tuple[int, int], theme: str) -> None:
    with both(size, theme) as (on, off):
        home = on.text()
        for name, steps in PAGES.items():
            for key, words in steps:
                for app in (on, off):
                    app.send(key)
                for app in (on, off):
                    app.wait_for(words, PATIENCE)
                    app.settle(0.1)
                assert_soon_alike(on, off, f"{name}: {key}")
            assert on.text() != home, name
            go_home((on, off), home)
            assert_soon_alike(on, off, f"{name}: back home")


def test_a_page_looks_alike_after_another_size() -> None:
    with both((80, 24), "dark") as (on, off):
        for app in (on, off):
            app.send("P")
            app.wait_for(" planner", PATIENCE)
        for size in ((120, 40), (60, 16), (80, 24)):
            for app in (on, off):
                app.resize(*size)
                app.settle(0.3)
            assert_soon_alike(on, off, f"{size}")
