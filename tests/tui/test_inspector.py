"""One request in full: tabs, faults, both sides, every attempt, any size."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.domain.records import SubmissionIntended, SubmissionRefused
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import RetrySettings, Settings
from batchtui.present.cells import NOTHING, Cell
from batchtui.present.glyphs import UNICODE
from batchtui.present.request.json_lines import colored
from batchtui.present.request.requests_list import RequestList
from batchtui.present.request.tabs import tab_cell, tab_names
from batchtui.tui.screens.inspector import InspectorScreen
from batchtui.tui.screens.members import ChunkRequestsScreen
from batchtui.tui.widgets.frame import top_border
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, fine, request, requests
from tests.tui.still import NOW, Cockpit, cockpit, make_dashboard
from tests.tui.waiting import read

TOO_MANY_GROUP = ("j", "j", "j", "enter", "j", "enter")


async def inspect(on: Cockpit, *keys: str) -> None:
    on.app.open_errors("nightly-eval-1120")
    await read(on)
    await on.press(*keys)
    await read(on)


async def test_the_request_opens_with_its_fault_marked_and_the_reason_beside_it(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        (line,) = [line for line in on.lines() if '"max_tokens": 90000,' in line]
        assert line.startswith("│ !  5") and "90000 > 64000, which is the maximum" in line
        assert "2 of 12" in on.text()
        assert "jsonl:1931" in on.text()


async def test_tabs_show_error_request_response_attempts_and_raw(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        for key, words in {
            "1": "edit   the same input fails again",
            "3": '"type": "invalid_request_error",',
            "4": "1    nightly-eval-1120  2      msgbatch_",
            "5": "request, as it was sent",
            "2": '"custom_id": "doc-001931",',
        }.items():
            await on.press(key)
            assert words in on.text(), key


async def test_of_a_long_path_the_file_and_the_line_are_kept(nightly: Filed) -> None:
    for size in ((60, 16), (80, 24), (120, 40)):
        async with cockpit(make_dashboard(nightly.fresh()), size=size) as on:
            await inspect(on, *TOO_MANY_GROUP)
            await on.press("1", *["down"] * 9)
            assert "nightly-eval-1120.jsonl line 1,931" in next(line for line in on.lines() if " from  " in line)


@pytest.mark.parametrize("opened", [1, 2, 5])
def test_the_open_tab_is_lit_from_blank_to_blank(opened: int) -> None:
    border = top_border(tab_cell(tab_names(None), (1, 2, 5), opened), NOTHING, 60, UNICODE, "rule")
    lit = "".join(span.text for span in border if span.on == "head")
    assert lit == f" {opened} {tab_names(None)[opened - 1]} "


async def test_j_and_k_walk_along_the_list_and_say_where_it_ends(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        await on.press("j")
        await read(on)
        assert "doc-002517" in on.text() and "3 of 12" in on.text()
        await on.press("k", "K")
        await read(on)
        assert "doc-001207" in on.text()
        await on.press("k")
        assert "that was the first one" in on.text()


async def test_arrows_scroll_and_leave_the_request_alone(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        assert "1-16 of" in on.text()
        await on.press("down", "down")
        assert "3-18 of" in on.text() and "2 of 12" in on.text()


async def test_at_120_columns_request_and_response_stand_side_by_side(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=(120, 40)) as on:
        await inspect(on, *TOO_MANY_GROUP)
        text = on.text()
        assert "2 request" in text and "3 response" in text
        assert '"max_tokens": 90000' in text and '"type": "errored"' in text
        assert "▌  doc-001931" in text, "the list stands beside them"


async def test_words_are_found_one_place_after_the_other(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        await on.press("slash", *"user", "enter")
        assert "line 9; n finds the next" in on.text()
        await on.press("n")
        assert "line 19; n finds the next" in on.text()
        await on.press("slash", "ctrl+u", *"nowhere", "enter")
        assert "nowhere is not in it" in on.text()


async def test_long_strings_fold_until_z(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh()), size=(80, 40)) as on:
        await inspect(on, *TOO_MANY_GROUP)
        assert "characters more, z unfolds" in on.text()
        await on.press("z")
        assert "characters more" not in on.text() and "Answer doc-001931." in on.text()


async def test_what_is_copied_is_the_request_id_or_else_the_custom_id(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        await inspect(on, *TOO_MANY_GROUP)
        screen = on.app.screen
        assert isinstance(screen, InspectorScreen)
        (copied,) = screen.subject_ids()
        assert copied.startswith("req_011CTk")
        await on.press("escape", "escape", "g", "j", "enter", "enter")
        await read(on)
        assert isinstance(on.app.screen, InspectorScreen) and on.app.screen.subject_ids() == ("doc-009000",)


async def test_every_attempt_is_there_and_the_newest_result_counts(filed: Filed) -> None:
    await filed.run("evals", requests(3), {"doc-000002": OVERLOADED})
    retried = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=5))
    await filed.end(retried, {})
    listed = RequestList(custom_ids=["doc-000002"], issues={}, chunk="0001")
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(InspectorScreen("evals", listed, listed.custom_ids, 0))
        await read(on)
        await on.press("4")
        lines = [line for line in on.lines() if "msgbatch_" in line]
        assert "evals " in lines[0] and "overloaded_error" in lines[0]
        assert "evals.r1" in lines[1] and " ok " in lines[1]
        await on.press("1")
        assert "succeeded" in on.text() and "412 in   88 out" in on.text() and ", at the batch price" in on.text()
        assert "cites both passages of doc-000002" in on.text()


async def test_a_retry_looked_at_by_itself_tells_the_attempts_before_it_as_the_errors_page_does(filed: Filed) -> None:
    await filed.run("evals", requests(3), {"doc-000002": OVERLOADED})
    retried = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=5))
    await filed.end(retried, {"doc-000002": TOO_MANY})
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors(retried)
        await read(on)
        assert "attempt 2" in on.text()
        await on.press("enter", "enter", "1")
        await read(on)
        assert "attempt 2" in on.text() and "attempt 1" not in on.text()
        assert f"run         {retried}" in on.text()
        await on.press("4")
        first, second = (line.split() for line in on.lines() if "msgbatch_" in line)
        assert first[1:3] == ["1", "evals"] and "overloaded_error" in first
        assert second[1:3] == ["2", retried] and "invalid_request_error" in second


def refuse(filed: Filed, run: str) -> None:
    """The service did not take the run's only chunk."""
    (chunk,) = filed.engine.state.runs[run].live_chunks
    intended = SubmissionIntended(
        at=NOW, submission="sub_no", run=run, chunk=chunk.label, requests=chunk.requests, bytes=chunk.bytes
    )
    refused = SubmissionRefused(at=NOW, submission="sub_no", status=400, type="invalid_request_error", message="odd")
    filed.engine.core.commit(intended, refused)


async def test_a_chunk_that_was_refused_is_no_attempt_of_its_requests(filed: Filed) -> None:
    await filed.run("evals", requests(1), {"doc-000001": OVERLOADED})
    refused = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=5))
    refuse(filed, refused)
    last = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=4))
    await filed.end(last, {"doc-000001": OVERLOADED})
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        assert "attempt 2" in on.text()
        await on.press("enter", "enter", "4")
        await read(on)
        assert "attempt 2" in on.text()
        rows = [line.split()[1:3] for line in on.lines()[5:-2] if "evals" in line]
        assert rows == [["1", "evals"], ["–", refused], ["2", last]]


async def test_what_became_of_an_attempt_stays_whole_where_its_batch_would_cut_it(nightly: Filed) -> None:
    for size, has_batch in (((60, 16), False), ((80, 24), True), ((120, 40), False)):
        async with cockpit(make_dashboard(nightly.fresh()), size=size) as on:
            await inspect(on, *TOO_MANY_GROUP, "4")
            (line,) = [line for line in on.lines() if " 1    nightly-eval-1120" in line]
            assert re.search(r" invalid_request(_error)? ", line) and ("msgbatch_" in line) is has_batch, size


async def test_of_a_request_of_thirty_megabytes_only_what_is_in_view_is_drawn(
    filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def counting(line: str, *, has_fault: bool) -> Cell:
        drawn.append(line)
        return colored(line, has_fault=has_fault)

    monkeypatch.setattr("batchtui.present.request.json_folds.colored", counting)
    large = "words " * 2_500_000
    line = request("doc-000001", messages=[{"role": "user", "content": large}, {"role": "user", "content": large}])
    await filed.run("evals", [line], {"doc-000001": OVERLOADED})
    listed = RequestList(custom_ids=["doc-000001"], issues={}, chunk="0001")
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(InspectorScreen("evals", listed, listed.custom_ids, 0))
        await read(on)
        assert "characters more, z unfolds" in on.text()
    assert drawn and sum(map(len, drawn)) < 1_000_000


async def test_a_result_of_a_type_nobody_knows_is_shown_as_such(filed: Filed) -> None:
    await filed.run("evals", requests(2), {"doc-000001": fine})
    path = filed.store.results_path(filed.engine.state.runs["evals"].chunks["0001"].batch_id or "", "evals")
    text = path.read_text().replace('"type": "succeeded"', '"type": "paused\\u001b[2J"', 1)
    path.write_text(text)
    listed = RequestList(custom_ids=["doc-000001"], issues={}, chunk="0001")
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(InspectorScreen("evals", listed, listed.custom_ids, 0))
        await read(on)
        for key in "12345":
            await on.press(key)
            assert "\x1b" not in on.text()
        assert json.loads(text.splitlines()[0])["result"]["type"].startswith("paused")
        await on.press("1")
        assert "succeeded" not in on.text()


async def test_a_pruned_request_says_that_it_is_not_here(filed: Filed) -> None:
    await filed.run("evals", requests(2), {"doc-000001": OVERLOADED})
    filed.store.prune("evals", results=False)
    listed = RequestList(custom_ids=["doc-000001"], issues={}, chunk="0001")
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(InspectorScreen("evals", listed, listed.custom_ids, 0))
        await read(on)
        assert "not here: the body was pruned" in on.text()


async def test_the_verdict_is_that_of_the_operators_own_rules(tmp_path: Path) -> None:
    rules = RetrySettings(rules={"overloaded_error": "ask"})
    filed = Filed(tmp_path / "workspace", settings=Settings(retry=rules))
    await filed.run("evals", requests(2), {"doc-000001": OVERLOADED})
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("enter", "enter", "1")
        await read(on)
        assert "retry?      ask   set so in [retry.rules]" in on.text()
        assert "the same request may well succeed" not in on.text()


async def test_what_a_later_attempt_took_care_of_is_not_sent_again_and_says_by_which(filed: Filed) -> None:
    await filed.run("evals", requests(2), {"doc-000001": OVERLOADED})
    later = await filed.retry("evals", RetryPolicy(), created=NOW - timedelta(hours=3))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(ChunkRequestsScreen("evals", "0001"))
        await read(on)
        await on.press("enter", "1")
        await read(on)
        assert f"retry?      no   already sent again by {later}" in on.text()
        await filed.end(later, {})
        await on.press("j", "k")
        await read(on)
        assert f"retry?      no   succeeded since, in {later}" in on.text()
