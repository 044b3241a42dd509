"""The page of what did not succeed: groups, samples, marks, and what may be done about them."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.records import (
    BatchSeen,
    GroupMuted,
    RunTriaged,
    SubmissionIntended,
    SubmissionRefused,
    SubmissionReleasing,
)
from batchtui.engine import verbs_groups, verbs_runs
from batchtui.tui.screens.errors import ErrorsScreen
from batchtui.tui.screens.lost import LostSheet
from batchtui.tui.screens.retry import RetryScreen
from tests.fakes import FakeService
from tests.tui.filed import (
    API_ERROR,
    EMPTY,
    NOT_FOUND,
    OVERLOADED,
    TOO_MANY,
    Filed,
    expired,
    failing,
    requests,
    write_requests,
)
from tests.tui.still import NOW, Cockpit, cockpit, make_dashboard, until
from tests.tui.waiting import TRIES, read

OUTCOMES = {
    "doc-000001": OVERLOADED,
    "doc-000002": OVERLOADED,
    "doc-000003": expired,
    "doc-000004": TOO_MANY,
    "doc-000005": NOT_FOUND,
    "doc-000006": API_ERROR,
}


async def small(filed: Filed, **more: object) -> None:
    await filed.run("evals", requests(12), OUTCOMES, chunk_requests=6, **more)  # type: ignore[arg-type]


async def open_errors(on: Cockpit, run: str = "evals") -> None:
    on.app.push_screen(ErrorsScreen(run))
    await read(on)


async def test_groups_are_listed_retryable_first_with_their_verdict(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert " errors  evals   6 of 12 (50 %)   on disk, results kept 27d" in on.text()
        assert [line.split()[-3] for line in on.lines()[4:9]] == ["resend", "resend", "resend", "edit", "edit"]
        assert "2 overloaded_error" in on.lines()[4]


async def test_opening_says_that_somebody_looked_and_the_next_time_it_is_seen(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "resend  new" in on.text()
        assert filed.engine.state.runs["evals"].triaged_at == NOW
        await on.press("escape")
        await open_errors(on)
        assert "resend  seen 11-21" in on.text()


async def test_a_read_only_session_looks_without_leaving_a_trace(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "w")
    await small(filed)
    filed.is_read_only = True
    async with cockpit(make_dashboard(filed.open())) as on:
        await open_errors(on)
        assert "overloaded_error" in on.text()
        await on.press("R")
        assert "R: this session is read-only" in on.text()
        await on.press("m")
    kinds = {type(record) for record in filed.journal.records}
    assert not kinds & {RunTriaged, GroupMuted}


async def test_the_sample_shows_what_was_asked_and_what_came_back(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await open_errors(on, "nightly-eval-1120")
        text = on.text()
        assert "doc-001100   chunk 2   attempt 1" in text
        assert "class     overloaded_error, HTTP 529" in text
        assert "claude-sonnet-4-6   max_tokens 1024   1 message" in text
        assert "Grade the following answer against the rubric." in text
        assert "1 of 71" in text


async def test_brackets_step_through_the_samples_around_the_ends(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await open_errors(on, "nightly-eval-1120")
        await on.press("right_square_bracket")
        await read(on)
        assert "2 of 71" in on.text() and "doc-001101" in on.text()
        await on.press("left_square_bracket", "left_square_bracket")
        await read(on)
        assert "71 of 71" in on.text() and "doc-004413" in on.text()


async def test_every_group_keeps_its_own_sample(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await open_errors(on, "nightly-eval-1120")
        await on.press("right_square_bracket", "j")
        assert "1 of 19" in on.text()
        await on.press("k")
        assert "2 of 71" in on.text()


async def test_where_a_group_comes_from_is_drawn_where_there_is_room(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=(120, 40)) as on:
        await open_errors(on, "nightly-eval-1120")
        text = on.text()
        assert "58 of 71 in chunk 3, ended 12:44Z yesterday: one burst" in text
        assert "over for 1d01h, so no wait is needed before a retry" in text
        assert "nightly-eval-1120.jsonl line 1,100" in text


async def test_marks_choose_what_a_retry_plans(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        await on.press("space")
        assert "2 can be sent again, 1 marked" in on.text()
        await on.press("R")
        await read(on)
        screen = on.app.screen
        assert isinstance(screen, RetryScreen)
        assert screen.policy.classes == {"overloaded_error"} and not screen.policy.custom_ids
        assert "sends 2 requests" in on.text()


async def test_without_marks_everything_resendable_is_planned(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "4 can be sent again, 3 groups" in on.text()
        await on.press("R")
        await read(on)
        assert "sends 4 requests" in on.text()


async def test_muting_moves_nothing_under_the_cursor_and_the_group_sinks_the_next_time(filed: Filed) -> None:
    await small(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        await on.press("m")
        await read(on)
        assert "overloaded_error" in on.lines()[4] and "muted 7d" in on.lines()[4]
        await on.press("escape")
        await open_errors(on)
        assert "overloaded_error" in on.lines()[8] and "muted 7d" in on.lines()[8]
        await on.press("G", "m")
        await read(on)
        assert "muted" not in "".join(on.lines()[4:9])


async def test_a_muted_group_comes_back_when_it_has_doubled(filed: Filed) -> None:
    await small(filed)
    verbs_groups.mute(filed.engine, ("overloaded_error", "Overloaded"), below=3)
    verbs_groups.mute(filed.engine, ("expired", "not begun within 24 h"), below=1)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        (muted,) = [line for line in on.lines() if "muted" in line]
        assert "overloaded_error" in muted and "muted to x2" in muted


async def test_x_splits_a_group_by_the_message_and_puts_it_back(filed: Filed) -> None:
    other = failing("invalid_request_error", "max_tokens: 8 > 4, which is the maximum allowed number of output tokens")
    more = failing("invalid_request_error", "max_tokens: 9 > 4, which is the maximum allowed number of output tokens")
    await filed.run("evals", requests(4), {"doc-000001": other, "doc-000002": more})
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "max_tokens: <n> > <n>" in on.text()
        await on.press("x")
        await read(on)
        assert "max_tokens: 8 > 4" in on.text() and "max_tokens: 9 > 4" in on.text()
        assert filed.store.read_grouping().revision == 1
        await on.press("u")
        await read(on)
        assert filed.store.read_grouping().splits == ()
        await on.press("x")
        await read(on)
        await on.press("x")
        await read(on)
        assert "max_tokens: <n> > <n>" in on.text()


async def test_equals_merges_marked_groups_of_one_class_and_x_parts_them(filed: Filed) -> None:
    await filed.run("evals", requests(4), {"doc-000001": TOO_MANY, "doc-000002": EMPTY, "doc-000003": EMPTY})
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        await on.press("equals_sign")
        assert "mark the groups to merge with space" in on.text()
        await on.press("asterisk", "equals_sign")
        await read(on)
        assert "2 groups count as one" in on.text()
        assert "3 invalid_request" in on.lines()[4]
        await on.press("x")
        await read(on)
        assert "2 invalid_request" in on.lines()[4]


async def test_a_group_that_was_looked_at_in_another_run_is_seen(filed: Filed) -> None:
    await small(filed)
    verbs_runs.triaged(filed.engine, "other", [("overloaded_error", "Overloaded")])
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "seen 11-21" in next(line for line in on.lines() if "overloaded_error" in line)
        assert "new" in next(line for line in on.lines() if "expired" in line)


async def test_failures_are_exported_to_a_new_file_only(filed: Filed, tmp_path: Path) -> None:
    await small(filed)
    target = tmp_path / "failures.jsonl"
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        await on.press("asterisk", "w", "ctrl+u")
        await on.paste(str(target))
        await on.press("enter")
        await read(on)
        assert "wrote 6 results to" in on.text()
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        assert len(lines) == 6 and all(line["params"]["messages"] for line in lines)
        await on.press("w", "ctrl+u")
        await on.paste(str(target))
        await on.press("enter")
        await read(on)
        assert "is already there" in on.text()


async def test_while_chunks_are_not_collected_it_says_how_far_it_is(filed: Filed) -> None:
    await small(filed, uncollected=("0002",))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "6 so far   read 6 of 12" in on.text()


async def test_a_run_without_failures_says_what_to_do(filed: Filed) -> None:
    await filed.run("evals", requests(3))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "all 3 requests succeeded" in on.text() and "esc goes back" in on.text()
        await on.press("enter", "m", "E")
        assert isinstance(on.app.screen, ErrorsScreen)
        assert "there is no group" in on.text()


async def test_nothing_collected_yet_is_no_success(filed: Filed) -> None:
    await filed.run("evals", requests(3), uncollected=("0001",))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "no results on disk yet" in on.text() and "succeeded" not in on.text()


async def test_results_that_cannot_be_read_are_said_to_be(filed: Filed) -> None:
    await small(filed)
    filed.store.index_path("evals", "0001").write_text("no index\n")
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "the results cannot be read" in on.text()


async def test_what_another_process_collects_shows_up(filed: Filed) -> None:
    await small(filed, uncollected=("0001",))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "overloaded_error" not in on.text()
        await filed.collect("evals", "0001", OUTCOMES)
        await read(on)
        assert "overloaded_error" in on.text() and "6 of 12" in on.text()


async def test_groups_grow_while_results_arrive_and_none_of_it_counts_until_it_is_verified(filed: Filed) -> None:
    await small(filed, uncollected=("0001",))
    batch = filed.engine.state.runs["evals"].chunks["0001"].batch_id or ""
    service = cast("FakeService", filed.engine.service)
    ids = [f"doc-{number:06d}" for number in (1, 5, 2, 3, 4, 6)]
    lines = [{"custom_id": each, "result": OUTCOMES[each](each)} for each in ids]
    service.results_lines[batch] = [json.dumps(line).encode() for line in lines]
    second, third, last = (service.results_wait.setdefault(number, asyncio.Event()) for number in (1, 2, 5))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "overloaded_error" not in on.text()
        download = asyncio.create_task(filed.engine.collector.collect(batch))
        await until(lambda: filed.engine.collector.partial_of(batch))
        filed.clock.advance(1)
        second.set()
        await arrived(on, "arriving 2 of 6, 2 bad, not verified")
        assert "so far" in next(line for line in on.lines() if "overloaded_error" in line)
        await on.press("space", "enter")
        assert "not verified yet: that is done once all results of its batch are here" in on.text()
        filed.clock.advance(1)
        third.set()
        await arrived(on, "arriving 5 of 6, 5 bad, not verified")
        assert [line.split()[1] for line in on.lines()[4:8]] == ["2", "1", "1", "1"]
        assert not filed.engine.state.runs["evals"].triaged_at
        last.set()
        assert await download
        await read(on)
        assert "6 of 12 (50 %)" in on.text() and "so far" not in on.text()
        assert filed.engine.state.runs["evals"].triaged_at == filed.clock.now()


async def arrived(on: Cockpit, words: str) -> None:
    """Wait for words about a download."""
    for _ in range(TRIES):
        await read(on)
        if words in on.text():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(on.text())


async def test_a_batch_from_elsewhere_has_groups_but_no_requests_to_send(filed: Filed) -> None:
    batch = Batch(
        id="msgbatch_01Elsewhere",
        processing_status="ended",
        request_counts=RequestCounts(succeeded=1, errored=1),
        created_at=NOW - timedelta(hours=3),
        expires_at=NOW + timedelta(hours=21),
        ended_at=NOW - timedelta(hours=2),
    )
    filed.engine.core.commit(BatchSeen(at=NOW, batch=batch, first_sight=True))
    await filed.collect_elsewhere(batch, {"theirs-1": OVERLOADED, "theirs-2": None})
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on, batch.id)
        assert "1 of 2 (50 %)" in on.text() and "started elsewhere" in on.text()
        assert f"batchtui adopt {batch.id}" in on.text()
        await on.press("R")
        assert "its requests are not here: batchtui adopt" in on.text()


@pytest.mark.parametrize(
    "message", ["[/nope] [@click=app.quit]x", "\x1b[2J\x1b]0;owned\x07", "日本語のメッセージ 🎉" * 9]
)
async def test_words_from_outside_are_only_words(filed: Filed, message: str) -> None:
    await filed.run("evals", requests(2), {"doc-000001": failing("invalid_request_error", message)})
    async with cockpit(make_dashboard(filed.engine)) as on:
        await open_errors(on)
        assert "\x1b" not in on.text() and "\x07" not in on.text()
        shown = on.text()
        assert ("[/nope]" in shown) or ("\ufffd" in shown) or ("日本語" in shown)
        await on.press("enter", "enter", "1")
        await read(on)
        assert on.app.is_running


async def test_what_was_never_accepted_is_a_row_and_r_on_it_plans_to_send_it_once_more(filed: Filed) -> None:
    file = write_requests(filed.root / "inputs" / "evals.jsonl", requests(12))
    plan = await filed.plan(file, "evals", chunk_requests=6)
    filed.engine.planner.accept(plan)
    intended = SubmissionIntended(at=NOW, submission="sub_no", run="evals", chunk="0001", requests=6, bytes=1)
    refused = SubmissionRefused(at=NOW, submission="sub_no", status=400, type="invalid_request_error", message="odd")
    filed.engine.core.commit(intended, SubmissionReleasing(at=NOW, submission="sub_no"), refused)
    async with cockpit(make_dashboard(filed.engine)) as on:
        await on.press("n")
        assert "6 requests were never accepted" in on.text()
        await on.press("e")
        await read(on)
        row = next(line for line in on.lines() if "refused" in line)
        assert "6" in row and "400 invalid_request_error: odd" in row and "R sends" in row
        assert "no results on disk yet" not in on.text()
        await on.press("enter")
        assert "the service never took these" in on.lines()[-2]
        await on.press("R")
        assert isinstance(on.app.screen, LostSheet)
