"""What a value in `batchtui.toml` may be beyond its type, and the words for types."""

import math
import re
from types import UnionType
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

from batchtui.domain.issues.triage import Verdict
from batchtui.domain.settings import CHOICES, MAX_BODY_BYTES, MAX_CHUNK_REQUESTS

URLS = frozenset({("api", "base_url"), ("alerts", "webhook")})

HEADERS = frozenset({("api", "api_workspace_id"), ("api", "betas"), ("api", "anthropic_version")})
"""What is sent as part of a header."""

_HEADER = re.compile(r"[!-~]+")

_YEAR_SECONDS = 365 * 86_400
_MOST = 1_000_000_000_000
"""Of requests and dollars: nobody means more, and times that are reckoned with it stay times."""

RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("submit", "chunk_requests"): (1, MAX_CHUNK_REQUESTS),
    ("submit", "chunk_bytes"): (1, MAX_BODY_BYTES),
    ("submit", "max_open_batches"): (1, _MOST),
    ("submit", "max_queued_requests"): (1, _MOST),
    ("submit", "lost_look_seconds"): (0, _YEAR_SECONDS),
    ("submit", "lost_after_minutes"): (0, _YEAR_SECONDS / 60),
    ("poll", "after_action"): (0.01, _YEAR_SECONDS),
    ("poll", "running"): (0.01, _YEAR_SECONDS),
    ("poll", "idle"): (0.01, _YEAR_SECONDS),
    ("retry", "max_attempts"): (1, 1000),
    ("retry", "delay"): (0, _YEAR_SECONDS),
    ("confirm", "type_over_usd"): (0, _MOST),
    ("confirm", "type_over_requests"): (0, _MOST),
    ("budget", "daily_usd"): (0, _MOST),
    ("budget", "run_usd"): (0, _MOST),
    ("alerts", "expiry_hours"): (0, 24),
    ("alerts", "results_days"): (0, 365),
    ("alerts", "error_share"): (0, 1),
}
"""Inclusive; every number of the settings is here, and prices are 0 or more."""

_PRICE_RANGE = (0.0, 1_000_000.0)

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
    if place in URLS:
        return _no_url(str(value))
    if place in HEADERS and not all(map(_HEADER.fullmatch, [value] if isinstance(value, str) else value)):
        return "must be letters, figures and signs without blanks"
    if isinstance(value, str) and not value.strip():
        return "is empty: name something, or leave the line away"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _out_of_range(value, RANGES.get(place, _PRICE_RANGE))
    return None


def _no_url(text: str) -> str | None:
    if not text.startswith(("https://", "http://")):
        return "must begin with https:// or http://"
    try:
        has_host = bool(urlsplit(text).hostname) and urlsplit(text).port != 0
    except ValueError:  # a port that is none, or half an address in brackets
        has_host = False
    return None if has_host and _HEADER.fullmatch(text) else "must be an address such as https://api.example.com"


def _out_of_range(value: float, limits: tuple[float, float]) -> str | None:
    low, high = limits
    if not math.isfinite(value):
        return f"must be a plain number, not {value}"
    if low <= value <= high:
        return None
    return f"must be between {_figure(low)} and {_figure(high)}, not {_figure(value)}"


def _figure(value: float) -> str:
    """Without the point of what is whole; what has very many figures is shortened."""
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


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
