"""What a plan may cost, and what it leaves of the budget."""

from datetime import date

from batchtui.domain.budget import committed_today, held_commitment
from batchtui.domain.cost import CostRange
from batchtui.domain.money import ZERO, Usd, as_written, limit_words
from batchtui.domain.prices import STALE_DAYS
from batchtui.present.bar import share_out
from batchtui.present.cells import Cell, Role, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import money, money_between
from batchtui.present.glyphs import Glyphs
from batchtui.present.scene import Scene

BAR_WIDTH, LEAST_BAR = 34, 8


def cost_cell(cost: CostRange, today: date, room: int | None = None) -> Cell:
    """Low to high; bold, since it is what counts. Then how old the prices are that it is reckoned with.

    Args:
        room: cells there are; what has no room is left out whole, what is doubtful stays.
    """
    if cost.unknown_models and not cost.high_usd:
        return cell(f"not known: no price for {_models(cost)}", "warn", bold=True)
    words = money_between(cost.low_usd, cost.high_usd, is_estimate=True)
    return (Span(words, bold=True), *_beside(cost, today, None if room is None else room - len(words)))


def _beside(cost: CostRange, today: date, room: int | None) -> Cell:
    if cost.unknown_models:
        return cell(f"   without {_models(cost)}: price unknown", "warn")
    is_told = cost.expected_usd is not None and money(cost.low_usd) != money(cost.high_usd)
    likely = cell(f"   {money(cost.expected_usd or ZERO, is_estimate=True)} likely") if is_told else ()
    said = (*likely, *_prices_of(cost, today))
    half = cell("   half of standard", "dim")
    return (*said, *half) if room is None or cell_width((*said, *half)) <= room else said


def _prices_of(cost: CostRange, today: date) -> Cell:
    """Which day's prices these are, or what is doubtful about them."""
    dated = cell(f"   prices of {cost.priced_at}", "dim") if cost.priced_at else ()
    return prices_caution(cost, today) or dated


def prices_caution(cost: CostRange, today: date) -> Cell:
    """That a price was never confirmed by the service, or that all of them are old; else nothing."""
    if cost.unconfirmed_models:
        return cell(f"   price of {clean(cost.unconfirmed_models[0])} not confirmed", "warn")
    days = (today - date.fromisoformat(cost.priced_at)).days if cost.priced_at else 0
    return cell(f"   prices {days:,} days old", "warn") if days > STALE_DAYS else ()


def _models(cost: CostRange) -> str:
    return clean(", ".join(cost.unknown_models))


def taken_today(scene: Scene) -> Usd:
    """USD of what was sent today and of what waits to be."""
    return committed_today(scene.state, scene.now) + held_commitment(scene.state)


def budget_line(scene: Scene, cost: CostRange, width: int) -> Cell:
    """A bar with what is taken, what this adds and what is left; words alone where no limit is set."""
    limit = scene.settings.budget.daily_usd
    taken = taken_today(scene)
    sums = (
        Span(money(taken, is_estimate=taken > 0)),
        Span(" + ", "dim"),
        Span(money(cost.high_usd, is_estimate=True), "head", True),
    )
    if limit is None:
        return (*sums, Span("  taken today; no limit is set", "dim"))
    over = taken + cost.high_usd > limit
    of = f" of {limit_words(limit)}{', over it' if over else ''}"
    words = (*sums, Span(of, "err" if over else "dim", over or None))
    room = min(BAR_WIDTH, width - cell_width(words) - 2)
    if room < LEAST_BAR:
        return words
    return (*budget_bar(taken, cost.high_usd, limit, room, scene.glyphs), *blanks(2), *words)


def budget_bar(taken: Usd, added: Usd, limit: float, width: int, glyphs: Glyphs) -> Cell:
    """Heavy and dim for what is taken, in head what this plan adds, dots for what is left."""
    left = max(ZERO, as_written(limit) - taken - added)
    cents = tuple(round(100 * usd) for usd in (taken, added, left))
    cells = share_out(cents, width)
    parts: tuple[tuple[str, Role], ...] = (
        (glyphs.succeeded, "dim"),
        (glyphs.succeeded, "head"),
        (glyphs.unsent, "dim"),
    )
    return tuple(Span(glyph * number, role) for (glyph, role), number in zip(parts, cells, strict=True) if number)


def budget_after(scene: Scene, cost: CostRange) -> Cell:
    """In words, for plans without a row of their own for it."""
    after = money(taken_today(scene) + cost.high_usd, is_estimate=True)
    limit = scene.settings.budget.daily_usd
    return cell(
        f"   budget after it {after}" + (f" of {limit_words(limit)}" if limit is not None else ", no limit set"), "dim"
    )
