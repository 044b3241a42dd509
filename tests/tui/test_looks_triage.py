"""How the pages from errors to a retry look: pictures at both sizes, with everything that moves held still."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from batchtui.domain.retry import RetryPolicy
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.screens.errors import ErrorsScreen
from batchtui.tui.screens.retry import RetryScreen
from batchtui.tui.screens.submit import SubmitScreen
from tests.tui.filed import Filed, requests, write_requests
from tests.tui.still import NOW, make_dashboard
from tests.tui.waiting import settled

SIZES = [(80, 24), (120, 40)]
RUN = "nightly-eval-1120"


class Compare(Protocol):
    def __call__(
        self,
        app: Dashboard,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[Any]], Awaitable[None]],
    ) -> bool: ...


def errors_then(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(ErrorsScreen(RUN))
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return run


@pytest.mark.parametrize("size", SIZES)
def test_errors(nightly: Filed, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_dashboard(nightly.fresh())
    assert snap_compare(app, terminal_size=size, run_before=errors_then("space", "space", "space", "g"))


@pytest.mark.parametrize("theme", ["light", "mono"])
def test_errors_in_other_themes(nightly: Filed, snap_compare: Compare, theme: str) -> None:
    app = make_dashboard(nightly.fresh(), theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=errors_then("space", "j"))


@pytest.mark.parametrize("size", SIZES)
def test_members(nightly: Filed, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_dashboard(nightly.fresh())
    assert snap_compare(app, terminal_size=size, run_before=errors_then("j", "j", "j", "enter", "j"))


@pytest.mark.parametrize("size", SIZES)
def test_inspector(nightly: Filed, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_dashboard(nightly.fresh())
    assert snap_compare(app, terminal_size=size, run_before=errors_then("j", "j", "j", "enter", "j", "enter"))


@pytest.mark.parametrize("tab", ["3", "4", "5"])
def test_tabs_of_the_inspector(nightly: Filed, snap_compare: Compare, tab: str) -> None:
    app = make_dashboard(nightly.fresh())
    assert snap_compare(app, terminal_size=(80, 24), run_before=errors_then("enter", "enter", tab))


@pytest.mark.parametrize("size", SIZES)
def test_retry_plan(nightly: Filed, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(RetryScreen(RUN, RetryPolicy()))
        await settled(pilot)

    assert snap_compare(make_dashboard(nightly.fresh()), terminal_size=size, run_before=run)


@pytest.fixture
def evals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a file of 12,096 requests and others beside it."""
    lines = requests(12_096)
    file = write_requests(tmp_path / "evals" / "nightly-1122.jsonl", lines)
    write_requests(tmp_path / "evals" / "nightly-1121.jsonl", lines[:900])
    write_requests(tmp_path / "evals" / "notes.txt", ["to do"])
    (tmp_path / "evals" / "old").mkdir()
    for path in file.parent.iterdir():
        os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    monkeypatch.chdir(tmp_path)
    return file


@pytest.mark.parametrize("size", SIZES)
def test_submit_path(nightly: Filed, evals: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(SubmitScreen())
        await settled(pilot)
        await pilot.press(*"evals/n")
        await settled(pilot)

    assert snap_compare(make_dashboard(nightly.fresh()), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_submit_plan(nightly: Filed, evals: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(SubmitScreen(Path("evals/nightly-1122.jsonl")))
        await settled(pilot)
        while getattr(pilot.app.screen, "drawn_at", None) is None:  # keys typed before it was drawn are dropped
            await pilot.pause(0.02)
        await pilot.press(*"120")
        await settled(pilot)

    assert snap_compare(make_dashboard(nightly.fresh()), terminal_size=size, run_before=run)


def test_submit_plan_with_problems(nightly: Filed, evals: Path, snap_compare: Compare) -> None:
    lines = [*requests(30), "{", *(line.replace("1024", "0") for line in requests(20)), '{"custom_id": "x"}']
    write_requests(evals, lines)

    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.push_screen(SubmitScreen(Path("evals/nightly-1122.jsonl")))
        await settled(pilot)

    assert snap_compare(make_dashboard(nightly.fresh()), terminal_size=(80, 24), run_before=run)
