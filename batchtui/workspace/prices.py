"""The price table that comes with the program, with the user's own prices over it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from batchtui.domain.prices import Price, PriceTable

_SHIPPED = Path(__file__).with_name("prices.toml")


def load_prices(own: Mapping[str, Price]) -> PriceTable:
    """The table to reckon with. A user's own price holds for prompts of any length.

    Args:
        own: `settings.prices`; the same name without a date is the same model.
    """
    shipped = msgspec.toml.decode(_SHIPPED.read_bytes(), type=PriceTable)
    return msgspec.structs.replace(
        shipped,
        standard={**shipped.standard, **own},
        long_prompt={model: price for model, price in shipped.long_prompt.items() if model not in own},
        own=tuple(own),
    )
