"""Another attempt holds exactly what deserves it, in the bytes that were sent before, and says why not the rest."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from batchtui.domain.failures import BadInput, UsageFailure, WorkspaceDamaged
from batchtui.domain.issues.triage import Verdict
from batchtui.domain.requests import Code
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.jobs import AttemptRun, Edit, RetryPrepared
from batchtui.workspace import layout
from batchtui.workspace.bodies import index

from .files import Runs, as_line, body_lines, ended, errored, request, requests, succeeded, write


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def outcome(custom_id: str) -> Any:
    """By its last digit: 1 overloaded, 2 invalid, 3 expired, 4 canceled, 5 max_tokens, else fine."""
    match custom_id[-1]:
        case "1":
            return errored(custom_id)
        case "2":
            return errored(custom_id, "invalid_request_error", "prompt is too long")
        case "3":
            return ended(custom_id, "expired")
        case "4":
            return ended(custom_id, "canceled")
        case "5":
            return succeeded(custom_id, stop="max_tokens")
        case _:
            return succeeded(custom_id)


@pytest.fixture
def root(runs: Runs) -> AttemptRun:
    """Twenty requests in two chunks, collected; the results are in reverse order."""
    run = runs.prepared("root", requests(20), chunk_requests=12)
    ids = [line["custom_id"] for line in reversed(requests(20))]
    return runs.collected(run, {"0001": map(outcome, ids[8:]), "0002": map(outcome, ids[:8])})


def skipped(prepared: RetryPrepared) -> dict[str, int]:
    return {skip.reason: skip.requests for skip in prepared.skipped}


def test_what_is_transient_is_sent_again_in_input_order_byte_for_byte(runs: Runs, root: AttemptRun) -> None:
    prepared = runs.retry([root], staging=runs.folder / "r1")
    assert prepared.report.ok
    assert prepared.included == prepared.report.requests == 4
    assert prepared.classes == ("expired", "overloaded_error")
    assert body_lines(runs.folder / "r1") == [as_line(requests(20)[number]) for number in (1, 3, 11, 13)]
    reasons = skipped(prepared)
    assert sum(reasons.values()) == 6
    assert {reason.split(":")[0] for reason in reasons} == {"invalid_request_error", "canceled", "stop"}


def test_the_index_keeps_the_place_in_the_first_input(runs: Runs, root: AttemptRun) -> None:
    runs.retry([root], staging=runs.folder / "r1")
    (member,) = index.members(layout.index(runs.folder / "r1", "0001"))
    assert list(member.line_numbers) == [2, 4, 12, 14]


def test_a_dry_plan_is_the_same_without_bodies(runs: Runs, root: AttemptRun) -> None:
    dry, built = runs.retry([root]), runs.retry([root], staging=runs.folder / "r1")
    assert dry.report == built.report
    assert (dry.included, dry.skipped) == (built.included, built.skipped)
    assert [(chunk.requests, chunk.bytes) for chunk in dry.chunks] == [(c.requests, c.bytes) for c in built.chunks]


def test_named_classes_and_requests_decide(runs: Runs, root: AttemptRun) -> None:
    asked = runs.retry([root], policy=RetryPolicy(classes=frozenset({"canceled"})))
    assert (asked.included, asked.classes) == (2, ("canceled",))
    policy = RetryPolicy(custom_ids=frozenset({"r-00001", "r-00002", "r-00000", "nobody"}))
    named = runs.retry([root], policy=policy)
    assert named.included == 1
    assert named.missing == ("nobody", "r-00000")
    assert list(skipped(named).values()) == [1]


def test_a_live_later_attempt_is_named_and_not_repeated(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1")
    prepared = runs.retry([root, first])
    assert prepared.included == 0
    assert skipped(prepared)["already sent again by r1"] == 4


def test_what_succeeded_since_is_not_sent_and_what_failed_again_is(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1")
    ids = ["r-00001", "r-00003", "r-00011", "r-00013"]
    first = runs.collected(
        first, {"0001": [succeeded(ids[0]), errored(ids[1]), ended(ids[2], "canceled"), succeeded(ids[3])]}
    )
    prepared = runs.retry([root, first], staging=runs.folder / "r2")
    assert skipped(prepared)["succeeded since in r1"] == 2
    assert body_lines(runs.folder / "r2") == [as_line(request(ids[1]))]
    assert sum(count for reason, count in skipped(prepared).items() if reason.startswith("canceled")) == 3


def test_a_later_attempt_that_was_never_accepted_changes_nothing(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1")
    refused = tuple(msgspec.structs.replace(chunk, is_live=False) for chunk in first.chunks)
    assert runs.retry([root, AttemptRun(run="r1", chunks=refused)]).included == 4


def test_attempts_are_counted_for_each_request_and_not_for_the_family(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1", policy=RetryPolicy(classes=frozenset({"expired"})))
    expired = [each["custom_id"] for each in map(json.loads, body_lines(runs.folder / "r1"))]
    first = runs.collected(first, {"0001": [errored(each) for each in expired]})
    prepared = runs.retry([root, first])
    assert prepared.attempts == {2: 2, 3: 2}
    assert runs.retry([first], earlier=(root,)).attempts == {3: 2}


def test_a_refused_chunk_is_no_attempt_of_its_requests(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1")
    refused = tuple(msgspec.structs.replace(chunk, is_live=False) for chunk in first.chunks)
    assert runs.retry([root, AttemptRun(run="r1", chunks=refused)]).attempts == {2: 4}


def test_what_was_sent_as_often_as_allowed_stays_and_says_so(runs: Runs, root: AttemptRun) -> None:
    prepared = runs.retry([root], policy=RetryPolicy(max_attempts=1))
    assert prepared.included == 0
    assert set(skipped(prepared)) == {"sent 1 times, as often as [retry] max_attempts lets it"}


def test_the_settings_may_judge_a_class_otherwise(runs: Runs, root: AttemptRun) -> None:
    rules = {"canceled": Verdict.RESEND, "expired": Verdict.REFUSE}
    prepared = runs.retry([root], policy=RetryPolicy(rules=rules))
    assert "canceled" in prepared.classes and "expired" not in prepared.classes
    assert skipped(prepared)["expired: set so in [retry.rules]"] == 2


def test_siblings_with_different_requests_are_told_apart(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1", policy=RetryPolicy(classes=frozenset({"expired"})))
    second = runs.retried(root, [root, first], "r2")
    prepared = runs.retry([root, first, second])
    assert prepared.included == 0
    reasons = skipped(prepared)
    assert (reasons["already sent again by r1"], reasons["already sent again by r2"]) == (2, 2)
    assert runs.retry([first, second]).included == 0


def test_running_chunks_are_counted_not_included(runs: Runs) -> None:
    run = runs.prepared("root", requests(20), chunk_requests=12)
    half = runs.collected(run, {"0001": [outcome(line["custom_id"]) for line in requests(12)]})
    prepared = runs.retry([half])
    assert (prepared.included, prepared.not_included_running) == (3, 8)


def test_set_changes_one_key_and_no_other_byte(runs: Runs, root: AttemptRun) -> None:
    edits = (Edit(key="max_tokens", value=_raw(b"4096")), Edit(key="thinking.type", value=_raw(b'"on"')))
    policy = RetryPolicy(custom_ids=frozenset({"r-00001"}), has_edits=True)
    runs.retry([root], staging=runs.folder / "r1", policy=policy, edits=edits)
    (line,) = body_lines(runs.folder / "r1")
    assert json.loads(line) == request("r-00001", max_tokens=4096, thinking={"type": "on"})
    messages = as_line(request("r-00001")["params"]["messages"])
    assert messages in line


def test_an_item_of_a_list_can_be_set(runs: Runs, root: AttemptRun) -> None:
    policy = RetryPolicy(custom_ids=frozenset({"r-00001"}), has_edits=True)
    edits = (Edit(key="messages.0.content", value=_raw(b'"Changed"')),)
    runs.retry([root], staging=runs.folder / "r1", policy=policy, edits=edits)
    assert json.loads(body_lines(runs.folder / "r1")[0]) == request("r-00001", "Changed")


@pytest.mark.parametrize(("key", "value"), [("max_tokens", b"{"), ("a..b", b"1"), ("", b"1")])
def test_an_edit_that_cannot_be_meant_is_a_usage_error(runs: Runs, root: AttemptRun, key: str, value: bytes) -> None:
    with pytest.raises(UsageFailure):
        runs.retry([root], edits=(Edit(key=key, value=_raw(value)),))


@pytest.mark.parametrize("key", ["model.name", "messages.7.content", "messages.x"])
def test_an_edit_that_leads_nowhere_is_bad_input(runs: Runs, root: AttemptRun, key: str) -> None:
    with pytest.raises(BadInput, match="--set"):
        runs.retry([root], edits=(Edit(key=key, value=_raw(b"1")),), staging=runs.folder / "r1")
    assert list((runs.folder / "r1").iterdir()) == []


def test_an_edit_is_checked_again_and_spoils_nothing(runs: Runs, root: AttemptRun) -> None:
    edits = (Edit(key="max_tokens", value=_raw(b"0")),)
    prepared = runs.retry([root], staging=runs.folder / "r1", edits=edits)
    assert not prepared.report.ok
    assert prepared.report.problem_counts == {Code.MAX_TOKENS_INVALID: 4}
    assert (prepared.report.problems[0].file, prepared.report.problems[0].line) == (root.inputs[0], 2)
    assert not layout.chunks(runs.folder / "r1").exists()


def test_edits_travel_on_to_the_next_attempt(runs: Runs, root: AttemptRun) -> None:
    first = runs.retried(root, [root], "r1", edits=(Edit(key="max_tokens", value=_raw(b"7")),))
    first = runs.collected(first, {"0001": map(errored, ["r-00001", "r-00003", "r-00011", "r-00013"])})
    runs.retry([root, first], staging=runs.folder / "r2")
    assert [json.loads(line)["params"]["max_tokens"] for line in body_lines(runs.folder / "r2")] == [7] * 4


def test_edited_lines_replace_the_originals_and_removed_ones_are_not_sent(runs: Runs, root: AttemptRun) -> None:
    changed = as_line(request("r-00002", "shorter"))
    edited = write(runs.folder / "edited.jsonl", [as_line(request("r-00011")), b"", changed])
    policy = RetryPolicy(has_edits=True)
    prepared = runs.retry([root], staging=runs.folder / "r1", policy=policy, edited=str(edited))
    assert prepared.report.ok
    assert body_lines(runs.folder / "r1") == [changed, as_line(request("r-00011"))]
    assert skipped(prepared)["edited away: not in the edited file"] == 4
    assert prepared.included == 2


def test_custom_ids_may_be_neither_added_nor_changed_nor_repeated(runs: Runs, root: AttemptRun) -> None:
    lines = [request("r-00001"), request("r-00002x"), request("r-00000"), request("r-00001", "again"), b"{"]
    edited = write(runs.folder / "edited.jsonl", lines)
    prepared = runs.retry([root], policy=RetryPolicy(has_edits=True), edited=str(edited), staging=runs.folder / "r1")
    assert [(problem.line, problem.code.value) for problem in prepared.report.problems] == [
        (2, "custom_id_invalid"),
        (3, "custom_id_invalid"),
        (4, "custom_id_duplicate"),
        (5, "json_invalid"),
    ]
    assert {problem.file for problem in prepared.report.problems} == {str(edited)}
    assert not layout.chunks(runs.folder / "r1").exists()


def test_a_bad_edited_line_is_named_by_its_own_number(runs: Runs, root: AttemptRun) -> None:
    edited = write(runs.folder / "edited.jsonl", [b"", request("r-00001", max_tokens=0)])
    prepared = runs.retry([root], edited=str(edited))
    assert [(problem.line, problem.code) for problem in prepared.report.problems] == [(2, Code.MAX_TOKENS_INVALID)]


def test_chunks_of_a_retry_follow_its_own_limits(runs: Runs, root: AttemptRun) -> None:
    prepared = runs.retry([root], staging=runs.folder / "r1", chunk_requests=3)
    assert [(chunk.label, chunk.requests) for chunk in prepared.chunks] == [("0001", 3), ("0002", 1)]


def test_a_body_that_was_pruned_is_said(runs: Runs, root: AttemptRun) -> None:
    Path(root.chunks[0].body).unlink()
    with pytest.raises(BadInput, match="not there"):
        runs.retry([root], staging=runs.folder / "r1")


def test_an_attempt_with_other_ids_at_the_same_lines_is_damage(runs: Runs, root: AttemptRun) -> None:
    stranger = runs.prepared("stranger", [request(f"s-{number}") for number in range(20)])
    with pytest.raises(WorkspaceDamaged, match="was sent first"):
        runs.retry([root, stranger])


def _raw(text: bytes) -> Any:
    return msgspec.Raw(text)
