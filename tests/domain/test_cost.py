"""Money before it is spent: the worked examples to the cent, exact sums, and no figure where no price is known."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.cost import CostRange, TokenCounts, estimate, exact, quote
from batchtui.domain.money import from_femto, part_of, rounded, to_femto, total
from batchtui.domain.prices import Price, PriceTable
from batchtui.domain.requests import ModelTally

PINNED = PriceTable(
    as_of="2026-11-21",
    standard={
        "claude-opus-4-7": Price(
            input=5, output=25, cache_write_5m=6.25, cache_write_1h=10, cache_read=0.5, us_only=True
        ),
        "claude-sonnet-4-6": Price(
            input=3, output=15, cache_write_5m=3.75, cache_write_1h=6, cache_read=0.3, us_only=True
        ),
        "claude-haiku-4-5": Price(input=1, output=5, cache_write_5m=1.25, cache_write_1h=2, cache_read=0.1),
        "claude-haiku-5-5": Price(input=0.1, output=0.5, cache_write_5m=0.125, cache_write_1h=0.2, cache_read=0.01),
    },
    long_prompt={
        "claude-haiku-5-5": Price(input=0.5, output=2.5, cache_write_5m=0.625, cache_write_1h=1, cache_read=0.05)
    },
)


@pytest.mark.parametrize(
    ("requests", "input_tokens", "output_tokens", "model", "batch", "standard"),
    [
        (100_000, 5_000, 3_000, "claude-sonnet-4-6", "3000", "6000"),
        (100_000, 5_000, 3_000, "claude-haiku-4-5", "1000", "2000"),
        (5_000, 20_000, 5_000, "claude-opus-4-7", "562.50", "1125"),
        (5_000, 20_000, 5_000, "claude-sonnet-4-6", "337.50", "675"),
        (5_000, 20_000, 5_000, "claude-haiku-4-5", "112.50", "225"),
        (500_000, 5_000, 3_000, "claude-sonnet-4-6", "15000", "30000"),
    ],
)
def test_the_worked_examples_hold_to_the_cent(
    requests: int, input_tokens: int, output_tokens: int, model: str, batch: str, standard: str
) -> None:
    tokens = TokenCounts(input=input_tokens, output=output_tokens)
    found = quote(PINNED, model, tokens, requests=requests)
    assert found is not None
    assert (found.batch_usd, found.standard_usd) == (Decimal(batch), Decimal(standard))
    assert found.saving_usd == Decimal(standard) - Decimal(batch)
    range_ = exact(
        requests=requests, input_tokens=input_tokens, output_tokens=output_tokens, model=model, prices=PINNED
    )
    assert range_.low_usd == range_.high_usd == Decimal(batch)
    assert range_.standard_low_usd == range_.standard_high_usd == Decimal(standard)


def test_every_kind_of_token_has_its_own_price() -> None:
    tokens = TokenCounts(input=10**6, output=10**6, cache_write_5m=10**6, cache_write_1h=10**6, cache_read=10**6)
    found = quote(PINNED, "claude-opus-4-7", tokens)
    assert found is not None and found.standard_usd == Decimal("46.75")


def test_the_second_band_begins_above_100_000_tokens_of_prompt_cached_ones_included() -> None:
    short = quote(PINNED, "claude-haiku-5-5", TokenCounts(input=60_000, cache_read=40_000))
    long = quote(PINNED, "claude-haiku-5-5", TokenCounts(input=60_001, cache_read=40_000))
    assert short is not None and short.standard_usd == Decimal("0.0064")
    assert long is not None and long.standard_usd == Decimal("0.0320005")


def test_staying_in_the_us_costs_eleven_tenths_where_the_model_has_that_price() -> None:
    tokens = TokenCounts(input=10**6)
    sonnet = quote(PINNED, "claude-sonnet-4-6", tokens, is_us_only=True)
    haiku = quote(PINNED, "claude-haiku-4-5", tokens, is_us_only=True)
    assert sonnet is not None and sonnet.batch_usd == Decimal("1.65")
    assert haiku is not None and haiku.batch_usd == Decimal("0.5")


def test_an_unknown_model_has_no_price_and_is_named() -> None:
    assert quote(PINNED, "claude-nobody-knows", TokenCounts(input=1)) is None
    range_ = exact(requests=1, input_tokens=1, output_tokens=1, model="claude-nobody-knows", prices=PINNED)
    assert range_.unknown_models == ("claude-nobody-knows",)
    tally = ModelTally(model="claude-nobody-knows", requests=1, input_bytes=100, max_tokens=10)
    assert estimate([tally], PINNED).unknown_models == ("claude-nobody-knows",)


def test_a_million_tiny_amounts_add_up_without_an_error() -> None:
    one = quote(PINNED, "claude-haiku-5-5", TokenCounts(input=1, output=1))
    many = quote(PINNED, "claude-haiku-5-5", TokenCounts(input=1, output=1), requests=1_000_000)
    assert one is not None and many is not None
    assert total([one.batch_usd] * 1_000_000) == many.batch_usd == Decimal("0.3")


@given(st.decimals(0, 10**6, places=6), st.lists(st.integers(1, 10_000), min_size=1, max_size=40))
def test_what_is_reserved_in_parts_covers_the_whole_and_no_more_than_a_hair(high: Decimal, parts: list[int]) -> None:
    whole = sum(parts)
    range_ = CostRange(high_usd=high)
    reserved = total(range_.share(part, whole).high_usd for part in parts)
    assert high <= reserved <= high + Decimal("1e-12")


def test_nothing_of_nothing_costs_nothing() -> None:
    assert part_of(Decimal(5), 0, 0) == 0


@given(st.integers(0, 10**24))
def test_femto_dollars_go_to_dollars_and_back(femto: int) -> None:
    assert to_femto(from_femto(femto)) == femto


def test_half_a_cent_is_rounded_up() -> None:
    assert (rounded(Decimal("0.005")), rounded(Decimal("2.675"))) == (Decimal("0.01"), Decimal("2.68"))


def test_the_best_guess_is_shared_out_as_the_bounds_are() -> None:
    half = CostRange(high_usd=Decimal(8), expected_usd=Decimal(3), expected_high_usd=Decimal(4)).share(1, 2)
    assert (half.high_usd, half.expected_usd, half.expected_high_usd) == (4, Decimal("1.5"), 2)
    assert CostRange(high_usd=Decimal(8)).share(1, 2).expected_usd is None
