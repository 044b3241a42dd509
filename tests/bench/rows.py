"""One row of the table: what was measured, on both sides where there are two, and what was aimed at."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.table import times

Show = Callable[[float], str]
"""A way to write a figure."""

HEAD = ("what", "usual or bare", "ours", "ratio", "goal", "stretch", "holds")


@dataclass(frozen=True)
class Row:
    """`usual`, `ratio` and `stretch` stay empty where there is none."""

    what: str
    ours: str
    goal: str
    is_reached: bool
    usual: str = ""
    ratio: str = ""
    stretch: str = ""
    is_stretched: bool = False


def faster(what: str, usual: float, ours: float, goal: float, show: Show, *, stretch: float | None = None) -> Row:
    """A row where we want to be so many times better than the usual technique."""
    ratio = usual / ours
    return Row(
        what,
        show(ours),
        f"{goal:g}x less",
        ratio >= goal,
        show(usual),
        times(ratio),
        "" if stretch is None else f"{stretch:g}x less",
        stretch is not None and ratio >= stretch,
    )


def within(what: str, bare: float, ours: float, goal: float, show: Show, *, stretch: float | None = None) -> Row:
    """A row where we may cost so many times what a bare program costs."""
    ratio = ours / bare
    return Row(
        what,
        show(ours),
        f"at most {goal:g}x",
        ratio <= goal,
        show(bare),
        times(ratio),
        "" if stretch is None else f"at most {stretch:g}x",
        stretch is not None and ratio <= stretch,
    )


def at_most(what: str, ours: float, goal: float, show: Show, *, stretch: float | None = None) -> Row:
    """A row with a fixed bound."""
    return Row(
        what,
        show(ours),
        f"at most {show(goal)}",
        ours <= goal,
        stretch="" if stretch is None else f"at most {show(stretch)}",
        is_stretched=stretch is not None and ours <= stretch,
    )


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def cells(row: Row) -> tuple[str, ...]:
    return (row.what, row.usual, row.ours, row.ratio, row.goal, row.stretch, holds(row))


def holds(row: Row) -> str:
    if not row.is_reached:
        return "NO"
    if row.is_stretched:
        return "stretch"
    return "yes" if row.goal else ""
