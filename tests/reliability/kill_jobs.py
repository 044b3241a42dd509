"""What is done while it is killed: jobs of several kinds, each a row of commands that may be repeated."""

import msgspec

WAITS = 3
"""The exit code of a run whose canary is back: a person says whether the rest follows."""

DONE = (0, 4, 6)
"""6: an answer was lost; the next `watch` settles it, since only watching polls."""

WATCH = ("watch", "evals", "--timeout", "60")
RETRY = ("retry", "evals", "--yes")
SUBMIT = ("submit", "{requests}", "--name", "evals", "--yes")
WATCH_ALL = ("watch", "--timeout", "60")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One command, run again until it ends as wanted."""

    words: tuple[str, ...]
    ends: tuple[int, ...] = DONE


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """The life of one run; afterwards every third request was sent twice, all others once."""

    name: str
    steps: tuple[Step, ...]
    faults: tuple[str, ...] = ("create:lost%20",)
    settings: str = ""


BY_HAND = Job(name="by hand", steps=tuple(Step(words=words) for words in (SUBMIT, WATCH, RETRY, WATCH_ALL)))

BY_ITSELF = Job(
    name="by itself",
    steps=(Step(words=SUBMIT), Step(words=WATCH)),
    settings="\n[retry]\nautomatic = true\ndelay = 0.1\n",
)
"""`watch` orders the retry, plans it, sends it and waits for it."""

CANARY = Job(
    name="canary",
    steps=(
        Step(words=(*SUBMIT, "--canary", "3"), ends=(*DONE, WAITS)),
        Step(words=WATCH, ends=(*DONE, WAITS)),
        Step(words=("submit", "--continue", "evals", "--yes")),
        Step(words=WATCH),
        Step(words=RETRY),
        Step(words=WATCH_ALL),
    ),
)
"""The rest follows since a person says so."""

CANARY_BY_RULE = Job(
    name="canary by its rule, retries by themselves",
    steps=(
        Step(words=(*SUBMIT, "--canary", "3", "--canary-max-errors", "1"), ends=(*DONE, WAITS)),
        Step(words=WATCH),
    ),
    settings=BY_ITSELF.settings,
)

RETURNED = Job(
    name="lost on the way there",
    steps=BY_HAND.steps,
    faults=("create:drop%40",),
)
"""Sent whole and never taken: not found, and returned by `retry --lost`, which is killed as well."""

RETURNED_BY_ITSELF = Job(
    name="lost on the way there, retries by themselves",
    steps=BY_ITSELF.steps,
    faults=("create:drop%30", "create:lost%20"),
    settings=BY_ITSELF.settings,
)

JOBS = (BY_HAND, BY_ITSELF, CANARY, CANARY_BY_RULE, RETURNED, RETURNED_BY_ITSELF)
