"""The scenarios: how long batches take, what goes wrong with requests and with answers."""

from dataclasses import dataclass

MINUTE = 60.0
HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One behaviour of the whole service."""

    name: str
    summary: str
    base_seconds: float = 20 * MINUTE
    """How long even the smallest batch takes, give or take a quarter."""
    request_seconds: float = 0.05
    """What each request adds to that."""
    cancel_seconds: float = 90.0
    """From a cancel until the batch has ended."""
    is_serial: bool = False
    """Whether batches are worked on one after another instead of all at once."""
    mix: tuple[tuple[str, int], ...] = ()
    """Outcomes that strike requests, each with its number in a thousand."""
    faults: tuple[str, ...] = ()
    """Faults armed from the start, in the grammar of `faults`."""
    gzip: bool = True
    """Whether answers are compressed for clients that accept it."""


SCENARIOS = (
    Scenario(name="plain", summary="everything valid succeeds; a batch takes about 20 minutes"),
    Scenario(
        name="demo",
        summary="for a person at speed 1: batches end one by one, 8 to 20 seconds apart, with a little trouble",
        base_seconds=14.0,
        request_seconds=0.0,
        cancel_seconds=6.0,
        is_serial=True,
        mix=(("overloaded", 6), ("api_error", 4), ("refusal", 3)),
    ),
    Scenario(
        name="trouble",
        summary="every class of error; the transient ones succeed at a later attempt",
        mix=(
            ("overloaded", 40),
            ("api_error", 20),
            ("timeout", 10),
            ("rate_limit", 10),
            ("expired", 20),
            ("credit", 20),
            ("permission", 5),
            ("not_found", 5),
            ("too_large", 2),
            ("max_tokens", 20),
            ("refusal", 10),
        ),
    ),
    Scenario(
        name="slow",
        summary="batches take hours, answers take a while, results trickle",
        base_seconds=5 * HOUR,
        request_seconds=0.5,
        faults=("any:hang-after:1.5%30", "results:slow:65536"),
        gzip=False,
    ),
    Scenario(
        name="expiring",
        summary="4 minutes a request: what a batch has not begun after 24 hours expires; smaller ones get through",
        request_seconds=240.0,
    ),
    Scenario(
        name="flapping",
        summary="404 now and then: after create, while running and for results",
        faults=("retrieve:404%25", "results:404x2", "results:404%20", "cancel:404%25"),
    ),
    Scenario(
        name="limits",
        summary="429 now and then, with retry-after in each of its forms and without",
        faults=("create:429:5%25", "create:429:date=8%15", "list:429:ms=1500%15", "any:429:none%5"),
    ),
)

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
