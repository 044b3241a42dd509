"""What one request used and cost, in words: tokens of every kind, and the price as it is billed in a batch."""

from batchtui.domain.billing import is_other_tier, tokens_of
from batchtui.domain.money import CENT, MICRO, Usd, in_words
from batchtui.domain.results import Usage
from batchtui.present.formats import exact, money


def token_words(usage: Usage) -> str:
    """Input, output and, where there were any, what was read from and written to caches."""
    tokens = tokens_of(usage)
    written = tokens.cache_write_5m + tokens.cache_write_1h
    words = [f"{exact(tokens.input)} in", f"{exact(tokens.output)} out"]
    words += [f"{exact(tokens.cache_read)} read from the cache"] if tokens.cache_read else []
    words += [f"{exact(written)} written to it"] if written else []
    return "   ".join(words)


def small_money(usd: Usd | None) -> str:
    """The cost of one request, most of which are below a cent."""
    if usd is None:
        return "price unknown"
    return in_words(usd, MICRO) if 0 < usd < CENT else money(usd)


def cost_words(usage: Usage, usd: Usd | None) -> str:
    """The same, and what price that is: what ran at another tier did not come at half of standard."""
    if usd is None:
        return small_money(usd)
    return f"{small_money(usd)}, at the {'standard' if is_other_tier(usage) else 'batch'} price"
