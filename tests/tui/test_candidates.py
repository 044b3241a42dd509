"""`:` shows what can be typed as soon as it is opened, and what an id or a path may become; no more than that moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from batchtui.cli.command_table import COMMANDS as SHELL_COMMANDS
from batchtui.domain.actions.table import ACTIONS
from batchtui.present.command_candidates import COMMAND_WORDS
from batchtui.tui.command_line import COMMANDS, IN_A_SHELL, PRINTED
from batchtui.tui.screens.output import OutputScreen
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.world import pictured


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        yield running


def sheet(running: Cockpit) -> list[str]:
    """The lines of the candidates' panel, borders left out."""
    lines = running.lines()
    top = next(number for number, line in enumerate(lines) if line.startswith("╭─ commands") or "╭─ runs and" in line)
    return [line.strip("│┃ ") for line in lines[top + 1 : -3]]


def test_every_command_that_can_be_typed_has_its_words() -> None:
    assert set(COMMAND_WORDS) == {*COMMANDS, *PRINTED}


def test_every_command_of_the_shell_is_known_behind_the_colon() -> None:
    known = {*COMMANDS, *PRINTED, *IN_A_SHELL, *(action.id for action in ACTIONS)}
    assert set(SHELL_COMMANDS) - known == set()


@pytest.mark.parametrize("words", ["prices", "stats"])
async def test_commands_without_a_page_are_run_beside_the_dashboard(home: Cockpit, words: str) -> None:
    await home.press("colon", *words, "enter")
    assert isinstance(home.app.screen, OutputScreen)


async def test_what_an_action_cannot_take_is_said_instead_of_dropped(home: Cockpit) -> None:
    await home.press("colon", *"sort", "space", *"bad", "enter")
    assert "sort takes nothing behind it here" in home.text() and "s or :sort alone" in home.text()


async def test_watch_does_not_call_this_dashboard_another_process(home: Cockpit) -> None:
    await home.press("colon", *"watch", "enter")
    assert "this dashboard follows every run" in home.text()


async def test_the_colon_shows_commands_with_what_they_take_and_do_at_once(home: Cockpit) -> None:
    before = home.lines()
    await home.press("colon")
    shown = sheet(home)
    assert shown[0].startswith("submit FILE") and "plan" in shown[0]
    assert home.lines()[:10] == before[:10], "the rows above stay as they are"
    await home.press("escape")
    assert home.lines() == before


async def test_what_is_typed_leaves_the_candidates_that_begin_so(home: Cockpit) -> None:
    await home.press("colon", *"re")
    names = [line.split()[0] for line in sheet(home) if line]
    assert names == ["retry", "reconcile", "refresh"]
    await home.press("x")
    assert "nothing begins like that" in home.text()


async def test_behind_a_command_runs_are_the_candidates_newest_first_with_their_status(home: Cockpit) -> None:
    await home.press("colon", *"errors", "space", "n")
    shown = [line.split()[:2] for line in sheet(home) if line]
    assert shown == [["nightly-eval-1121", "unsure"], ["nightly-eval-1120", "partial"]]


async def test_behind_a_command_about_files_paths_are_the_candidates(home: Cockpit, tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_text("{}\n")
    await home.press("colon", *f"check {tmp_path}/".replace(" ", "\0").split("\0")[0], "space", *f"{tmp_path}/")
    await home.settle()
    assert "requests.jsonl" in home.text()


async def test_the_cursors_row_stays_in_sight_above_the_candidates(home: Cockpit) -> None:
    await home.press("G", "colon")
    assert any(line.lstrip("│┃ ").startswith("▌") for line in home.lines())


async def test_a_page_that_is_left_while_it_asks_leaves_no_candidates_behind(home: Cockpit) -> None:
    await home.press("colon", *"cost", "enter")
    assert "commands" not in home.text() and "cost by run" in home.text()
