"""What has to be typed before something is stopped or sent: nothing but `y`, a request count, or the end of an id."""

from collections.abc import Sequence

from msgspec import Struct

from batchtui.engine.verbs_cancel import CancelPlan

LAST = 4


class Consent(Struct, frozen=True, kw_only=True):
    """`typed` is what has to be typed before `y`; empty when `y` alone is enough."""

    typed: str = ""
    why: str = ""
    what: str = ""
    """What `typed` is, for a line that has room to say it."""
    is_count: bool = False

    @property
    def allowed(self) -> str | None:
        """The characters that can be typed; None for any."""
        return "0123456789" if self.is_count else None


def last_of(batch_id: str) -> Consent:
    """The end of an id, for what cannot be taken for something of one's own."""
    return Consent(typed=batch_id[-LAST:], why="its id", what=f"the last four of {batch_id}")


def count_of(requests: int, why: str) -> Consent:
    """A request count."""
    return Consent(typed=str(requests), why=why, what="the number of requests", is_count=True)


def cancel_consent(plan: CancelPlan, ids: Sequence[str]) -> Consent:
    """One run or batch of one's own wants one key, one that may not be the end of its id, several their count."""
    doubtful = [known.batch.id for known in plan.needs_ids]
    if len(doubtful) == len(ids) == 1:
        return last_of(doubtful[0])
    if doubtful:
        return count_of(plan.requests + plan.held_requests, f"{len(doubtful):,} may not be yours")
    return count_of(plan.requests + plan.held_requests, f"{len(ids):,} at once") if len(ids) > 1 else Consent()
