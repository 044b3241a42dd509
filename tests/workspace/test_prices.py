"""The shipped prices are those of the service's list, complete and dated; the user's own go over them."""

from datetime import date

import pytest

from batchtui.domain.prices import Price
from batchtui.workspace.prices import load_prices

LISTED = [
    ("claude-fable-5-2", 8, 40, 10, 16, 0.20),
    ("claude-fable-5-1", 10, 50, 12.50, 20, 0.25),
    ("claude-fable-5", 10, 50, 12.50, 20, 1.00),
    ("claude-opus-5-5", 4, 20, 5, 8, 0.20),
    *((f"claude-opus-{version}", 5, 25, 6.25, 10, 0.50) for version in ("5", "4-8", "4-7", "4-6", "4-5")),
    *((f"claude-sonnet-{version}", 2, 10, 2.50, 4, 0.20) for version in ("5-5", "5")),
    *((f"claude-sonnet-{version}", 3, 15, 3.75, 6, 0.30) for version in ("4-6", "4-5", "4", "3-7", "3-5")),
    *((f"claude-opus-{version}", 15, 75, 18.75, 30, 1.50) for version in ("4-1", "4")),
    ("claude-haiku-5-5", 0.10, 0.50, 0.125, 0.20, 0.01),
    ("claude-haiku-4-5", 1, 5, 1.25, 2, 0.10),
    ("claude-haiku-3-5", 0.80, 4, 1, 1.60, 0.08),
]
NOT_US_ONLY = {"opus-4-5", "sonnet-4-5", "haiku-4-5", "sonnet-4", "opus-4-1", "opus-4"}


@pytest.mark.parametrize(("model", "fresh", "output", "write_5m", "write_1h", "read"), LISTED)
def test_a_price_is_as_listed(
    model: str, fresh: float, output: float, write_5m: float, write_1h: float, read: float
) -> None:
    price = load_prices({}).find(model)
    assert price is not None
    assert (price.input, price.output) == (fresh, output)
    assert (price.cache_write_5m, price.cache_write_1h, price.cache_read) == (write_5m, write_1h, read)
    assert price.us_only is not (model.removeprefix("claude-") in NOT_US_ONLY or "-3-" in model)


def test_a_dated_id_and_an_older_spelling_are_found() -> None:
    prices = load_prices({})
    assert prices.find("claude-sonnet-4-5-20250929") == prices.find("claude-sonnet-4-5")
    assert prices.find("claude-3-7-sonnet-20250219") == prices.find("claude-sonnet-3-7")
    assert prices.find("gpt-7") is None


def test_long_prompts_have_their_own_band_where_there_is_one() -> None:
    prices = load_prices({})
    long = prices.find("claude-haiku-5-5", is_long=True)
    assert long == Price(input=0.5, output=2.5, cache_write_5m=0.625, cache_write_1h=1, cache_read=0.05, us_only=True)
    assert prices.find("claude-opus-5", is_long=True) == prices.find("claude-opus-5")


def test_the_table_is_dated() -> None:
    assert date.fromisoformat(load_prices({}).as_of) >= date(2026, 11, 1)


def test_an_own_price_wins_for_prompts_of_any_length() -> None:
    own = Price(input=1, output=2, cache_write_5m=3, cache_write_1h=4, cache_read=5)
    prices = load_prices({"claude-haiku-5-5": own, "my-model": own})
    assert prices.find("my-model") == own
    assert prices.find("claude-haiku-5-5") == own
    assert prices.find("claude-haiku-5-5", is_long=True) == own
    assert prices.find("claude-haiku-4-5") == load_prices({}).find("claude-haiku-4-5")
