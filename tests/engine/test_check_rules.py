"""What a check knows without asking the service."""

import pytest

from batchtui.domain.prices import Price, PriceTable
from batchtui.domain.settings import ApiSettings, Settings
from batchtui.engine.check_rules import check_rules

PRICE = Price(input=1, output=1, cache_write_5m=1, cache_write_1h=1, cache_read=1)
PRICES = PriceTable(as_of="2026-11-21", standard={"b": PRICE}, long_prompt={"a": PRICE})


def test_models_with_a_price_are_known() -> None:
    assert check_rules(Settings(), PRICES, allow=["model_unknown"]).known_models == ("a", "b")


@pytest.mark.parametrize(("version", "allows"), [(None, False), ("2023-06-01", True), ("2026-10-21", False)])
def test_sampling_parameters_are_for_older_wire_versions(version: str | None, allows: bool) -> None:
    settings = Settings(api=ApiSettings(anthropic_version=version))
    assert check_rules(settings, PRICES).allow_sampling is allows
