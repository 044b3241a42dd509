"""`S`: a path, the plan, yes or no. Nothing is sent unseen, and No leaves nothing."""

import asyncio
import json
from pathlib import Path

import pytest
from textual.events import Key, Paste

from batchtui.domain.link import LinkState
from batchtui.domain.settings import ConfirmSettings, Settings, SubmitSettings
from batchtui.engine.jobs import Prepared, PrepareTask, Progress
from batchtui.engine.ports import ProgressSink
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.submit import SubmitScreen
from batchtui.workspace.jobs import LocalJobs
from tests.tui.filed import Filed, requests, write_requests
from tests.tui.still import Cockpit, cockpit, live_link, make_dashboard
from tests.tui.waiting import read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_requests(tmp_path / "evals" / "nightly.jsonl", requests(3))


async def plan(on: Cockpit, path: Path) -> SubmitScreen:
    """Up to the plan of a file."""
    screen = SubmitScreen(path)
    on.app.push_screen(screen)
    await read(on)
    return screen


def left_behind(filed: Filed) -> list[str]:
    """What lies in the staging folder."""
    staging = filed.root / "staging"
    return (
        [path.name for path in staging.rglob("*") if path.is_file() and path.name.endswith(".gz")]
        if staging.exists()
        else []
    )


async def test_a_typed_path_becomes_a_plan_and_y_a_run(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await on.press("S")
        await on.press(*f"{file.parent}/ni", "tab")
        assert f"{file.name}" in on.text(), "completed, and listed above"
        await on.press("enter")
        await read(on)
        assert "sends 3 requests" in on.text() and "y send 3" in on.text()
        await on.press("y")
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
        assert on.app.screen.table.cursor_id == "run:nightly-20261121"
    run = filed.engine.state.runs["nightly-20261121"]
    assert run.requests == 3 and not left_behind(filed)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (LinkState.OFFLINE, "the connection, which is down"),
        (LinkState.NOT_AUTHORIZED, "a key that the service accepts"),
    ],
)
async def test_what_cannot_be_sent_now_is_not_said_to_start_at_once(
    filed: Filed, file: Path, state: LinkState, why: str
) -> None:
    filed.engine.core.change_live(link=live_link(state=state))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert f"waits for {why}" in on.text() and "at once" not in on.text()
        await on.press("y")
        await read(on)
        assert f"is accepted, and waits for {why}" in on.text()


async def test_that_a_run_is_accepted_is_said_until_it_is_over(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        await on.press("y")
        await read(on)
        assert "is accepted; its chunks are sent as the limits allow" in on.text()
        await filed.end("nightly-20261121", {})
        await on.settle()
        assert "is accepted" not in on.text()


async def test_that_a_run_waits_for_the_connection_is_said_until_it_is_back(filed: Filed, file: Path) -> None:
    filed.engine.core.change_live(link=live_link(state=LinkState.OFFLINE))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        await on.press("y")
        await read(on)
        assert "is accepted, and waits for the connection" in on.text()
        filed.engine.core.change_live(link=live_link())
        await on.settle()
        assert "and waits for the connection" not in on.text()


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_escape_and_enter_mean_no_and_leave_nothing(filed: Filed, file: Path, key: str) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert left_behind(filed)
        await on.press(key)
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
    assert not filed.engine.state.runs and not left_behind(filed)


async def test_y_typed_before_the_plan_was_drawn_is_discarded(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await on.press("S", *str(file))
        for key in (Key("enter", None), Key("y", "y"), Key("y", "y")):
            on.app.post_message(key)
        await read(on)
        assert isinstance(on.app.screen, SubmitScreen) and not filed.engine.state.runs
        await on.press("y")
        await read(on)
        assert filed.engine.state.runs


async def test_a_plan_longer_than_the_page_wants_its_end_seen_before_y(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine), size=(80, 16)) as on:
        await plan(on, file)
        await on.press("y")
        await read(on)
        assert not filed.engine.state.runs
        await on.press(*["down"] * 12, "y")
        await read(on)
        assert filed.engine.state.runs


async def test_over_a_threshold_the_count_is_typed_then_y(tmp_path: Path, file: Path) -> None:
    filed = Filed(tmp_path / "w", Settings(confirm=ConfirmSettings(type_over_requests=2)))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert "over 2 requests: type 3, then y" in on.text()
        await on.press("y")
        assert "that was nothing; esc or enter: no" in on.text()
        await on.press("4", "y")
        await read(on)
        assert "that was 4; esc or enter: no" in on.text() and not filed.engine.state.runs
        await on.press("3", "y")
        await read(on)
        assert filed.engine.state.runs


async def test_a_count_cannot_be_pasted(tmp_path: Path, file: Path) -> None:
    filed = Filed(tmp_path / "w", Settings(confirm=ConfirmSettings(type_over_requests=2)))
    async with cockpit(make_dashboard(filed.engine)) as on:
        screen = await plan(on, file)
        on.app.post_message(Paste("3"))
        await on.pilot.pause()
        assert screen.ask_line.text == ""
        await on.press("y")
        await read(on)
        assert not filed.engine.state.runs


async def test_while_a_count_is_asked_other_keys_keep_their_meaning(tmp_path: Path, file: Path) -> None:
    filed = Filed(tmp_path / "w", Settings(confirm=ConfirmSettings(type_over_requests=2)))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        await on.press("3", "tab")
        assert "name  nightly-20261121" in on.text()
        await on.press("escape")
        assert isinstance(on.app.screen, SubmitScreen) and "type 3, then y" in on.text()


async def test_an_old_plan_that_is_still_true_is_shown_again_before_anything_is_sent(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        filed.clock.advance(66)
        await on.press("y")
        await read(on)
        assert not filed.engine.state.runs
        assert "read again after 1m06s: nothing changed" in on.text() and "y send 3" in on.text()
        await on.press("y")
        await read(on)
        assert list(filed.engine.state.runs) == ["nightly-20261121"]


async def test_a_plan_that_grows_old_once_more_is_shown_once_more(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        for seconds, said in ((61, "1m01s"), (125, "2m05s")):
            filed.clock.advance(seconds)
            await on.press("y")
            await read(on)
            assert f"read again after {said}: nothing changed" in on.text() and not filed.engine.state.runs
    assert not left_behind(filed)


async def test_a_count_typed_for_an_old_plan_is_asked_for_again(tmp_path: Path, file: Path) -> None:
    filed = Filed(tmp_path / "w", Settings(confirm=ConfirmSettings(type_over_requests=2)))
    async with cockpit(make_dashboard(filed.engine)) as on:
        screen = await plan(on, file)
        await on.press("3")
        filed.clock.advance(61)
        await on.press("y")
        await read(on)
        assert "read again after 1m01s: nothing changed" in on.text()
        assert screen.ask_line.text == "" and not filed.engine.state.runs
        await on.press("3", "y")
        await read(on)
        assert filed.engine.state.runs


async def test_keys_typed_while_an_old_plan_is_read_again_answer_nothing(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        filed.clock.advance(61)
        for _ in range(4):
            on.app.post_message(Key("y", "y"))
        await read(on)
        assert isinstance(on.app.screen, SubmitScreen) and not filed.engine.state.runs


async def test_an_old_plan_that_would_do_something_else_is_shown_again_with_the_difference(
    filed: Filed, file: Path
) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        write_requests(file, requests(5))
        filed.clock.advance(61)
        await on.press("y")
        await read(on)
        assert not filed.engine.state.runs
        assert "changed meanwhile: look again" in on.text()
        assert "! requests   5   all valid   was 3   all valid" in on.text()
        await on.press("y")
        await read(on)
        assert filed.engine.state.runs["nightly-20261121"].requests == 5


async def test_a_name_that_was_taken_meanwhile_opens_the_plan_again(filed: Filed, file: Path, tmp_path: Path) -> None:
    other = write_requests(tmp_path / "other.jsonl", requests(2, max_tokens=7))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        theirs = await filed.plan(other, "nightly-20261121")
        filed.engine.planner.accept(theirs)
        await on.press("y")
        await read(on)
        assert "! name       nightly-20261121-2" in on.text() and "changed meanwhile" in on.text()
        assert list(filed.engine.state.runs) == ["nightly-20261121"]
        await on.press("y")
        await read(on)
        assert "nightly-20261121-2" in filed.engine.state.runs


async def test_problems_are_listed_with_their_lines_and_nothing_can_be_sent(filed: Filed, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "bad.jsonl", ["{", *requests(2), requests(1)[0], '{"custom_id": "x"}'])
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        text = on.text()
        assert "3 errors" in text and "first in line 1" in text and "v opens the line" in text
        for code in ("json_invalid", "custom_id_duplicate", "params_missing"):
            assert code in text
        assert "nothing can be sent: 3 errors" in text
        await on.press("y")
        await read(on)
        assert isinstance(on.app.screen, SubmitScreen)
    assert not filed.engine.state.runs and not left_behind(filed)


async def test_what_was_sent_before_says_so_and_another_name_needs_the_count(filed: Filed, file: Path) -> None:
    filed.engine.planner.accept(await filed.plan(file, "nightly-20261121"))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert "already sent as nightly-20261121: nothing is left to do" in on.text()
        await on.press("y")
        await read(on)
        assert len(filed.engine.state.runs) == 1
        await on.press("tab", "ctrl+u", *"again", "enter")
        await read(on)
        assert "the same content as nightly-20261121" in on.text()
        assert "sent before: type 3, then y" in on.text() and "--again" in on.text()
        await on.press("3", "y")
        await read(on)
    assert set(filed.engine.state.runs) == {"nightly-20261121", "again"}


async def test_a_name_that_is_none_is_refused_in_words(filed: Filed, file: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        await on.press("tab", "ctrl+u", *"No Name", "enter")
        await read(on)
        assert "is no run name" in on.text() and "nightly-20261121" in on.text()


async def test_a_file_that_is_not_there_is_said_and_nothing_else_happens(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, tmp_path / "missing.jsonl")
        assert "cannot read" in on.text() and "no such file" in on.text()
        await on.press("escape")
        assert isinstance(on.app.screen, HomeScreen)


async def test_a_read_only_session_plans_nothing(tmp_path: Path, file: Path) -> None:
    filed = Filed(tmp_path / "w", is_read_only=True)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert "this session is read-only" in on.text()
    assert not left_behind(filed)


class SlowJobs(LocalJobs):
    """Tells how far it is, then waits until it is canceled."""

    def __init__(self) -> None:
        self.was_canceled = False
        self.begun = asyncio.Event()

    async def prepare(self, task: PrepareTask, progress: ProgressSink) -> Prepared:
        progress(Progress(job="check", unit="bytes", done=30_000_000, total=90_000_000, requests=4_112))
        self.begun.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.was_canceled = True
            raise
        raise AssertionError("nobody waits so long")


async def test_progress_is_shown_and_esc_stops_the_work(filed: Filed, file: Path) -> None:
    jobs = SlowJobs()
    filed.engine.planner._jobs = jobs
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(SubmitScreen(file))
        await jobs.begun.wait()
        await on.pilot.pause(0.1)
        assert "30.0 MB of 90.0 MB" in on.text() and "4,112" in on.text() and "esc stop" in on.text()
        await on.press("y", "enter", "escape")
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
        assert jobs.was_canceled
    assert not (filed.root / "staging").exists() or not any((filed.root / "staging").glob("*/*"))


async def test_words_in_a_file_name_are_only_words(
    filed: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a relative path is short enough to be shown whole
    file = write_requests(tmp_path / "[red]\x1b[2Jx[/nope].jsonl", requests(1))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, file)
        assert "\x1b" not in on.text() and "[/nope]" in on.text()


async def test_a_wide_plan_lists_its_chunks_beside_it_and_says_which_wait(tmp_path: Path) -> None:
    file = write_requests(tmp_path / "five.jsonl", requests(5))
    filed = Filed(tmp_path / "w", Settings(submit=SubmitSettings(chunk_requests=2, max_open_batches=2)))
    async with cockpit(make_dashboard(filed.engine), size=(140, 36)) as on:
        await plan(on, file)
        beside = [line.rsplit("│", 3)[2].split() for line in on.text().splitlines() if " kB " in line or " B " in line]
        assert "chunks 3" in on.text()
        assert [(words[0], words[1], words[-1]) for words in beside] == [
            ("1", "2", "once"),
            ("2", "2", "once"),
            ("3", "1", "waits"),
        ]


def canary_file(tmp_path: Path, number: int = 40) -> Path:
    marks = {"type": "text", "text": "Be brief. " * 400}
    rows = [
        {**row, "params": {**row["params"], "system": [marks]}}
        for row in map(json.loads, write_requests(tmp_path / "rows.jsonl", requests(number)).read_text().splitlines())
    ]
    path = tmp_path / "canary.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


async def test_c_asks_how_many_go_ahead_and_takes_them_back(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine), size=(120, 40)) as on:
        await plan(on, canary_file(tmp_path))
        await on.press("c", "tab")
        assert "canary of" in on.lines()[-2] and "enter take it" in on.lines()[-1]
        await on.press("backspace", "7", "enter")
        await read(on)
        assert "canary: 7 requests first; the rest waits for your yes" in on.text()
        await on.press("c")
        await on.press("backspace", "5", "escape")
        await read(on)
        assert "canary: 7 requests first" in on.text() and "y send 40" in on.lines()[-1]
        await on.press("c")
        await on.press("backspace", "0", "enter")
        await read(on)
        assert "the rest waits for" not in on.text()
    assert not filed.engine.state.runs


async def test_a_canary_that_was_agreed_to_goes_ahead_of_the_rest(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine), size=(120, 40)) as on:
        await plan(on, canary_file(tmp_path))
        assert "the rest waits for" not in on.text()
        await on.press("c", "enter")
        await read(on)
        assert "canary: 4 requests first; the rest waits for your yes" in on.text()
        assert "--canary 4" in on.text()
        await on.press("c", "backspace", "enter")
        await read(on)
        assert "the rest waits for" not in on.text()
        await on.press("c", "enter")
        await read(on)
        await on.press("y")
        await read(on)
    (run,) = filed.engine.state.runs.values()
    assert run.pilot is not None and run.pilot.requests == 4 and not run.is_pilot_passed


async def test_w_warms_the_cache_and_says_what_it_adds_and_saves(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine), size=(120, 40)) as on:
        await plan(on, canary_file(tmp_path))
        await on.press("w")
        await read(on)
        assert "have no cache_control, so nothing would be cached" in on.text()
        await on.press("w")
        await read(on)
        assert "cache_control added to 40" in on.text() and "unverified" in on.text()
        assert "--warm --cache-control 1h" in " ".join(on.text().split())
        await on.press("w")
        await read(on)
        assert "cache_control added" not in on.text()


async def test_t_counts_a_sample_and_the_plan_says_so(filed: Filed, tmp_path: Path) -> None:
    async with cockpit(make_dashboard(filed.engine), size=(120, 40)) as on:
        await plan(on, canary_file(tmp_path))
        assert "nothing measured yet" in on.text()
        await on.press("t")
        await read(on)
        assert "count_tokens on 24 of its requests" in on.text()
