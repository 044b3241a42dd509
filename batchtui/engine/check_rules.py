"""What a check has to know besides the file: which models there are, which retire, and what the wire version takes."""

from collections.abc import Iterable

from batchtui.domain.prices import PriceTable
from batchtui.domain.settings import Settings
from batchtui.engine.jobs import CheckRules

FIRST_WITHOUT_SAMPLING = "2026-10-21"
"""From this `anthropic-version` on temperature, top_p and top_k are refused (API release notes)."""


def check_rules(settings: Settings, prices: PriceTable, *, allow: Iterable[str] = ()) -> CheckRules:
    """Rules that hold without asking the service; a model without a price counts as unknown, which is a warning."""
    pinned = settings.api.anthropic_version
    return CheckRules(
        allow=tuple(allow),
        allow_sampling=pinned is not None and pinned < FIRST_WITHOUT_SAMPLING,
        known_models=tuple(sorted({*prices.standard, *prices.long_prompt})),
        retiring_models=prices.retires,
    )
