"""What works on every page: help, commands, copying, remapped keys."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.domain.actions.table import ACTIONS
from batchtui.domain.link import LinkState
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import Settings
from batchtui.engine.calls import Call
from batchtui.tui.clipboard import Clipboard
from batchtui.tui.screens.activity import ActivityScreen
from batchtui.tui.screens.cancel import CancelSheet
from batchtui.tui.screens.detail import DetailScreen
from batchtui.tui.screens.help import HelpScreen
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.info import InfoScreen
from batchtui.tui.screens.output import OutputScreen
from tests.patience import PATIENT_SECONDS
from tests.tui.filed import Filed
from tests.tui.still import NOW, Cockpit, cockpit, live_link, make_dashboard, make_engine
from tests.tui.waiting import read
from tests.tui.world import pictured


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        yield running


async def type_command(running: Cockpit, words: str) -> None:
    await running.press("colon", *("space" if char == " " else char for char in words), "enter")


async def test_help_lists_the_keys_of_this_page_and_why_some_are_off(home: Cockpit) -> None:
    await home.press("question_mark")
    text = home.text()
    assert "for home" in text and "amber can send or stop" in text
    assert "off just now" in text and "D   only in batches," in text


async def test_help_knows_every_action(home: Cockpit) -> None:
    await home.press("question_mark", "o")
    seen: set[str] = set()
    for _ in range(len(ACTIONS)):
        seen.update(line.split()[2] for line in home.lines()[3:-3] if len(line.split()) > 3)
        await home.press("j")
    assert {action.id for action in ACTIONS} <= seen


async def test_help_finds_by_word_and_does_what_was_found(home: Cockpit) -> None:
    await home.press("j", "j", "question_mark", "slash", *"open batches of", "enter", "enter")
    assert isinstance(home.app.screen, CancelSheet)


async def test_the_palette_does_the_first_action_found(home: Cockpit) -> None:
    await home.press("ctrl+p", *"settings", "enter")
    assert isinstance(home.app.screen, InfoScreen)
    assert "cost, measured" in home.text()
    await home.press("G")
    assert f"{'time':22}utc" in home.text()


async def test_leaving_the_palette_leads_back_to_the_page(home: Cockpit) -> None:
    await home.press("ctrl+p", *"abc", "escape")
    assert isinstance(home.app.screen, HomeScreen)


async def test_activity_tells_the_past_newest_first(home: Cockpit) -> None:
    await home.press("a")
    assert isinstance(home.app.screen, ActivityScreen)
    times = [line.split()[1] for line in home.lines()[4:20]]
    assert times == sorted(times, reverse=True) and times[0] == "13:59:30Z"


async def test_activity_tells_of_each_call_its_answer_size_and_the_command_that_makes_it(home: Cockpit) -> None:
    calls = home.app.bridge.engine.calls
    calls.add(Call(at=NOW, method="GET", path="/v1/messages/batches", status=200, bytes_in=41_000, seconds=0.212))
    path = "/v1/messages/batches/msgbatch_01abc/cancel"
    calls.add(Call(at=NOW + timedelta(seconds=1), method="POST", path=path, seconds=10, why="read timeout"))
    await home.settle()
    await home.press("a")
    lost, listed = home.lines()[4:6]
    assert "cancel: read timeout" in lost and "none" in lost
    assert "by engine" in home.lines()[-2] and "in 10.0 s" in home.lines()[-2]
    assert " get " in listed and "batches" in listed and "200" in listed
    await home.press("j")
    assert "41.0 kB in 212 ms" in home.lines()[-2]
    await home.press("k", "Y")
    assert "sent to the terminal: batchtui cancel msgbatch_01abc" in home.lines()[-2]
    await home.press("slash", *"http:200", "enter")
    assert "activity 1" in home.lines()[2]


async def test_what_was_done_by_a_key_is_told_apart_from_what_the_engine_did(home: Cockpit) -> None:
    await home.press("slash", *"run:nightly-eval-1121", "enter", "H")
    await home.settle()
    await home.press("a")
    assert home.lines()[4].split()[2:4] == ["you", "held"] or "is held" in home.lines()[4], home.text()


async def test_a_command_with_a_name_is_about_that_and_not_about_the_cursor(home: Cockpit) -> None:
    await type_command(home, "hold embeddings-qa")
    assert isinstance(home.app.screen, OutputScreen)
    runs = home.app.bridge.engine.state.runs
    assert [name for name, run in runs.items() if run.held_reason] == []


async def test_a_command_beside_the_dashboard_knows_where_it_is_shown(home: Cockpit) -> None:
    await type_command(home, "doctor")
    async with asyncio.timeout(PATIENT_SECONDS):
        while "terminal" not in home.text():
            await home.settle()
    assert "the dashboard is open in it" in home.text()


async def test_a_line_of_output_of_any_length_is_shown_as_far_as_it_can_be_read(home: Cockpit) -> None:
    screen = OutputScreen(("watch", "x" * 100_000))
    home.app.push_screen(screen)
    async with asyncio.timeout(PATIENT_SECONDS):
        while "exit 1" not in home.text():
            await home.settle()
    assert "no run" in home.text()
    await home.press("G")
    assert "x…" in home.text() and isinstance(home.app.screen, OutputScreen), "the dashboard goes on"


async def test_what_is_left_out_of_a_long_output_is_said(home: Cockpit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.tui.screens.output.MOST_LINES", 5)
    home.app.push_screen(OutputScreen(("help",)))
    async with asyncio.timeout(PATIENT_SECONDS):
        while "done" not in home.text():
            await home.settle()
    assert re.search(r"\d+ lines more: the command in a shell shows all", home.text())


async def test_a_command_completes_verbs_runs_and_paths(home: Cockpit, tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_text("")
    await home.press("colon", *"reco", "tab")
    assert "reconcile" in home.lines()[-2]
    await home.press("escape", "colon", *"check", "space", *f"{tmp_path}/req", "tab")
    assert "requests.jsonl" in home.lines()[-2]


async def test_y_and_shift_y_hand_id_and_command_to_the_terminal(home: Cockpit) -> None:
    await home.press("y")
    assert home.lines()[-2] == " sent to the terminal: ablation-b"
    await home.press("Y")
    assert home.lines()[-2] == " sent to the terminal: batchtui show ablation-b"


def _found(file: Path) -> tuple[str, int]:
    return file.read_text(), file.stat().st_mode & 0o777


async def test_what_is_copied_can_go_to_a_file_instead(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as running:
        await running.press("ctrl+y")
        assert "goes to a file, copied.txt" in running.lines()[-2]
        await running.press("i", "Y")
        assert _found(tmp_path / "w" / "copied.txt") == ("batchtui info\n", 0o600)
        assert "written to" in running.lines()[-2]
        await running.press("ctrl+y", "Y")
        assert "sent to the terminal" in running.lines()[-2]


async def test_a_terminal_without_a_clipboard_gets_a_file_at_once(tmp_path: Path) -> None:
    assert Clipboard(tmp_path, {"TERM": "linux"}).sequence("text") is None
    assert Clipboard(tmp_path, {"TERM": "xterm"}).sequence("text") is not None
    assert "not there yet" in Clipboard(tmp_path / "none", {}).write("text")


async def test_the_mouse_cannot_be_taken_where_there_is_no_terminal(home: Cockpit) -> None:
    await home.press("M")
    assert "cannot be taken" in home.lines()[-2]


async def test_while_a_filter_is_typed_the_last_row_names_the_keys_that_end_it(home: Cockpit) -> None:
    await home.press("slash")
    assert home.lines()[-1].split() == ["tab", "completes", "enter", "keeps", "esc", "shows", "all"]
    await home.press("escape")
    assert "enter open" in home.lines()[-1]


async def test_help_about_a_question_has_its_keys_and_the_question_is_still_there_after_it(home: Cockpit) -> None:
    await home.press("j", "j", "C")
    await home.settle()
    await home.press("question_mark")
    assert "for a question" in home.text() and "Leave everything as it is." in home.text()
    await home.press("escape")
    assert isinstance(home.app.screen, CancelSheet) and "cannot be undone" in home.text()


@pytest.mark.parametrize(
    ("words", "screen"),
    [
        ("show nightly-eval-1121", DetailScreen),
        ("batchtui show nightly-eval-1121", DetailScreen),
        ("cancel nightly-eval-1121", CancelSheet),
        ("help", HelpScreen),
        ("info", InfoScreen),
    ],
)
async def test_a_command_leads_where_its_key_leads(home: Cockpit, words: str, screen: type) -> None:
    await type_command(home, words)
    assert isinstance(home.app.screen, screen)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("show nihgtly-eval-1121", "did you mean nightly-eval-1121"),
        ("cancle x", "did you mean cancel?"),
        ("cancel", "cancel of which?"),
        ("delete ablation-b", "ablation-b is no batch"),
        ("show 'x", "No closing quotation"),
        ("simulate", "belongs in a shell"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why_and_what_comes_near(home: Cockpit, words: str, said: str) -> None:
    await type_command(home, words)
    assert said in home.lines()[-2] and isinstance(home.app.screen, HomeScreen)


async def test_tab_completes_commands_and_names(home: Cockpit) -> None:
    await home.press("colon", *"canc", "tab", *"back", "tab")
    assert ":  cancel backfill-docs" in home.lines()[-2]


async def test_commands_for_files_lead_to_the_plan(home: Cockpit, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(home.app, "open_submit", opened.append)
    monkeypatch.setattr(home.app, "open_retry", lambda *args: opened.append(args))
    await type_command(home, "submit evals/x.jsonl")
    await type_command(home, "retry nightly-eval-1120")
    assert opened == [Path("evals/x.jsonl"), ("nightly-eval-1120", RetryPolicy())]


async def test_a_command_without_a_page_shows_what_it_prints(home: Cockpit) -> None:
    await type_command(home, "doctor --help")
    await home.app.workers.wait_for_complete()
    await home.pilot.pause()
    assert "done" in home.lines()[1] and "doctor" in home.text()


async def test_a_key_can_be_remapped_and_footer_and_help_follow() -> None:
    engine = make_engine(pictured(), settings=Settings(keys={"cancel": "X", "down": "e", "errors": "E"}))
    async with cockpit(make_dashboard(engine)) as running:
        await running.press("e", "e")
        assert "nightly-eval-1121" in next(line for line in running.lines() if "▌" in line)
        assert "X cancel" in running.lines()[-1]
        await running.press("X")
        assert isinstance(running.app.screen, CancelSheet)


async def test_a_key_that_clashes_is_said_at_the_start() -> None:
    engine = make_engine(pictured(), settings=Settings(keys={"cancel": "e"}))
    async with cockpit(make_dashboard(engine)) as running:
        assert "errors has that key" in running.lines()[-2]


async def test_a_filter_by_a_field_that_there_is_not_says_so() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as on:
        await on.press("slash", *"bad:>0", "enter")
        assert "There is no field bad to look in" in on.text()


async def test_a_key_that_was_remapped_is_named_as_it_is_now_and_the_old_one_says_so() -> None:
    engine = make_engine([], settings=Settings(keys={"submit": "W"}))
    async with cockpit(make_dashboard(engine)) as on:
        assert "W        submit a request file" in on.text() and "S        submit" not in on.text()
        await on.press("S")
        assert "S is no key here: submit is W" in on.text()


async def test_a_word_to_the_operator_goes_with_the_next_action(home: Cockpit) -> None:
    await home.press("y")
    assert "sent to the terminal" in home.text()
    await home.press("s")
    assert "sent to the terminal" not in home.text()


async def test_text_from_outside_cannot_drive_the_terminal(home: Cockpit) -> None:
    home.app.say("\x1b]0;owned\x07[bold]x[/nope]")
    await home.pilot.pause()
    assert "[bold]x[/nope]" in home.text() and "\x1b" not in home.text()


async def test_asking_the_service_is_said_until_there_is_an_answer(home: Cockpit) -> None:
    core = home.app.bridge.engine.core
    await home.press("r")
    assert "asking the service" in home.text()
    core.change_live(link=live_link(said_at=NOW))
    await home.settle()
    assert "asking the service" not in home.text()


async def test_r_says_when_it_asks_where_the_service_gave_a_time(home: Cockpit) -> None:
    until = NOW + timedelta(seconds=100)
    home.app.bridge.engine.core.change_live(
        link=live_link(state=LinkState.LIMITED, next_at=until, asked_until=until, why="429: slow down")
    )
    await read(home)
    await home.press("r")
    assert "limited until 14:03Z: asks again then" in home.text()
    assert "asking the service" not in home.text()


async def test_r_while_polling_is_paused_says_what_goes_on(home: Cockpit) -> None:
    await home.press("p")
    await read(home)
    await home.press("r")
    assert "polling is paused: p goes on" in home.text()


async def test_beside_a_process_that_leads_r_and_p_promise_nothing_they_do_not_do(home: Cockpit) -> None:
    core = home.app.bridge.engine.core
    core.change_live(is_leader=False, leader="pid 4711", link=live_link(state=LinkState.PAUSED))
    await home.settle()
    assert "pid 4711 leads" in home.lines()[0]
    for key in "rp":
        await home.press(key)
        assert "pid 4711 leads and is paused: p there goes on" in home.text()
        home.app.hush()
    assert not core.live.is_polling_paused
    core.change_live(link=live_link())
    await home.settle()
    await home.press("r")
    assert "pid 4711 polls; what it reads shows here" in home.text()
    await home.press("p")
    assert core.live.is_polling_paused
    assert "the process that leads still does" in home.text()
