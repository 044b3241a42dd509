"""A retry as it is typed behind `:`; what belongs in a shell is refused rather than passed over."""

from collections.abc import Sequence

from msgspec import Struct

from batchtui.domain.failures import BadInput
from batchtui.domain.retry import RetryPolicy

_NAMES = {"--class": "classes", "--custom-id": "custom_ids"}


class RetryWords(Struct, frozen=True, kw_only=True):
    """Which runs, and what of them."""

    runs: tuple[str, ...]
    policy: RetryPolicy
    is_lost: bool = False


def retry_wish(words: Sequence[str]) -> RetryWords:
    """`RUN… [--class C]… [--custom-id X]… [--lost]`.

    Raises:
        BadInput
    """
    runs: list[str] = []
    named: dict[str, list[str]] = {"classes": [], "custom_ids": []}
    rest = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    is_lost = "--lost" in rest
    waiting = iter(rest)
    for word in waiting:
        if word in _NAMES:
            value = next(waiting, None)
            if value is None:
                raise BadInput(f"{word} of which?")
            named[_NAMES[word]].append(value)
        elif word.startswith("-") and word != "--lost":
            raise BadInput(f"{word} belongs in a shell", next="E edits and retries here; q leaves")
        elif word != "--lost":
            runs.append(word)
    policy = RetryPolicy(classes=frozenset(named["classes"]), custom_ids=frozenset(named["custom_ids"]))
    _must_fit(runs, policy, is_lost=is_lost)
    return RetryWords(runs=tuple(runs), policy=policy, is_lost=is_lost)


def _must_fit(runs: Sequence[str], policy: RetryPolicy, *, is_lost: bool) -> None:
    if not runs:
        raise BadInput("retry of which?", next="name runs; tab completes")
    if len(runs) > 1 and (is_lost or policy != RetryPolicy()):
        raise BadInput("several runs are sent again by their rules alone", next="name one run to choose from it")
