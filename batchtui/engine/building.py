"""The folder that a plan's bodies are built in, until somebody agrees to the plan or nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.engine.plans import Plan
from batchtui.engine.ports import Store


class Building:
    """A staging folder, or none where a plan is only looked at."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.is_kept = False

    def hand_over(self, plan: Plan) -> Plan:
        """A plan that names the folder owns it from now on: whoever holds the plan accepts or discards it."""
        self.is_kept = plan.staging is not None
        return plan


@contextmanager
def building(store: Store, *, builds: bool) -> Iterator[Building]:
    """A place to build in, removed on leaving unless it was handed over; what a kill leaves is swept."""
    place = Building(store.new_staging() if builds else None)
    try:
        yield place
    finally:
        if place.folder is not None and not place.is_kept:
            store.discard(place.folder)
