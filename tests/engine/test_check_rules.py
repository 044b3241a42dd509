"""What a check knows without asking the service."""

from datetime import date

import pytest

from batchtui.domain.models import ModelFact, ModelList
from batchtui.domain.prices import Price, PriceTable
from batchtui.domain.settings import ApiSettings, Settings
from batchtui.engine.check_rules import check_rules
from tests.fakes import NOON

PRICE = Price(input=1, output=1, cache_write_5m=1, cache_write_1h=1, cache_read=1)
PRICES = PriceTable(as_of="2026-11-21", standard={"b": PRICE}, long_prompt={"a": PRICE}, retires={"b": "2026-11-30"})
TODAY = date(2026, 11, 21)


def test_models_with_a_price_are_known() -> None:
    rules = check_rules(Settings(), PRICES, today=TODAY, allow=["model_unknown"])
    assert rules.known_models == ("a", "b")
    assert (rules.models, rules.models_as_of, rules.retiring_models) == ((), None, {"b": "2026-11-30"})


def test_the_services_own_list_goes_with_its_date() -> None:
    listed = ModelList(as_of=NOON, models=(ModelFact(id="b"),))
    rules = check_rules(Settings(), PRICES, today=TODAY, models=listed)
    assert (rules.models, rules.models_as_of) == (listed.models, NOON)


@pytest.mark.parametrize(("version", "allows"), [(None, False), ("2023-06-01", True), ("2026-10-21", False)])
def test_sampling_parameters_are_for_older_wire_versions(version: str | None, allows: bool) -> None:
    settings = Settings(api=ApiSettings(anthropic_version=version))
    assert check_rules(settings, PRICES, today=TODAY).allow_sampling is allows
