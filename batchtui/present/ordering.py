"""Orders a list can have: their letters in the menu, what the border says of them, and rows put into one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from batchtui.present.cells import Cell, Span, cell
from batchtui.present.width import pad


class Sorting(Struct, frozen=True):
    """One of the orders a list can have; rows that are equal stay as the list gives them."""

    name: str
    words: str
    """Said in the border, as "newest first"."""
    reversed_words: str
    key: Callable[[Any], Any] | None = None
    """Of a row's view; a row without a value, None, stands last either way. No key keeps the list's own order."""
    off: str = ""
    """Why it cannot be chosen now."""


class Order(Struct, frozen=True):
    """What the operator chose; without a name it is the list's own order."""

    name: str = ""
    is_reversed: bool = False


OWN_ORDER: Final = Order()


class Arrangement(Struct, frozen=True):
    """What was chosen for one kind of page."""

    order: Order = OWN_ORDER
    columns: tuple[str, ...] = ()
    """Keys in their order; none means all of them."""


class KeptOrder:
    """The order that rows had when somebody asked for it: a row whose value changes since then stays where it is."""

    def __init__(self) -> None:
        self._wanted: object = None
        self._rows: list[str] = []
        self.since: datetime | None = None
        """When it was right, if another order would be by now."""
        self._sorted_at: datetime | None = None

    def of(self, wanted: object, now_sorted: list[str], now: datetime) -> list[str]:
        """The rows there are, new ones where they belong.

        Args:
            wanted: what was asked for; rows are sorted anew when it is something else.
        """
        if wanted != self._wanted:
            self._wanted, self._rows, self._sorted_at, self.since = wanted, now_sorted, now, None
            return now_sorted
        self._rows = _kept(self._rows, now_sorted)
        self.since = None if self._rows == now_sorted else self._sorted_at
        return self._rows

    def forget(self) -> None:
        """Sort anew the next time."""
        self._wanted, self.since = None, None


def _kept(before: Sequence[str], now_sorted: Sequence[str]) -> list[str]:
    """Rows in their earlier order, each new one behind what it follows in the order of now."""
    there, known = set(now_sorted), set(before)
    behind: dict[str | None, list[str]] = {}
    last: str | None = None
    for row_id in now_sorted:
        if row_id in known:
            last = row_id
        else:
            behind.setdefault(last, []).append(row_id)
    rows = list(behind.get(None, ()))
    for row_id in before:
        if row_id in there:
            rows.append(row_id)
            rows.extend(behind.get(row_id, ()))
    return rows


TAKEN: Final = frozenset("q")
"""Letters that close the menu."""


def sorting_of(sortings: Sequence[Sorting], order: Order) -> Sorting:
    """The one chosen; the first, which is the list's own, where that is off or not among them."""
    return next((each for each in sortings if each.name == order.name and not each.off), sortings[0])


def is_reversed(sortings: Sequence[Sorting], order: Order) -> bool:
    """Whether the order that holds is turned round; one that does not hold turns nothing round."""
    return order.is_reversed and sorting_of(sortings, order).name == (order.name or sortings[0].name)


def order_words(sortings: Sequence[Sorting], order: Order) -> str:
    """What the border says."""
    sorting = sorting_of(sortings, order)
    return sorting.reversed_words if is_reversed(sortings, order) else sorting.words


def in_order(ids: Iterable[str], sortings: Sequence[Sorting], order: Order, view: Callable[[str], object]) -> list[str]:
    """Rows in an order."""
    key, backwards = sorting_of(sortings, order).key, is_reversed(sortings, order)
    if key is None:
        return list(reversed(list(ids))) if backwards else list(ids)
    alike: dict[Any, list[str]] = {}
    for row_id in ids:
        alike.setdefault(key(view(row_id)), []).append(row_id)
    without = alike.pop(None, [])
    return [row_id for value in sorted(alike, reverse=backwards) for row_id in alike[value]] + without


def letters(sortings: Sequence[Sorting]) -> Mapping[str, Sorting]:
    """A letter for each: the first of its name that no other has."""
    found: dict[str, Sorting] = {}
    for sorting in sortings:
        free = (letter for letter in sorting.name + "abcdefghijklmnoprstuvwxyz" if letter not in found)
        found[next(letter for letter in free if letter.isalpha() and letter not in TAKEN)] = sorting
    return found


def chosen(sortings: Sequence[Sorting], now: Order, letter: str, *, is_old: bool = False) -> Order | None:
    """What a letter chooses; the one that holds already is turned round. None for a letter that chooses nothing.

    Args:
        is_old: values have changed since; then the one that holds is chosen again as it is.
    """
    sorting = letters(sortings).get(letter)
    if sorting is None or sorting.off:
        return None
    is_now = sorting is sorting_of(sortings, now)
    return Order(sorting.name, is_now and is_reversed(sortings, now) is is_old)


def menu_lines(sortings: Sequence[Sorting], now: Order, *, is_old: bool = False) -> list[Cell]:
    """The menu: letter, name, and what it does, or why it does nothing now."""
    width = max(len(each.name) for each in sortings) + 2
    return [_menu_line(letter, each, sortings, now, width, is_old=is_old) for letter, each in letters(sortings).items()]


def _menu_line(
    letter: str, sorting: Sorting, sortings: Sequence[Sorting], now: Order, width: int, *, is_old: bool
) -> Cell:
    name = pad(sorting.name, width)
    if sorting.off:
        return cell(f"{letter}  {name}off: {sorting.off}", "dim")
    head = (Span(letter, "head", True), Span("  "))
    if sorting is not sorting_of(sortings, now):
        return (*head, Span(name), Span(sorting.words, "dim"))
    back = sorting.words if is_reversed(sortings, now) else sorting.reversed_words
    back = "by what it is now" if is_old else back
    return (*head, Span(name, bold=True), Span(order_words(sortings, now)), Span(f", now; again: {back}", "dim"))
