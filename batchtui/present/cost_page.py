"""The page of what was spent: by run, day or model, with what is said of a line and of all of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import structs

from batchtui.domain.money import Usd
from batchtui.domain.prices import PriceTable
from batchtui.domain.spending import NO_MODEL, By, Spent, spent_by, spent_in_all
from batchtui.domain.words import several, share_words
from batchtui.present.cells import Cell, Column, Row, Span, cell
from batchtui.present.clean import clean
from batchtui.present.cost_cells import cost_cells, figure_columns
from batchtui.present.formats import count, money
from batchtui.present.ordering import Sorting
from batchtui.present.scene import Scene

PAGES: Final = (By.RUN, By.DAY, By.MODEL)
"""In the order that `tab` goes through them."""

_WIDTHS: Final = {
    "requests": 8, "ok": 8, "in": 6, "out": 6, "cached": 6, "cost": 9, "standard": 9, "per_1000": 10, "per_ok": 9,
}  # fmt: skip
COLUMNS: Final = (
    Column(key="name", head="WHAT", width=20, least=12, most=28, cut="middle", cut_tail=5, is_lit=True),
    *figure_columns(
        _WIDTHS,
        goes={"in": 0, "out": 0, "cached": 1, "per_ok": 2, "ok": 4, "requests": 5, "per_1000": 6, "standard": 7},
    ),
    Column(key="estimate", head=" ESTIMATE", width=43, most=48, cut="end", goes=3),
)
SORTINGS: Final = (
    Sorting("newest", "newest first", "oldest first"),
    Sorting("cost", "dearest first", "cheapest first", lambda line: _less(line.usage.cost_usd)),
    Sorting("name", "by name", "by name, z to a", lambda line: line.name),
    Sorting("requests", "most requests first", "fewest requests first", lambda line: -line.results.total),
    Sorting("per ok", "dearest result first", "cheapest result first", lambda line: _less(_per_ok(line))),
    Sorting("estimate", "worst estimate first", "best estimate first", lambda line: _less(_off(line))),
)


def columns_of(by: By, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, the first headed by what a row is."""
    return tuple(structs.replace(each, head=by.upper()) if each.key == "name" else each for each in columns)


def sortings_of(by: By) -> tuple[Sorting, ...]:
    """The orders of a page; models have no age, so their own order is by name."""
    own = Sorting("newest", "by name", "by name, z to a") if by is By.MODEL else SORTINGS[0]
    return (own, *SORTINGS[1:])


def _less(value: Usd | float | None) -> Usd | float | None:
    return None if value is None else -value


def _per_ok(line: Spent) -> Usd | None:
    return line.per_requests(line.usage.succeeded, 1)


def _off(line: Spent) -> float | None:
    return None if line.estimate_error is None else abs(line.estimate_error)


class CostPage:
    """What one scene says of money, worked out once as long as the state is the same."""

    def __init__(self, scene: Scene, by: By, prices: PriceTable) -> None:
        self._scene, self._prices = scene, prices
        found = scene.memory.get("cost page", scene.state, by, lambda: spent_by(scene.state, by))
        self.lines: Mapping[str, Spent] = {line.name: line for line in found}
        self.whole = scene.memory.get("cost whole", scene.state, None, lambda: spent_in_all(scene.state))

    def row(self, name: str) -> Row:
        line = self.lines[name]
        cells = cost_cells(line, self._scene.glyphs.unknown)
        apart = (Span(" "), *cells["estimate"])  # behind figures at the right of their columns
        return Row(id=name, cells={"name": cell(clean(line.name)), **cells, "estimate": apart})

    def sums(self) -> tuple[Cell, ...]:
        """What all of it came to: for the second row of the page."""
        whole = self.whole
        if not whole.batches:
            return (cell("nothing was collected yet", "dim"),)
        cost = whole.usage.cost_usd
        if cost is None:
            measured = cell("the sum is not known: a price is missing", "warn")
        else:
            measured = (Span(money(cost)), Span(f" measured in {several(whole.batches, 'batch', 'batches')}", "dim"))
        saved = whole.saving_usd
        saving = () if not saved else (Span(money(saved)), Span(" less than standard", "dim"))
        waiting = cell(f"{whole.waiting:,} not collected", "dim") if whole.waiting else ()
        return tuple(part for part in (measured, saving, waiting) if part)

    def said_of(self, name: str | None) -> tuple[Cell, ...]:
        """What a narrow table has no room for, and what is doubtful about a line."""
        line = self.lines.get(name or "")
        if line is None:
            return ()
        usage = line.usage
        tokens = f"{count(usage.input_tokens)} in, {count(usage.output_tokens)} out"
        share = line.cache_hit_share
        parts = [cell(tokens + (f", {share_words(share)} cached" if share else ""), "dim")]
        if line.waiting:
            parts.append(cell(f"{several(line.waiting, 'batch', 'batches')} not collected", "dim"))
        elif line.expected is not None:
            parts.append((Span("est ", "dim"), *cost_cells(line)["estimate"]))
        doubts = [*self._doubts(line)]
        return (*parts, cell("; ".join(doubts), "warn")) if doubts else tuple(parts)

    def _doubts(self, line: Spent) -> list[str]:
        usage, said = line.usage, []
        if usage.other_tier:
            said.append(f"{count(usage.other_tier)} not at half")
        if usage.requests > usage.succeeded:
            said.append(f"{count(usage.requests - usage.succeeded)} billed, not ok")
        if line.name != NO_MODEL and self._prices.unconfirmed((line.name,)):
            said.append("price not confirmed by the service")
        return said

    def prices_words(self, today: date) -> Cell:
        """How old the table is that all of it is reckoned with."""
        days = self._prices.age_days(today)
        if self._prices.is_stale(today):
            return cell(f"prices {days:,} days old", "warn")
        return cell(f"prices of {self._prices.as_of}", "dim")
