"""Lists of single requests: members of a group, requests of a chunk, any number of them."""

import pytest

from batchtui.domain.issues.triage import group
from batchtui.domain.results import Issue
from batchtui.present.cells import Row
from batchtui.present.errors.gathered import Gathered, Member
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.requests_list import Listed, RequestFilter, of_group, row_of
from batchtui.tui.screens.inspector import InspectorScreen
from batchtui.tui.screens.members import ChunkRequestsScreen, MembersScreen
from batchtui.tui.screens.retry import RetryScreen
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, requests
from tests.tui.still import Cockpit, cockpit, make_dashboard
from tests.tui.waiting import read


def many(count: int) -> Gathered:
    issues = [
        Issue(custom_id=f"doc-{number:06d}", cls="overloaded_error", message="Overloaded", request_id=f"req_{number}")
        for number in range(count)
    ]
    (entry,) = group(issues)
    return Gathered(
        group=entry, members=tuple(Member(issue=each, run="evals", chunk="0001", attempt=1) for each in issues)
    )


async def members(on: Cockpit, gathered: Gathered) -> None:
    on.app.push_screen(MembersScreen("evals", gathered))
    await read(on)


async def test_of_a_hundred_thousand_members_only_those_in_view_are_made_into_rows(
    filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(listed: Listed, glyphs: Glyphs) -> Row:
        made.append(listed.custom_id)
        return row_of(listed, glyphs)

    monkeypatch.setattr("batchtui.tui.screens.requests_page.row_of", counting)
    await filed.run("evals", requests(2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await members(on, many(100_000))
        assert "members 100,000" in on.text()
        await on.press("G")
        assert "doc-099999" in on.text() and "99,984-100,000 of 100,000" in on.text()
    assert len(set(made)) < 200


async def test_a_filter_narrows_live_and_esc_shows_all_again(filed: Filed) -> None:
    await filed.run("evals", requests(2))
    async with cockpit(make_dashboard(filed.engine)) as on:
        await members(on, many(5_000))
        await on.press("slash", *"id:0042")
        assert "members 111 of 5,000" in on.text()
        await on.press("enter", "escape")
        assert "members 5,000" in on.text() and isinstance(on.app.screen, MembersScreen)
        await on.press("slash", *"zzz", "enter")
        assert "none matches /zzz; esc shows all" in on.text()


async def test_columns_go_before_a_message_is_cut_and_stay_where_it_is_short(nightly: Filed) -> None:
    async with cockpit(make_dashboard(nightly.fresh())) as on:
        on.app.open_errors("nightly-eval-1120")
        await read(on)
        await on.press("enter")
        await read(on)
        assert "REQUEST ID" in on.lines()[3]
        await on.press("escape", "j", "j", "j", "enter")
        await read(on)
        assert "REQUEST ID" not in on.lines()[3] and "90000 > 64000" in on.lines()[4]


def test_a_filter_knows_fields_and_negation() -> None:
    listed = RequestFilter(of_group(many(200)))
    assert list(listed.narrowed("id:00019 !request:req_190")) == [
        "doc-000019",
        *(f"doc-{number:06d}" for number in range(191, 200)),
    ]
    assert len(listed.narrowed("class:over")) == 200 and len(listed.narrowed("chunk:2")) == 0


async def test_enter_looks_into_a_member_and_esc_comes_back_to_it(filed: Filed) -> None:
    await filed.run("evals", requests(5), dict.fromkeys(("doc-000002", "doc-000004"), OVERLOADED))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("enter", "j", "enter")
        await read(on)
        assert isinstance(on.app.screen, InspectorScreen) and "doc-000004" in on.text()
        await on.press("escape")
        assert "▌  doc-000004" in on.text()


async def test_single_members_can_be_sent_again(filed: Filed) -> None:
    await filed.run("evals", requests(5), dict.fromkeys(("doc-000002", "doc-000003", "doc-000004"), OVERLOADED))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("enter", "space", "space", "R")
        await read(on)
        screen = on.app.screen
        assert isinstance(screen, RetryScreen) and screen.policy.custom_ids == {"doc-000002", "doc-000003"}
        assert "sends 2 requests" in on.text() and "--custom-id doc-000002" in on.text()


async def test_a_chunk_lists_all_its_requests_with_what_became_of_each(filed: Filed) -> None:
    await filed.run("evals", requests(8), {"doc-000006": TOO_MANY}, chunk_requests=4)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(ChunkRequestsScreen("evals", "0002"))
        await read(on)
        assert "1 of 4 did not simply succeed" in on.text()
        assert [" ok " in line for line in on.lines()[4:8]] == [True, False, True, True]
        assert "invalid_request" in on.lines()[5]
        await on.press("R")
        assert "it succeeded, or has no result yet" in on.text()
        await on.press("enter")
        await read(on)
        assert "doc-000005" in on.text() and "1 answer" in on.text()


async def test_a_chunk_without_results_invents_none(filed: Filed) -> None:
    await filed.run("evals", requests(4), uncollected=("0001",))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(ChunkRequestsScreen("evals", "0001"))
        await read(on)
        assert "no results on disk yet" in on.text() and " ok " not in on.text()


async def test_a_chunk_that_is_not_there_is_said(filed: Filed) -> None:
    await filed.run("evals", requests(4))
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(ChunkRequestsScreen("evals", "0009"))
        await read(on)
        assert "evals has no chunk 9" in on.text()
