"""What has to be typed before something is stopped or sent: nothing but `y`, a request count, or an id's end."""

from collections.abc import Sequence

from msgspec import Struct

from batchtui.engine.verbs_cancel import CancelPlan

LAST = 4


class Consent(Struct, frozen=True, kw_only=True):
    """`typed` is what has to stand in the strip before `y`; empty when `y` alone is enough."""

    typed: str = ""
    why: str = ""

    @property
    def allowed(self) -> str | None:
        """The characters that can be typed; None for any."""
        return "0123456789" if self.typed.isdigit() and self.why != ID_WHY else None


ID_WHY = "its id"


def last_of(batch_id: str) -> Consent:
    """The end of an id, for what cannot be taken for something of one's own."""
    return Consent(typed=batch_id[-LAST:], why=ID_WHY)


def count_of(requests: int, why: str) -> Consent:
    """A request count."""
    return Consent(typed=str(requests), why=why)


def cancel_consent(plan: CancelPlan, ids: Sequence[str]) -> Consent:
    """One run or batch of one's own wants one key; several want the count, others' batches their id."""
    doubtful = plan.needs_id
    if doubtful is not None:
        return last_of(doubtful.batch.id)
    if len(ids) > 1:
        return count_of(plan.requests + plan.held_requests, f"{len(ids)} at once")
    return Consent()
