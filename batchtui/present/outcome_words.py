"""How good an estimate was, in words: what a run came to beside what was stated of it."""

from batchtui.domain.lessons import EstimateCheck
from batchtui.domain.spending import Spent
from batchtui.present import formats


def check_words(found: EstimateCheck) -> str:
    """`input +3%, output -41% against the best guess`; without a cost, whether the tokens are as stated."""
    words = f"input {found.input_error:+.0%}, output {found.output_error:+.0%} against the best guess"
    if found.cost_usd is not None:
        return words
    return f"{words}; tokens {'inside' if found.is_within else 'outside'} the stated interval"


def outcome_words(line: Spent) -> str:
    """`est $1.00 to $3.00, 12% high`: the guess was too much, or without one the middle; empty if nothing compares."""
    expected, error = line.expected, line.estimate_error
    if expected is None or line.is_within is None:
        return ""
    words = f"est {formats.money(expected.low_usd)} to {formats.money(expected.stated_high_usd)}"
    if error is not None:
        what = "" if expected.expected_usd is not None else "middle "
        words += f", {what}{abs(error):.0%} {'high' if error > 0 else 'low'}"
    return words if line.is_within else f"{words}, outside"


def measured_words(line: Spent) -> str:
    """`cost $2.00, est $1.00 to $3.00, 12% high`: what a run came to, once it is collected."""
    if line.waiting or not line.batches:
        return ""
    cost = line.usage.cost_usd
    said = f"cost {formats.money(cost)}" if cost is not None else "cost not known: a price is missing"
    outcome = outcome_words(line)
    return f"{said}, {outcome}" if outcome else said
