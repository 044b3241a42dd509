"""What has become of a group of issues: new, planned, retried, fixed, failed again, seen or put aside."""

from datetime import datetime
from enum import StrEnum

import msgspec


class GroupState(StrEnum):
    """What became of a group of issues."""

    NEW = "new"
    PLANNED = "planned"
    """All that is left of it is in a later attempt of which nothing is sent yet."""
    RETRIED = "retried"
    """All that is left of it is under way in later attempts."""
    FIXED = "fixed"
    """Every request of it succeeded later."""
    FAILED_AGAIN = "failed_again"
    SEEN = "seen"
    MUTED = "muted"


class GroupFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one group in one run."""

    requests: int
    fixed: int = 0
    """Succeeded in a later attempt."""
    under_way: int = 0
    """In a later attempt that may still succeed."""
    planned: int = 0
    """Of those under way, in chunks that are not sent yet."""
    failed_again: int = 0
    """Their latest attempt was not their first."""
    muted_until: datetime | None = None
    muted_below: int | None = None
    seen_at: datetime | None = None


def is_muted(facts: GroupFacts, now: datetime) -> bool:
    """Put aside, and neither outlived nor grown out of."""
    until, below = facts.muted_until, facts.muted_below
    if until is None and below is None:
        return False
    return (until is None or until > now) and (below is None or facts.requests < below)


def state_of(facts: GroupFacts, now: datetime) -> GroupState:
    """The one word; what asks for somebody comes before what does not."""
    if facts.fixed == facts.requests:
        return GroupState.FIXED
    if is_muted(facts, now):
        return GroupState.MUTED
    if facts.fixed + facts.under_way == facts.requests:
        return GroupState.PLANNED if facts.planned == facts.under_way else GroupState.RETRIED
    if facts.failed_again:
        return GroupState.FAILED_AGAIN
    return GroupState.NEW if facts.seen_at is None else GroupState.SEEN
