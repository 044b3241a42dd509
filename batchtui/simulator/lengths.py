"""How much the simulated model writes: long tails, and thinking that is billed and not shown."""

from math import exp
from statistics import NormalDist
from typing import Any

_STEPS = 65_521


def thinking_tokens(params: dict[str, Any], number: int) -> int:
    """Tokens of thinking: skewed, about a fifth of the budget, never more than it; none where it is not allowed."""
    thinking = params.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("type") == "disabled":
        return 0
    budget = thinking.get("budget_tokens")
    most = budget if isinstance(budget, int) else params["max_tokens"] // 2
    return min(most, round(most * 0.2 * skewed(number, spread=0.6)))


def skewed(number: int, *, spread: float) -> float:
    """A log-normal number with the median 1, the same for the same number."""
    return exp(NormalDist(0, spread).inv_cdf((number % _STEPS + 0.5) / _STEPS))
