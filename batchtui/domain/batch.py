"""A Message Batch as the service describes it."""

from datetime import datetime
from typing import Annotated

import msgspec

from batchtui.domain.ids import BatchId

UtcTime = Annotated[datetime, msgspec.Meta(tz=True)]
"""An aware time; a naive one from outside is an error."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class RequestCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many requests of a batch are in each state; they always add up to the total (there is no total field)."""

    processing: Count = 0
    succeeded: Count = 0
    errored: Count = 0
    canceled: Count = 0
    expired: Count = 0
    untold: Count = 0
    """Results of a type that is not known: no success. The service counts them among the others."""

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.bad

    @property
    def bad(self) -> int:
        return self.errored + self.canceled + self.expired + self.untold


class Batch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The remote object `msgbatch_…`.

    `processing_status` stays an open string: in_progress, canceling and ended are known
    (API reference, retrieve a Message Batch); anything else is treated as not ended.
    """

    id: BatchId
    processing_status: str
    request_counts: RequestCounts
    created_at: UtcTime
    expires_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    cancel_initiated_at: UtcTime | None = None
    archived_at: UtcTime | None = None

    @property
    def is_ended(self) -> bool:
        return self.processing_status == "ended"

    @property
    def is_canceling(self) -> bool:
        return self.processing_status == "canceling"

    @property
    def has_measured_counts(self) -> bool:
        """False while the service has only said "all in processing": its zeros are then no measurement."""
        return self.is_ended or self.request_counts.processing != self.request_counts.total
