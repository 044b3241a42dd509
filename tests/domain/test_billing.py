"""Money after it is spent: what the service reports as used is what is billed, each kind at its own price."""

from decimal import Decimal

from batchtui.domain.billing import ModelUsage, measured, merge, together
from batchtui.domain.results import CacheCreation, ServerToolUse, Usage
from tests.domain.test_cost import PINNED


def test_both_cache_writes_and_reads_have_their_own_prices() -> None:
    split = CacheCreation(ephemeral_5m_input_tokens=1_000_000, ephemeral_1h_input_tokens=2_000_000)
    usage = Usage(input_tokens=0, output_tokens=0, cache_creation=split, cache_read_input_tokens=1_000_000)
    assert measured(usage, "claude-opus-4-7", PINNED) == Decimal("13.375")


def test_searches_are_not_halved() -> None:
    usage = Usage(input_tokens=1_000_000, server_tool_use=ServerToolUse(web_search_requests=3), service_tier="batch")
    assert measured(usage, "claude-haiku-4-5", PINNED) == Decimal("0.53")


def test_what_did_not_come_at_the_batch_tier_is_priced_in_full() -> None:
    usage = Usage(input_tokens=1_000_000, service_tier="standard")
    assert measured(usage, "claude-haiku-4-5", PINNED) == 1


def test_a_tier_that_is_not_named_is_taken_for_batch() -> None:
    assert measured(Usage(input_tokens=1_000_000), "claude-haiku-4-5", PINNED) == Decimal("0.5")


def test_the_geography_of_the_usage_decides() -> None:
    usage = Usage(input_tokens=1_000_000, inference_geo="us")
    assert measured(usage, "claude-sonnet-4-6", PINNED) == Decimal("1.65")
    assert measured(usage, "claude-haiku-4-5", PINNED) == Decimal("0.5")


def test_null_counts_are_none_used() -> None:
    usage = Usage(input_tokens=None, output_tokens=None, cache_read_input_tokens=None)
    assert measured(usage, "claude-haiku-4-5", PINNED) == 0


def test_an_unknown_price_is_unknown_and_makes_every_sum_unknown() -> None:
    assert measured(Usage(input_tokens=1), "claude-nobody-knows", PINNED) is None
    known, unknown = ModelUsage(requests=1, cost_usd=Decimal(2)), ModelUsage(requests=1, cost_usd=None)
    assert together([known, unknown]).cost_usd is None
    assert together([known, unknown]).requests == 2


def test_sums_by_model_keep_the_models_apart() -> None:
    merged = merge([{"b": ModelUsage(requests=1)}, {"a": ModelUsage(requests=2)}, {"b": ModelUsage(requests=3)}])
    assert {model: usage.requests for model, usage in merged.items()} == {"a": 2, "b": 4}
