"""The grammar of faults."""

import pytest

from batchtui.simulator.faults import Fault, FaultPlan, parse


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ("create:lost", ("create", "lost", "")),
        ("create:429:30x2", ("create", "429", "30")),
        ("results:cut:1000@3", ("results", "cut", "1000")),
        ("any:redirect:http://127.0.0.1:9", ("any", "redirect", "http://127.0.0.1:9")),
        ("list:hang-after:0.5%12.5", ("list", "hang-after", "0.5")),
        ("create:early413@1", ("create", "early413", "")),
    ],
)
def test_a_fault_has_a_place_a_kind_and_an_argument(spec: str, parts: tuple[str, str, str]) -> None:
    fault = parse(spec)
    assert (fault.where, fault.what, fault.argument) == parts


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nowhere:lost", "'nowhere' is not one of create"),
        ("create", "'' is no status"),
        ("create:418", "'418' is no status"),
        ("results:cut", "cut needs a number"),
        ("results:duplicate:two", "duplicate needs a number"),
    ],
)
def test_a_bad_fault_says_what_is_wrong(spec: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(spec)


def struck(spec: str, calls: int) -> list[int]:
    """Which calls, from 1, a fault strikes."""
    plan = FaultPlan(seed=1)
    plan.arm(parse(spec))
    return [call for call in range(1, calls + 1) if plan.take("create")]


def test_the_suffix_says_when_it_strikes() -> None:
    assert struck("create:500", 4) == [1, 2, 3, 4]
    assert struck("create:500@3", 4) == [3]
    assert struck("any:500x2", 4) == [1, 2]
    assert 20 < len(struck("create:500%30", 100)) < 40
    assert struck("list:500", 4) == []


def test_the_first_of_two_faults_strikes_and_both_count() -> None:
    plan = FaultPlan(seed=1)
    for spec in ("create:500@1", "create:529x2"):
        plan.arm(parse(spec))
    taken = [plan.take("create") for _ in range(3)]
    assert [fault.what if isinstance(fault, Fault) else None for fault in taken] == ["500", "529", None]
