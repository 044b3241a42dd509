"""Orders of lists: what a letter chooses, and where rows go."""

import pytest

from batchtui.present import activity_log, alerts_list, detail, errors
from batchtui.present.batch_source import BatchSource
from batchtui.present.home_source import HomeSource
from batchtui.present.ordering import OWN_ORDER, Order, Sorting, chosen, in_order, letters, order_words
from batchtui.present.request_orders import MOST_SORTED, arranged, sortings_of
from batchtui.present.requests_list import COLUMNS, RequestList

SIZES = {"a": 2, "b": None, "c": 1, "d": 2, "e": 3}
SORTINGS = (
    Sorting("newest", "newest first", "oldest first"),
    Sorting("size", "smallest first", "largest first", SIZES.__getitem__),
    Sorting("name", "by name", "by name, z to a", str, "it is not known yet"),
)
KEYS = tuple(column.key for column in COLUMNS)


def order(wanted: Order) -> str:
    return "".join(in_order(SIZES, SORTINGS, wanted, lambda each: each))


def test_rows_that_are_equal_stay_as_they_are_and_those_without_a_value_stand_last_either_way() -> None:
    assert order(OWN_ORDER) == "abcde" and order(Order("newest", True)) == "edcba"
    assert order(Order("size")) == "cadeb"
    assert order(Order("size", True)) == "eadcb"


def test_the_same_letter_turns_an_order_round_and_back() -> None:
    once = chosen(SORTINGS, OWN_ORDER, "s")
    assert once == Order("size")
    twice = chosen(SORTINGS, once, "s")
    assert twice == Order("size", True) and order_words(SORTINGS, twice) == "largest first"
    assert chosen(SORTINGS, twice, "s") == Order("size")
    assert chosen(SORTINGS, OWN_ORDER, "n") == Order("newest", True)


def test_what_is_off_is_neither_chosen_nor_held_to() -> None:
    assert chosen(SORTINGS, OWN_ORDER, "a") is None and chosen(SORTINGS, OWN_ORDER, "x") is None
    assert order(Order("name", True)) == "abcde" and order_words(SORTINGS, Order("name", True)) == "newest first"


@pytest.mark.parametrize(
    "sortings",
    [HomeSource.sortings, BatchSource.sortings, detail.SORTINGS, errors.SORTINGS, activity_log.SORTINGS,
     alerts_list.SORTINGS, sortings_of(RequestList(custom_ids=(), issues={}), KEYS)],
)  # fmt: skip
def test_every_order_of_every_list_has_a_letter_of_its_own_and_says_both_ways(sortings: tuple[Sorting, ...]) -> None:
    assert list(letters(sortings).values()) == list(sortings)
    assert len({words for each in sortings for words in (each.words, each.reversed_words)}) == 2 * len(sortings)


def test_of_very_many_requests_only_orders_that_take_no_time_are_offered() -> None:
    ids = [f"doc-{number}" for number in range(MOST_SORTED + 1)]
    requests = RequestList(custom_ids=ids, issues={}, chunks={each: each[-1] for each in ids})
    sortings = sortings_of(requests, KEYS)
    assert {each.name for each in sortings if each.off} == {"id", "message"}
    assert "20,001" in sortings[1].off
    assert arranged(requests, sortings, Order("chunk", True)).custom_ids[:2] == ["doc-9", "doc-19"]
    assert arranged(requests, sortings, Order("id", True)).custom_ids == ids


def test_without_results_nothing_is_sorted_by_them() -> None:
    sortings = sortings_of(RequestList(custom_ids=["a"], issues={}, is_collected=False), KEYS)
    assert {each.name: each.off for each in sortings if each.off} == dict.fromkeys(
        ("class", "message"), "no results on disk yet"
    )
