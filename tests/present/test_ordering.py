"""Orders of lists: what a letter chooses, and where rows go."""

from datetime import timedelta

import pytest

from batchtui.present import activity_log, alerts_list
from batchtui.present.cells import plain
from batchtui.present.errors import rows as errors
from batchtui.present.home.batch_source import BatchSource
from batchtui.present.home.source import HomeSource
from batchtui.present.ordering import (
    OWN_ORDER,
    KeptOrder,
    Order,
    Sorting,
    chosen,
    in_order,
    letters,
    menu_lines,
    order_words,
)
from batchtui.present.request.orders import MOST_SORTED, arranged, sortings_of
from batchtui.present.request.requests_list import COLUMNS, RequestList
from batchtui.present.run import detail
from tests.fakes import NOON

SIZES = {"a": 2, "b": None, "c": 1, "d": 2, "e": 3}
SORTINGS = (
    Sorting("newest", "newest first", "oldest first"),
    Sorting("size", "smallest first", "largest first", SIZES.__getitem__),
    Sorting("name", "by name", "by name, z to a", str, "it is not known yet"),
)
MINUTE = timedelta(minutes=1)
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


def test_rows_stay_where_they_are_when_their_values_change() -> None:
    kept, asked = KeptOrder(), Order("size")
    assert kept.of(asked, ["a", "b", "c"], NOON) == ["a", "b", "c"] and kept.since is None
    assert kept.of(asked, ["c", "a", "b"], NOON + MINUTE) == ["a", "b", "c"]
    assert kept.since == NOON, "the border says when this was the order"


def test_a_new_row_comes_behind_what_it_follows_and_one_that_went_leaves_the_rest_in_place() -> None:
    kept, asked = KeptOrder(), Order("size")
    kept.of(asked, ["a", "b", "c"], NOON)
    assert kept.of(asked, ["new", "c", "newer", "a"], NOON) == ["new", "a", "c", "newer"]


def test_asking_again_sorts_anew() -> None:
    kept, asked = KeptOrder(), Order("size")
    kept.of(asked, ["a", "b"], NOON)
    kept.forget()
    assert kept.of(asked, ["b", "a"], NOON) == ["b", "a"] and kept.since is None
    assert kept.of(Order("size", True), ["a", "b"], NOON) == ["a", "b"]


def test_the_letter_of_an_order_that_is_old_sorts_by_it_again_before_it_turns_it_round() -> None:
    now = Order("size")
    assert chosen(SORTINGS, now, "s", is_old=True) == now
    assert chosen(SORTINGS, now, "s") == Order("size", True)
    assert any("by what it is now" in plain(line) for line in menu_lines(SORTINGS, now, is_old=True))
