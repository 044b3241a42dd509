"""What a value in `batchtui.toml` may be beyond its type, and the words for types."""

import math
from types import UnionType
from typing import Any, get_args, get_origin

from batchtui.domain.settings import CHOICES, MAX_BODY_BYTES, MAX_CHUNK_REQUESTS
from batchtui.domain.triage import Verdict

URLS = frozenset({("api", "base_url"), ("alerts", "webhook")})

RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("submit", "chunk_requests"): (1, MAX_CHUNK_REQUESTS),
    ("submit", "chunk_bytes"): (1, MAX_BODY_BYTES),
    ("submit", "max_open_batches"): (1, math.inf),
    ("submit", "max_queued_requests"): (1, math.inf),
    ("submit", "lost_look_seconds"): (0, math.inf),
    ("submit", "lost_after_minutes"): (0, math.inf),
    ("poll", "after_action"): (0.01, math.inf),
    ("poll", "running"): (0.01, math.inf),
    ("poll", "idle"): (0.01, math.inf),
    ("retry", "max_attempts"): (1, math.inf),
    ("retry", "delay"): (0, math.inf),
    ("confirm", "type_over_usd"): (0, math.inf),
    ("confirm", "type_over_requests"): (0, math.inf),
    ("budget", "daily_usd"): (0, math.inf),
    ("budget", "run_usd"): (0, math.inf),
    ("alerts", "expiry_hours"): (0, math.inf),
    ("alerts", "results_days"): (0, math.inf),
    ("alerts", "error_share"): (0, 1),
}
"""Inclusive; every number of the settings is here, and prices are 0 or more."""

_PRICE_RANGE = (0.0, math.inf)

_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    tuple: "a list of texts",
    list: "a list",
    dict: "a table",
}


def complaint(path: tuple[str, ...], value: Any) -> str | None:
    """What is wrong with a value of the right type; None when nothing is."""
    place = path[0], path[-1]
    if path[:2] == ("retry", "rules") and value not in set(Verdict):
        return f"must be one of {', '.join(Verdict)}, not {value!r}"
    if place in CHOICES and value not in CHOICES[place]:
        return f"must be one of {', '.join(CHOICES[place])}, not {value!r}"
    if place in URLS and not str(value).startswith(("https://", "http://")):
        return "must begin with https:// or http://"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _out_of_range(value, RANGES.get(place, _PRICE_RANGE))
    return None


def _out_of_range(value: float, limits: tuple[float, float]) -> str | None:
    low, high = limits
    if not math.isfinite(value):
        return f"must be a plain number, not {value}"
    if low <= value <= high:
        return None
    return f"must be {low:,g} or more, not {value:,}" if high == math.inf else _between(low, high, value)


def _between(low: float, high: float, value: float) -> str:
    return f"must be between {low:,} and {high:,}, not {value:,}"


def type_words(annotation: Any) -> str:
    """A type in words: `int | None` is "a whole number"."""
    if isinstance(annotation, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return _WORDS[get_origin(annotation) or annotation]


def kind_words(value: Any) -> str:
    """What a value is; a text is not shown, since it may be a key that was pasted into the wrong place."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return _WORDS.get(type(value), "a date or time")
