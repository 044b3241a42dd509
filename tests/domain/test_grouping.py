"""Splitting, merging, and what is no group: always the same in any order, and each with its opposite."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.issues.grouping import Grouping, join, merge, part, split
from batchtui.domain.issues.triage import MOST_SINGLES, UNGROUPED, TriageRules, group
from batchtui.domain.results import Issue

NUMBERED = [Issue(custom_id=f"r{n:02}", cls="api_error", message=f"shard {n % 3} is down") for n in range(12)]
OTHERS = [Issue(custom_id=f"s{n}", cls="api_error", message="Internal server error") for n in range(2)]
KEY = ("api_error", "shard <n> is down")


def names(grouping: Grouping) -> dict[str, int]:
    return {entry.template: entry.requests for entry in group(NUMBERED + OTHERS, TriageRules(grouping=grouping))}


def test_a_split_tells_messages_apart_and_a_join_undoes_it() -> None:
    grouping = split(Grouping(), KEY)
    assert names(grouping) == {
        "shard 0 is down": 4, "shard 1 is down": 4, "shard 2 is down": 4, "Internal server error": 2,
    }  # fmt: skip
    assert names(join(grouping, KEY)) == names(Grouping())


def test_merged_groups_have_the_name_of_the_first_and_part_again() -> None:
    other = ("api_error", "Internal server error")
    grouping = merge(Grouping(), [KEY, other])
    assert names(grouping) == {"shard <n> is down": 14}
    assert names(part(grouping, KEY)) == names(split(grouping, KEY)) == names(Grouping())


def test_pieces_of_a_split_can_be_merged() -> None:
    grouping = merge(split(Grouping(), KEY), [("api_error", "shard 0 is down"), ("api_error", "shard 2 is down")])
    assert names(grouping)["shard 0 is down"] == 8


@given(st.permutations(NUMBERED + OTHERS), st.booleans(), st.booleans())
def test_groups_are_the_same_in_any_order_also_when_split_or_merged(
    issues: list[Issue], is_split: bool, is_merged: bool
) -> None:
    grouping = split(Grouping(), KEY) if is_split else Grouping()
    if is_merged:
        grouping = merge(grouping, [("api_error", "Internal server error"), ("api_error", "shard 1 is down")])
    assert group(issues, TriageRules(grouping=grouping)) == group(NUMBERED + OTHERS, TriageRules(grouping=grouping))


def test_every_change_counts() -> None:
    once = split(Grouping(), KEY)
    assert (once.revision, join(once, KEY).revision, split(once, KEY).revision) == (1, 2, 1)


def test_very_many_messages_of_one_request_each_are_shown_as_ungrouped() -> None:
    words = [f"{chr(97 + n // 26)}{chr(97 + n % 26)} broke" for n in range(MOST_SINGLES + 1)]
    issues = [Issue(custom_id=f"r{n}", cls="api_error", message=word) for n, word in enumerate(words)]
    found = group(issues + NUMBERED)
    assert {(entry.template, entry.requests) for entry in found} == {(UNGROUPED, 41), ("shard <n> is down", 12)}
    assert len(group(issues[1:])) == MOST_SINGLES
