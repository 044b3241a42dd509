"""Amounts of US dollars, exact: decimals outside, whole femto-dollars while many are added up.

The only roundings: a price is kept to a billionth of a dollar per million tokens, a share of an estimate is rounded
up to the femto-dollar, and what is shown is rounded half up, to the cent on screen, to a millionth of a dollar in
JSON. Nothing is rounded before it is added.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

Usd = Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
MICRO = Decimal("0.000001")

BELOW_A_CENT = f"<${CENT}"

FEMTO_DIGITS = 15
_FEMTO = Decimal(1).scaleb(-FEMTO_DIGITS)


def as_written(figure: float | int | str | Decimal) -> Usd:
    """The amount that a figure in a file says: 0.1 is a tenth, not the nearest binary fraction."""
    return figure if isinstance(figure, Decimal) else Decimal(str(figure))


def from_femto(femto: int) -> Usd:
    """Whole femto-dollars as dollars."""
    return Decimal(femto).scaleb(-FEMTO_DIGITS)


def to_femto(usd: Usd) -> int:
    """Dollars as whole femto-dollars."""
    return int(usd.scaleb(FEMTO_DIGITS).to_integral_value(ROUND_HALF_UP))


def part_of(usd: Usd, part: int, whole: int) -> Usd:
    """The share of an amount that `part` of `whole` stands for, never less: what is reserved in parts covers all."""
    if not whole:
        return ZERO
    return (as_written(usd) * part / whole).quantize(_FEMTO, ROUND_CEILING)


def total(amounts: Iterable[Usd]) -> Usd:
    """The sum, 0 of nothing."""
    return sum(amounts, ZERO)


def in_words(usd: Usd | float, step: Decimal = CENT) -> str:
    """`$1,234.50`, rounded half up to the step; what is less than one is not nothing: `<$0.01`."""
    amount = rounded(as_written(usd), step)
    if not amount and usd:
        return f"<${step:f}"
    return f"{'-' if amount < 0 else ''}${abs(amount):,f}"


def limit_words(usd: Usd | float) -> str:
    """A limit as it was set, to its last digit: `$200`, `$12.50`, `$0.001`."""
    exact = as_written(usd).normalize()
    digits = -int(exact.as_tuple().exponent)
    return f"${exact:,.{max(2, digits) if digits > 0 else 0}f}"


def rounded(usd: Usd, step: Decimal = CENT) -> Usd:
    """Half up, as money is."""
    return as_written(usd).quantize(step, ROUND_HALF_UP)
