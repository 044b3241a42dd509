"""Who did what a record tells: a person's order, or the engine's own work."""

from typing import Final

from batchtui.domain.records import (
    AlertSeen,
    BatchHidden,
    CancelIntended,
    CollectOrdered,
    DeleteIntended,
    GroupMuted,
    Record,
    RunCanceled,
    RunFurnished,
    RunHeld,
    RunPlanned,
    RunPruned,
    RunReleased,
    RunTriaged,
    SubmissionAbandoned,
)

YOU: Final = "you"
ENGINE: Final = "engine"
ANOTHER: Final = "another"

_ORDERS: Final = (
    AlertSeen, BatchHidden, CancelIntended, CollectOrdered, DeleteIntended, GroupMuted, RunCanceled,
    RunFurnished, RunPlanned, RunPruned, RunReleased, RunTriaged, SubmissionAbandoned,
)  # fmt: skip
"""Written down because somebody asked for it."""


def actor_of(record: Record) -> str:
    """For a record that this process wrote; a run is held by a person or by what the service answered."""
    is_held_by_hand = isinstance(record, RunHeld) and not record.reason[:3].isdigit()
    return YOU if isinstance(record, _ORDERS) or is_held_by_hand else ENGINE
