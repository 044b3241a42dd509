"""What the demo's workspace has been through: runs and batches with their ages and fates. Data only."""

from dataclasses import dataclass, field

HOUR, DAY = 3600, 86_400


@dataclass(frozen=True)
class PastRun:
    """A run made some time ago; ages and durations in seconds."""

    name: str
    age: int
    requests: int
    chunk_requests: int
    outcomes: dict[str, int] = field(default_factory=dict)
    """Requests of each chunk by the simulator's names of outcomes; the others go their usual way."""
    state: str = "ended"
    duration: int | None = None
    sent_chunks: int | None = None
    """None: all; the others are held and sent when the dashboard opens."""
    spacing: int = 60
    """Between the creations of two chunks."""
    is_clean: bool = False
    """The simulator's own dice are left out: everything succeeds."""
    is_triaged: bool = False
    """Somebody looked at its errors then."""


@dataclass(frozen=True)
class Stranger:
    """A batch that somebody else started in the same API Workspace."""

    prefix: str
    age: int
    requests: int
    state: str = "ended"
    outcomes: dict[str, int] = field(default_factory=dict)


_TROUBLE = {
    "overloaded": 11,
    "expired": 4,
    "too_long": 5,
    "not_found": 1,
    "api_error": 2,
    "refusal": 2,
    "max_tokens": 3,
}


def _well(name: str, days: float, requests: int, chunk_requests: int, hours: float) -> PastRun:
    """A run that ended without trouble."""
    return PastRun(
        name, int(days * DAY), requests, chunk_requests, duration=int(hours * HOUR), spacing=180, is_clean=True
    )


def _bumpy(name: str, days: float, requests: int, chunk_requests: int, hours: float, bad: dict[str, int]) -> PastRun:
    """A run with a few errors in each chunk that somebody has looked at since."""
    return PastRun(
        name,
        int(days * DAY),
        requests,
        chunk_requests,
        outcomes=bad,
        duration=int(hours * HOUR),
        spacing=240,
        is_triaged=True,
    )


SETTLED_RUNS = (
    _well("nightly-eval-1119", 2.1, 300, 75, 1.4),
    _well("embeddings-qa-v9", 6.3, 60, 60, 0.7),
    _bumpy("nightly-eval-1118", 7.6, 240, 60, 1.6, {"overloaded": 1}),
    _well("judge-haiku-09", 8.9, 80, 80, 0.4),
    _bumpy("nightly-eval-1117", 9.2, 240, 60, 1.3, {"expired": 1}),
    _well("nightly-eval-1116", 11.0, 240, 60, 1.5),
    _bumpy("rewrite-titles-02", 12.2, 160, 80, 0.9, {"too_long": 3}),
    _well("nightly-eval-1115", 13.0, 240, 60, 1.2),
    _well("ocr-cleanup", 15.1, 120, 60, 1.9),
    _well("embeddings-qa-v8", 16.4, 60, 60, 0.6),
    _bumpy("nightly-eval-1113", 17.0, 240, 60, 1.4, {"overloaded": 2}),
    _well("judge-haiku-08", 18.3, 80, 80, 0.5),
    _well("rubric-check-2", 20.5, 90, 90, 0.8),
    _bumpy("rewrite-titles-01", 22.1, 160, 80, 1.0, {"too_long": 2}),
    _well("nightly-eval-1109", 25.0, 240, 60, 1.3),
)
"""What makes the list as long as an operator's: runs of the last weeks that are over and done with."""

PAST_RUNS = (
    *SETTLED_RUNS,
    PastRun("eval-2025-10", age=34 * DAY, requests=200, chunk_requests=50, is_clean=True),
    PastRun("rubric-check", age=12 * DAY, requests=120, chunk_requests=60, duration=HOUR, is_clean=True),
    PastRun(
        "rewrite-titles",
        age=9 * DAY,
        requests=200,
        chunk_requests=100,
        outcomes={"api_error": 1},
        duration=HOUR,
        is_triaged=True,
    ),
    PastRun(
        "long-ctx-sweep",
        age=4 * DAY + 11 * HOUR,
        requests=120,
        chunk_requests=60,
        outcomes={"expired": 41},
        is_triaged=True,
    ),
    PastRun("ablation-a", age=3 * DAY + HOUR, requests=150, chunk_requests=50, state="canceled"),
    PastRun("smoke-schema", age=2 * DAY + 5 * HOUR, requests=50, chunk_requests=50, outcomes={"too_long": 50}),
    PastRun("embeddings-qa", age=DAY + 20 * HOUR, requests=100, chunk_requests=50, duration=HOUR, is_clean=True),
    PastRun("nightly-eval-1120", age=DAY + 2 * HOUR, requests=600, chunk_requests=150, outcomes=_TROUBLE, spacing=300),
    PastRun("judge-haiku", age=22 * HOUR + 31 * 60, requests=100, chunk_requests=100, state="running"),
    PastRun("product-copy", age=25 * 60, requests=600, chunk_requests=50, duration=9 * 60, sent_chunks=4),
)

STRANGERS = (
    Stranger("import", age=7 * DAY, requests=80),
    Stranger("backfill", age=2 * HOUR + 10 * 60, requests=1_500, state="running"),
    Stranger("probe", age=5 * HOUR, requests=40, outcomes={"overloaded": 3}),
)

SETTINGS = """\
# The demo's settings: everything is quick, and the money is play money.
[submit]
chunk_requests = 50

[poll]
after_action = 1
running = 2
idle = 10

[budget]
daily_usd = 200
"""
