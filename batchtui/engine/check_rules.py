"""What a check has to know besides the file: which models there are and what they take, and what the wire takes."""

from collections.abc import Iterable
from datetime import date

from batchtui.domain.models import ModelList
from batchtui.domain.prices import PriceTable
from batchtui.domain.settings import Settings
from batchtui.engine.jobs import CheckRules

FIRST_WITHOUT_SAMPLING = "2026-10-21"
"""From this `anthropic-version` on temperature, top_p and top_k are refused (API release notes)."""


def check_rules(
    settings: Settings,
    prices: PriceTable,
    *,
    today: date,
    models: ModelList | None = None,
    allow: Iterable[str] = (),
) -> CheckRules:
    """Rules that need no call.

    Args:
        models: the service's list where one was read; without it a model that has no price counts as unknown.
    """
    pinned = settings.api.anthropic_version
    return CheckRules(
        allow=tuple(allow),
        allow_sampling=pinned is not None and pinned < FIRST_WITHOUT_SAMPLING,
        known_models=tuple(sorted({*prices.standard, *prices.long_prompt})),
        retiring_models=prices.retires,
        models=models.models if models is not None else (),
        models_as_of=models.as_of if models is not None else None,
        today=today,
    )
