"""How good an estimate was, in words: what a run came to beside what was stated of it."""

from typing import Final

from batchtui.domain.forecasting.lessons import EstimateCheck
from batchtui.domain.spending import Spent
from batchtui.domain.words import share_words
from batchtui.present import formats

TRIFLE: Final = 0.001
"""USD that are shown as less than a cent."""


def check_words(found: EstimateCheck) -> str:
    """`input 3 % over, output 41 % under the best guess`; without a cost, whether the tokens are as stated."""
    words = f"input {_apart(found.input_error)}, output {_apart(found.output_error)} the best guess"
    if found.cost_usd is not None:
        return words
    return words if found.is_within else f"{words}; tokens not as estimated"


def _apart(error: float) -> str:
    """How a measured figure stands to its guess: `3 % over`, `41 % under`, `350 times`."""
    if error >= 1:
        return _times(1 + error)
    share = share_words(abs(error))
    return "as in" if share == "0 %" else f"{share} {'over' if error > 0 else 'under'}"


def _times(factor: float) -> str:
    """`2.8 times`, `35 times`, `over 1,000 times`: nobody reads more than that."""
    if factor > 1000:
        return "over 1,000 times"
    return f"{factor:.0f} times" if factor >= 9.95 else f"{factor:.1f} times"


def outcome_words(line: Spent) -> str:
    """`est $1.00 to $3.00, guess 12 % too high`, or without a guess at which end; empty if nothing compares."""
    expected, error = line.expected, line.estimate_error
    if expected is None or line.is_within is None:
        return ""
    low, high = formats.money(expected.low_usd), formats.money(expected.stated_high_usd)
    words = f"est {low} to {high}" if low != high else f"est {high}"
    if error is not None and not _is_trifle(line, high):
        if expected.expected_usd is not None or low == high:
            words += f", {_judged('guess' if expected.expected_usd is not None else 'estimate', error)}"
        elif line.is_within:
            words += f", {_end_of(line)}"
    return words if line.is_within else f"{words}, {_beside(line)} than estimated"


def _end_of(line: Spent) -> str:
    """Where between the ends of what was estimated the cost lies; without a best guess nothing closer was said."""
    cost, expected = line.usage.cost_usd, line.expected
    assert cost is not None and expected is not None, "it was compared"
    above, below = cost - expected.low_usd, expected.stated_high_usd - cost
    if 2 * above < below:
        return "near the low end"
    return "near the high end" if 2 * below < above else "about half way"


def _is_trifle(line: Spent, high: str) -> bool:
    """Whether both are less than a cent: how many times one is the other says nothing then."""
    cost = line.usage.cost_usd
    return cost is not None and formats.money(cost) == high == formats.money(TRIFLE)


def _judged(what: str, error: float) -> str:
    if error >= 1:
        return f"{what} {_times(1 + error)} the cost"
    if error <= -0.5:
        return f"cost {_times(1 / (1 + error))} the {what}" if error > -1 else f"{what} far too low"
    share = share_words(abs(error))
    return f"{what} right" if share == "0 %" else f"{what} {share} too {'high' if error > 0 else 'low'}"


def _beside(line: Spent) -> str:
    cost, expected = line.usage.cost_usd, line.expected
    return "more" if cost is not None and expected is not None and cost > expected.stated_high_usd else "less"


def measured_words(line: Spent) -> str:
    """`cost $2.00, est $1.00 to $3.00, guess 12 % too high`: what a run came to, once it is collected."""
    if line.waiting or not line.batches:
        return ""
    cost = line.usage.cost_usd
    said = f"cost {formats.money(cost)}" if cost is not None else "cost not known: a price is missing"
    outcome = outcome_words(line)
    return f"{said}, {outcome}" if outcome else said
