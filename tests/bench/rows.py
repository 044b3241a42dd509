"""One row of the table: what was measured, on both sides where there are two, and what was aimed at."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.table import times

Show = Callable[[float], str]
"""A way to write a figure."""

HEAD = ("what", "usual or bare", "ours", "ratio", "goal", "reached")


@dataclass(frozen=True)
class Row:
    """`usual` and `ratio` stay empty where there is nothing to compare with."""

    what: str
    ours: str
    goal: str
    is_reached: bool
    usual: str = ""
    ratio: str = ""


def faster(what: str, usual: float, ours: float, goal: float, show: Show) -> Row:
    """A row where we want to be so many times better than the usual technique."""
    ratio = usual / ours
    return Row(what, show(ours), f"{goal:g}x less", ratio >= goal, show(usual), times(ratio))


def within(what: str, bare: float, ours: float, goal: float, show: Show) -> Row:
    """A row where we may cost so many times what a bare program costs."""
    ratio = ours / bare
    return Row(what, show(ours), f"at most {goal:g}x", ratio <= goal, show(bare), times(ratio))


def at_most(what: str, ours: float, goal: float, show: Show) -> Row:
    """A row with a fixed bound."""
    return Row(what, show(ours), f"at most {show(goal)}", ours <= goal)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def cells(row: Row) -> tuple[str, ...]:
    return (row.what, row.usual, row.ours, row.ratio, row.goal, "yes" if row.is_reached else "NO")
