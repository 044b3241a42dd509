"""The same group of issues in three runs in a row asks for somebody, until somebody has looked."""

from collections.abc import Mapping
from datetime import timedelta

from batchtui.domain.alert import AlertKind
from batchtui.domain.alerts import alerts
from batchtui.domain.fold.compaction import shorten
from batchtui.domain.issues.grouping import GroupTally
from batchtui.domain.issues.recurring import recurring, series_of
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import Collected, GroupMuted, Record, RunTriaged
from batchtui.domain.results import TypeTallies
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from tests.domain.builders import ended, folded, planned, sent
from tests.fakes import NOON

OVERLOADED, EMPTY = ("overloaded_error", "Overloaded"), ("invalid_request_error", "messages.<n>: empty content")


def a_run(
    name: str,
    number: int,
    groups: Mapping[tuple[str, str], int],
    *,
    parent: str | None = None,
    requests: int = 10,
) -> list[Record]:
    """One of a single chunk that has ended and is collected, with so many issues of each group."""
    bad = sum(groups.values())
    collected = Collected(
        at=NOON,
        batch_id=f"msgbatch_{number:04d}",
        results=requests,
        bytes=100,
        sha256="0" * 64,
        tallies=TypeTallies(succeeded=requests - bad, errored=bad),
        issues=bad,
        groups=tuple(GroupTally(cls=cls, template=name, requests=count) for (cls, name), count in groups.items()),
    )
    begun = [planned(name, chunks=1, size=requests, parent=parent), *sent("0001", number, run=name, size=requests)]
    return [*begun, ended(number, succeeded=requests - bad, errored=bad), collected]


def told(state: AppState) -> list[str]:
    found = alerts(state, Link(state=LinkState.LIVE), Settings(), NOON)
    return [alert.text for alert in found if alert.kind is AlertKind.SAME_GROUP]


def three_nights() -> list[Record]:
    nights = [{OVERLOADED: 1, EMPTY: 2}, {EMPTY: 1}, {OVERLOADED: 3, EMPTY: 4}]
    return [record for number, groups in enumerate(nights, 1) for record in a_run(f"eval-{number}", number, groups)]


def test_the_group_that_all_three_runs_have_is_told_with_the_run_it_began_with() -> None:
    (text,) = told(folded(*three_nights()))
    assert text == "eval-3: 4 invalid_request_error, 3 runs in a row: messages.<n>: empty content"


def test_two_runs_are_no_row() -> None:
    assert told(folded(*a_run("eval-1", 1, {EMPTY: 2}), *a_run("eval-2", 2, {EMPTY: 2}))) == []


def test_so_few_as_are_normal_are_not_told() -> None:
    nights = [record for n in (1, 2, 3) for record in a_run(f"eval-{n}", n, {EMPTY: 1}, requests=1000)]
    assert told(folded(*nights)) == []
    nights = [record for n in (1, 2, 3) for record in a_run(f"eval-{n}", n, {EMPTY: 2}, requests=1000)]
    assert len(told(folded(*nights))) == 1


def test_a_run_without_it_ends_the_row() -> None:
    assert told(folded(*three_nights(), *a_run("eval-4", 4, {}))) == []


def test_runs_of_one_job_are_a_row_whatever_ran_between_them() -> None:
    first, second, third = (a_run(f"eval-{number}", number, {EMPTY: 2}) for number in (1, 2, 3))
    state = folded(*first, *a_run("docs", 8, {}), *second, *a_run("judge", 9, {}), *third)
    assert [(each.run, each.since) for each in recurring(state, NOON)] == [("eval-3", "eval-1")]


def test_three_runs_in_a_row_are_a_row_whatever_they_are_called() -> None:
    state = folded(*a_run("a", 1, {EMPTY: 2}), *a_run("b", 2, {EMPTY: 1}), *a_run("c", 3, {EMPTY: 1}))
    assert [(each.run, each.runs) for each in recurring(state, NOON)] == [("c", 3)]


def test_why_answers_stopped_is_a_matter_of_one_job() -> None:
    cut = ("stop:max_tokens", "stopped by max_tokens")
    others = [record for number, name in enumerate("abc", 1) for record in a_run(name, number, {cut: 2})]
    assert told(folded(*others)) == []
    nights = [record for number in (1, 2, 3) for record in a_run(f"eval-{number}", number, {cut: 2})]
    assert len(told(folded(*nights))) == 1


def test_a_retry_that_fails_again_is_no_run_of_the_row() -> None:
    retry = a_run("eval-1.r1", 2, {EMPTY: 2}, parent="eval-1")
    assert told(folded(*a_run("eval-1", 1, {EMPTY: 2}), *retry, *a_run("eval-2", 3, {EMPTY: 2}))) == []


def test_a_run_under_way_is_passed_over() -> None:
    under_way = [planned("eval-4", chunks=1), *sent("0001", 4, run="eval-4")]
    assert len(told(folded(*three_nights(), *under_way))) == 1


def test_who_looked_at_the_newest_run_is_not_told_again() -> None:
    assert told(folded(*three_nights(), RunTriaged(at=NOON, run="eval-3"))) == []


def test_a_group_that_was_put_aside_is_not_told() -> None:
    cls, name = EMPTY
    muted = GroupMuted(at=NOON, cls=cls, template=name, until=NOON + timedelta(days=7))
    assert told(folded(*three_nights(), muted)) == []


def test_a_compacted_journal_still_knows_the_groups() -> None:
    assert len(told(folded(*shorten(three_nights())))) == 1


def test_the_name_of_a_job_is_what_its_runs_have_in_common() -> None:
    names = ("nightly-eval-1121", "requests-20261121", "evals_2026-11-21", "docs", "v2")
    assert [series_of(name) for name in names] == ["nightly-eval", "requests", "evals", "docs", "v"]
