"""`R`: who is sent again, who is not and why, and that nobody is sent twice."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

from batchtui.domain.records import (
    CollectOrdered,
    SubmissionIntended,
    SubmissionLooked,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import ConfirmSettings, Settings
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.retry import RetryScreen
from tests.tui.filed import (
    API_ERROR,
    NOT_FOUND,
    OVERLOADED,
    TOO_MANY,
    Filed,
    expired,
    requests,
    stopped,
    write_requests,
)
from tests.tui.still import NOW, Cockpit, cockpit, make_dashboard, until
from tests.tui.waiting import read

OUTCOMES = {
    "doc-000001": OVERLOADED,
    "doc-000002": OVERLOADED,
    "doc-000003": expired,
    "doc-000004": TOO_MANY,
    "doc-000005": NOT_FOUND,
    "doc-000006": API_ERROR,
    "doc-000007": stopped,
}
RESENDABLE = ["doc-000001", "doc-000002", "doc-000003", "doc-000006"]


async def small(filed: Filed) -> None:
    await filed.run("evals", requests(12), OUTCOMES, chunk_requests=6)


async def plan(on: Cockpit, policy: RetryPolicy | None = None, run: str = "evals") -> RetryScreen:
    screen = RetryScreen(run, policy or RetryPolicy())
    on.app.push_screen(screen)
    await read(on)
    return screen


def sent_again(filed: Filed, run: str) -> list[str]:
    """custom_ids in the bodies of a run."""
    found: list[str] = []
    for chunk in filed.engine.state.runs[run].live_chunks:
        body = json.loads(gzip.decompress(Path(filed.store.body_path(run, chunk.label)).read_bytes()))
        found += [entry["custom_id"] for entry in body["requests"]]
    return found


async def test_from_errors_two_keys_send_exactly_what_can_succeed(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("R")
        await read(on)
        await on.press("y")
        await read(on)
        assert isinstance(on.app.screen, HomeScreen)
    assert sent_again(filed, "evals.r1") == RESENDABLE
    assert filed.engine.state.runs["evals.r1"].parent == "evals"


async def test_the_plan_names_groups_skips_and_reasons(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        text = on.text()
        assert "retry  evals  becomes  evals.r1" in text
        for words in (
            "included        4  in 3 groups",
            "2  overloaded_error  Overloaded",
            "skipped         3  stay as they are",
            "1  invalid_request   needs an edit first: E",
            "1  stop:max_tokens   sent only when it is marked",
            "none   same params, same custom_ids",
            "attempt 2",
            "the batch ended 12:42Z yesterday",
            "nothing still running in this run",
            "sends 4 requests",
        ):
            assert words in text, words


async def test_a_second_retry_finds_nothing_and_says_which_run_did_it(filed: Filed) -> None:
    await small(filed)
    await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        assert "nothing is left to send again" in on.text()
        assert "already sent again by evals.r1" in on.text()
        await on.press("y")
        assert "nothing to send" in on.text() and isinstance(on.app.screen, RetryScreen)
    assert list(filed.engine.state.runs) == ["evals", "evals.r1"]


async def test_what_another_terminal_retries_meanwhile_is_not_sent_twice(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        policy = RetryPolicy(classes=frozenset({"overloaded_error"}))
        await filed.retry("evals", policy, created=NOW + timedelta(seconds=1))
        await on.press("y")
        await read(on)
        assert "changed meanwhile: look again" in on.text()
        assert "! included      2  in 2 groups   was 4  in 3 groups" in on.text()
        assert list(filed.engine.state.runs) == ["evals", "evals.r1"]
        await on.press("y")
        await read(on)
    assert sent_again(filed, "evals.r2") == ["doc-000003", "doc-000006"]


async def test_a_retry_planned_long_ago_is_shown_again_before_it_is_sent(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        filed.clock.advance(66)
        await on.press("y")
        await read(on)
        assert "read again after 1m06s: nothing changed" in on.text()
        assert list(filed.engine.state.runs) == ["evals"]
        await on.press("y")
        await read(on)
    assert sent_again(filed, "evals.r1") == RESENDABLE


async def test_a_class_that_is_asked_about_is_sent_when_it_is_named(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, RetryPolicy(classes=frozenset({"stop:max_tokens"})))
        assert "1  stop:max_tokens" in on.text() and "--class stop:max_tokens" in on.text()
        assert "2  overloaded_error  not marked" in on.text()
        await on.press("y")
        await read(on)
    assert sent_again(filed, "evals.r1") == ["doc-000007"]


async def test_over_a_threshold_a_retry_wants_the_count_too(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "w", Settings(confirm=ConfirmSettings(type_over_requests=3)))
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        await on.press("y")
        await read(on)
        assert len(filed.engine.state.runs) == 1
        await on.press("4", "y")
        await read(on)
    assert sent_again(filed, "evals.r1") == RESENDABLE


async def test_the_errors_of_a_run_say_what_is_under_way_again(filed: Filed) -> None:
    await small(filed)
    await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        assert on.text().count("in .r1") == 3


async def test_what_succeeded_since_is_no_error_any_more_and_what_did_not_failed_again(filed: Filed) -> None:
    await small(filed)
    retried = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=2))
    await filed.end(retried, {"doc-000001": OVERLOADED})
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        assert "4 of 12" in on.text()
        assert "1 overloaded_error" in on.lines()[4] and "failed again" in on.lines()[4]
        await on.press("R")
        await read(on)
        assert "sends 1 request" in on.text() and "succeeded since in evals.r1" in on.text()


async def test_where_nothing_failed_but_a_chunk_never_arrived_that_is_offered(filed: Filed, tmp_path: Path) -> None:
    await filed.run("evals", requests(6), chunk_requests=3)
    plan_of_more = await filed.plan(write_requests(tmp_path / "more.jsonl", requests(4, max_tokens=9)), "more")
    filed.engine.planner.accept(plan_of_more)
    filed.engine.core.commit(
        SubmissionIntended(at=NOW, submission="sub_1", run="more", chunk="0001", requests=4, bytes=10),
        SubmissionReleasing(at=NOW, submission="sub_1"),
        SubmissionUnknown(at=NOW, submission="sub_1", why="read timeout", ended_at=NOW),
        SubmissionLooked(at=NOW, submission="sub_1", begun_at=NOW, is_not_found=True),
    )
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on, run="more")
        assert "batchtui retry more --lost" in on.text()
        assert not any(isinstance(screen, RetryScreen) for screen in on.app.screen_stack)


async def test_a_pruned_run_cannot_be_sent_again_and_says_why(filed: Filed) -> None:
    await small(filed)
    from batchtui.engine.pruning import prune

    prune(filed.engine, "evals", results=False)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        assert "the bodies of evals were pruned" in on.text() or "gone" in on.text()


async def test_smaller_chunks_after_expiry_say_why_they_are_small(filed: Filed) -> None:
    lines = requests(250)
    await filed.run("evals", lines, {f"doc-{number:06d}": expired for number in range(1, 251)})
    async with cockpit(make_dashboard(filed.engine)) as on:
        screen = await plan(on)
        assert screen.plan is not None and len(screen.plan.chunks) == 2
        assert "attempt 2, smaller: some expired" in on.text()
    async with cockpit(make_dashboard(filed.engine), size=(120, 40)) as on:
        await plan(on)
        assert "attempt 2; at most 125 requests each, since some expired in larger ones" in on.text()


async def test_results_that_wait_there_are_collected_before_anything_is_chosen(filed: Filed) -> None:
    await filed.run("evals", requests(12), OUTCOMES, chunk_requests=6, uncollected=("0001",))
    app = make_dashboard(filed.engine)
    async with cockpit(app) as on:
        screen = RetryScreen("evals", RetryPolicy())
        on.app.push_screen(screen)
        await until(lambda: any(isinstance(each, CollectOrdered) for each in filed.journal.records))
        assert screen.plan is None
        await filed.collect("evals", "0001", OUTCOMES)
        await read(on)
        assert "sends 4 requests" in on.text()


async def test_a_plan_longer_than_the_page_says_that_its_end_has_to_be_seen_before_y_counts(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine), size=(80, 16)) as on:
        await plan(on)
        assert "j shows the rest, then y counts" in on.text()
        await on.press("y")
        assert isinstance(on.app.screen, RetryScreen) and "evals.r1" not in filed.engine.state.runs
        await on.press(*["j"] * 12)
        assert "j shows the rest" not in on.text()
        await on.press("y")
        await read(on)
    assert "evals.r1" in filed.engine.state.runs


async def test_at_80x24_many_groups_and_reasons_are_folded_until_the_whole_plan_is_in_view(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await plan(on)
        assert "batchtui retry evals" in on.text() and "shows the rest" not in on.text()
