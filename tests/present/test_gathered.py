"""Groups with everyone in them, and what they say about a retry."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from batchtui.domain.issues.triage import group
from batchtui.domain.results import Issue
from batchtui.engine.jobs import AttemptChunk, AttemptRun, Unsolved
from batchtui.present.cells import Cell, plain
from batchtui.present.errors.gathered import Gathered, gather
from batchtui.present.errors.retry_choice import policy_for, retry_command
from batchtui.present.errors.rows import Triage, header_facts, ordered, row_of, selection_facts, state_cell
from batchtui.present.errors.whereabouts import burst_of, wait_advice
from batchtui.present.glyphs import UNICODE
from tests.fakes import NOON

FIRST = AttemptRun(run="evals", chunks=())
SECOND = AttemptRun(run="evals.r1", chunks=())


def issue(custom_id: str, cls: str = "overloaded_error", message: str = "Overloaded") -> Issue:
    return Issue(custom_id=custom_id, cls=cls, message=message, request_id=f"req_{custom_id}")


def chunk(label: str) -> AttemptChunk:
    return AttemptChunk(label=label, body="", index="", batch_id=f"msgbatch_{label}")


def gathered(*entries: tuple[Issue, AttemptRun, str]) -> tuple[Gathered, ...]:
    return gather(Unsolved(each, run, chunk(label), 2 if run.run == "evals.r1" else 1) for each, run, label in entries)


def some() -> tuple[Gathered, ...]:
    return gathered(
        (issue("a"), FIRST, "0001"),
        (issue("b"), FIRST, "0002"),
        (issue("c"), FIRST, "0002"),
        (issue("d", "invalid_request_error", "max_tokens: 90000 > 64000"), FIRST, "0001"),
        (issue("e", "invalid_request_error", "max_tokens: 80000 > 64000"), FIRST, "0001"),
        (issue("f", "invalid_request_error", "messages.3: empty content"), FIRST, "0001"),
        (issue("g", "stop:max_tokens", "stopped by max_tokens"), FIRST, "0001"),
    )


def triage(**changes: object) -> Triage:
    facts = {"name": "evals", "requests": 100, "read": 100, "now": NOON, "cost_high_usd": Decimal(50), **changes}
    return Triage(**facts)  # type: ignore[arg-type]


def words(cells: Iterable[Cell]) -> str:
    return " | ".join(plain(each) for each in cells)


def test_groups_are_those_of_triage_each_with_its_members() -> None:
    groups = some()
    assert [entry.group for entry in groups] == list(
        group(member.issue for entry in groups for member in entry.members)
    )
    assert [[member.custom_id for member in entry.members] for entry in groups] == [
        ["a", "b", "c"], ["d", "e"], ["f"], ["g"],
    ]  # fmt: skip


def test_members_know_their_chunk_and_attempt() -> None:
    (entry,) = gathered((issue("a"), FIRST, "0003"), (issue("b"), SECOND, "0001"))
    assert [(member.run, member.chunk, member.attempt) for member in entry.members] == [
        ("evals", "0003", 1), ("evals.r1", "0001", 2),
    ]  # fmt: skip


def test_what_failed_again_comes_first_and_what_is_muted_last() -> None:
    groups = gathered(
        (issue("a"), FIRST, "0001"),
        (issue("b", "api_error", "Internal server error"), SECOND, "0001"),
        (issue("c", "timeout_error", "Timed out"), FIRST, "0001"),
    )
    muted = {("overloaded_error", "Overloaded"): NOON + timedelta(days=5)}
    found = ordered(groups, triage(muted=muted))
    assert [entry.group.cls for entry in found] == ["api_error", "timeout_error", "overloaded_error"]
    assert plain(state_cell(found[0], triage())) == "failed again"
    assert plain(state_cell(found[2], triage(muted=muted))) == "muted 5d"


def test_a_mute_that_is_over_is_none() -> None:
    (entry,) = gathered((issue("a"), FIRST, "0001"))
    assert plain(state_cell(entry, triage(muted={entry.key: NOON - timedelta(seconds=1)}))) == "new"


def test_a_group_is_seen_until_more_of_it_comes_to_disk() -> None:
    (entry,) = gathered((issue("a"), FIRST, "0001"))
    seen_at = NOON - timedelta(days=2)

    def state(collected_at: datetime) -> str:
        return plain(state_cell(entry, triage(seen_at=seen_at, collected_at={"msgbatch_0001": collected_at})))

    assert state(seen_at - timedelta(hours=1)) == "seen 11-19"
    assert state(seen_at + timedelta(hours=1)) == "new"


def test_a_group_that_is_under_way_again_says_where() -> None:
    entry = some()[0]
    all_of_it = triage(under_way={entry.id: ("evals.r1", 3)})
    part_of_it = triage(under_way={entry.id: ("evals.r1", 2)})
    assert plain(state_cell(entry, all_of_it)) == "in .r1"
    assert plain(state_cell(entry, part_of_it)) == "2 in .r1"


def test_only_what_can_be_sent_again_has_a_cost() -> None:
    rows = [row_of(entry, triage(), UNICODE, most=3) for entry in some()]
    costs = [plain(row.cells["cost"]).strip() for row in rows]  # type: ignore[arg-type]
    assert costs == ["~$1.50", "–", "–", "–"]


def test_header_says_so_while_results_are_missing() -> None:
    assert words(header_facts(some(), triage())) == "7 of 100 (7.0 %) | on disk"
    assert words(header_facts(some(), triage(read=60))) == "7 so far | read 60 of 100"
    assert words(header_facts(some(), triage(read=60), "pid 4711")) == "7 so far | read 60 of 100 | pid 4711 downloads"
    assert words(header_facts(some(), triage(), "pid 4711")) == "7 of 100 (7.0 %) | on disk"


def test_footer_counts_what_a_retry_would_send() -> None:
    groups = some()
    assert words(selection_facts(groups, [], triage())) == (
        "3 can be sent again, 1 group | ~$1.50 | none retried before | 3 need an edit"
    )
    assert words(selection_facts(groups, [groups[3]], triage())).startswith("0 can be sent again, 1 marked")


def test_footer_counts_what_is_put_aside_only_where_it_is_marked() -> None:
    groups = some()
    aside = triage(muted={groups[0].key: NOON + timedelta(days=5)})
    assert words(selection_facts(groups, [], aside)).startswith("0 can be sent again, 0 groups")
    assert words(selection_facts(groups, [groups[0]], aside)).startswith("3 can be sent again, 1 marked")


def test_without_marks_the_rules_choose() -> None:
    policy = policy_for([], some())
    assert not policy.classes and not policy.custom_ids


def test_whole_classes_are_named_by_class_and_parts_of_one_by_request() -> None:
    groups = some()
    assert policy_for([groups[0]], groups).custom_ids == frozenset()
    part = policy_for([groups[1]], groups)
    assert part.classes == {"invalid_request_error"} and part.custom_ids == {"d", "e"}
    assert policy_for([groups[1], groups[2]], groups).custom_ids == frozenset()


def test_a_policy_has_a_command() -> None:
    groups = some()
    assert retry_command("evals", policy_for([groups[0]], groups)) == [
        "batchtui", "retry", "evals", "--class", "overloaded_error",
    ]  # fmt: skip
    assert retry_command("evals", policy_for([groups[2]], groups))[-2:] == ["--custom-id", "f"]


def test_a_burst_is_told_with_whether_to_wait() -> None:
    entry = some()[0]
    burst = burst_of(entry, {"msgbatch_0002": NOON - timedelta(minutes=4)})
    assert burst is not None and (burst.chunk, burst.requests, burst.of) == ("0002", 2, 3) and burst.is_one
    assert wait_advice("overloaded_error", burst, NOON) == "ended 4m ago: waiting ten minutes may help"
    assert wait_advice("overloaded_error", burst, NOON + timedelta(hours=2)).startswith("over for 2h04")
    assert wait_advice("invalid_request_error", burst, NOON) == ""
