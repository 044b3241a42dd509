"""`R` with several marked runs: one plan of all of them, and a run for each."""

from datetime import timedelta
from pathlib import Path

from batchtui.domain.records import BatchSeen
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import ConfirmSettings, Settings
from batchtui.present.plan.retry_marked import parted
from batchtui.present.selection import of_batch, of_run
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.retry import RetryScreen
from batchtui.tui.screens.retry_marked import MarkedRetryScreen
from tests.domain.builders import batch as batch_of
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, requests
from tests.tui.still import NOW, Cockpit, cockpit, make_dashboard
from tests.tui.test_plan_retry import sent_again
from tests.tui.waiting import read

OUTCOMES = {"doc-000001": OVERLOADED, "doc-000002": TOO_MANY}


async def three(filed: Filed) -> None:
    """Two with something to send again, one without."""
    await filed.run("first", requests(4), OUTCOMES)
    await filed.run("second", requests(5), {**OUTCOMES, "doc-000003": OVERLOADED}, created=NOW - timedelta(hours=20))
    await filed.run("sound", requests(3), created=NOW - timedelta(hours=10))


async def mark_all_and_plan(on: Cockpit) -> None:
    await on.press("*", "R")
    await read(on)


async def test_marked_runs_are_one_plan_and_y_makes_a_run_of_each(filed: Filed) -> None:
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await mark_all_and_plan(on)
        assert isinstance(on.app.screen, MarkedRetryScreen)
        text = on.text()
        for words in (
            "retry  3 marked",
            "included        3  in 2 runs",
            "1  first.r1  ~$0.01 at most, 1 chunk",
            "2  second.r1",
            "stopped midway, R again finds the rest",
            "skipped         2  stay as they are",
            "sound             nothing to send again",
            "budget after it",
            "sends 3 requests",
        ):
            assert words in text, (words, text)
        assert on.app.screen.command_words() in ("batchtui retry first second", "batchtui retry second first")
        await on.press("y")
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
        assert "2 runs accepted" in on.text()
    assert sent_again(filed, "first.r1") == ["doc-000001"]
    assert sent_again(filed, "second.r1") == ["doc-000001", "doc-000003"]
    assert "sound.r1" not in filed.engine.state.runs


async def test_the_thresholds_hold_for_the_sum(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "workspace", settings=Settings(confirm=ConfirmSettings(type_over_requests=2)))
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await mark_all_and_plan(on)
        assert "type 3, then y" in on.text()
        await on.press("y")
        assert isinstance(on.app.screen, MarkedRetryScreen)
        assert "first.r1" not in filed.engine.state.runs
        await on.press("3", "y")
        await read(on)
    assert {"first.r1", "second.r1"} <= filed.engine.state.runs.keys()


async def test_a_command_names_several_runs_or_one_and_what_of_it(filed: Filed) -> None:
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await on.press("colon", *keys("retry first second"), "enter")
        await read(on)
        assert isinstance(on.app.screen, MarkedRetryScreen) and "sends 3 requests" in on.text()
        await on.press("escape", "colon", *keys("retry first --set max_tokens=1"), "enter")
        assert "--set belongs in a shell" in on.text()
        await on.press("colon", *keys("retry second/doc-000003"), "enter")
        await read(on)
        assert isinstance(on.app.screen, RetryScreen) and "sends 1 request" in on.text()
        await on.press("escape", "colon", *keys("retry first/doc-000003 second"), "enter")
        assert "name one run" in on.text(), on.text()
        await on.press("colon", *keys("retry second --custom-id doc-000003"), "enter")
        await read(on)
        assert isinstance(on.app.screen, RetryScreen) and "sends 1 request" in on.text()


def keys(words: str) -> list[str]:
    """What types these words."""
    return ["space" if char == " " else char for char in words]


async def test_no_is_no_and_leaves_nothing(filed: Filed) -> None:
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await mark_all_and_plan(on)
        await on.press("enter")
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
    assert not any(name.endswith(".r1") for name in filed.engine.state.runs)


async def test_a_plan_that_no_longer_holds_for_one_is_made_for_the_others(filed: Filed) -> None:
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await mark_all_and_plan(on)
        await filed.retry("first", RetryPolicy(), created=NOW + timedelta(seconds=1))
        await on.press("y")
        await read(on)
        assert "1 of 2 accepted; first was not" in on.text()
    assert sent_again(filed, "second.r1") == ["doc-000001", "doc-000003"]
    assert list(filed.engine.state.runs).count("first.r1") == 1


async def test_a_plan_of_several_made_long_ago_is_shown_again_before_it_is_sent(filed: Filed) -> None:
    await three(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await mark_all_and_plan(on)
        before = set(filed.engine.state.runs)
        filed.clock.advance(61)
        await on.press("y")
        await read(on)
        assert "read again after 1m01s: nothing changed" in on.text()
        assert set(filed.engine.state.runs) == before
        await on.press("y")
        await read(on)
    assert {"first.r1", "second.r1"} <= set(filed.engine.state.runs)


async def test_what_is_marked_and_cannot_be_in_the_plan_is_told_with_the_reason(filed: Filed) -> None:
    await three(filed)
    stranger = batch_of(7, 3, status="ended")
    filed.engine.core.commit(BatchSeen(at=NOW, batch=stranger))
    async with cockpit(make_dashboard(filed.engine)) as on:
        marked = parted(on.app.scene, [of_run("first"), of_batch(stranger.id), of_run("sound"), of_run("second")])
    assert marked.runs == ("first", "second")
    assert {left.id: left.reason for left in marked.left} == {
        stranger.id: f"its requests are not here: batchtui adopt {stranger.id} --input FILE",
        "sound": "nothing to send again",
    }


async def test_on_the_smallest_page_words_of_a_run_go_on_beneath_themselves(filed: Filed) -> None:
    await filed.run("a-name-of-some-length-20261122", requests(4), OUTCOMES)
    await filed.run("sound", requests(3), created=NOW - timedelta(hours=10))
    async with cockpit(make_dashboard(filed.engine), size=(60, 16)) as on:
        await mark_all_and_plan(on)
        lines = on.lines()
        (at,) = [number for number, line in enumerate(lines) if "1  a-name-of-some-length-20261122.r1" in line]
        begin = lines[at].index("a-name")
        assert lines[at + 1][:begin].strip("│ ") == "" and lines[at + 1][begin] != " ", lines[at + 1]
        assert "a-name-of-some-length-20261122 " in on.text().partition("stay as they are")[2], on.text()
