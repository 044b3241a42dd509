"""What is worked out for each run, anew only for runs that changed: a poll of ten thousand batches changes a few."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from batchtui.domain.state import AppState, Run

T = TypeVar("T")


def changed_runs(before: AppState, after: AppState) -> set[str]:
    """Runs that are not what they were, or of which a batch or a later attempt is not."""
    changed = {name for name, run in after.runs.items() if before.runs.get(name) is not run}
    changed |= before.runs.keys() - after.runs.keys()
    elders = {elder for name in changed for elder in _elders(after, name)}
    was = before.batches
    moved = [known for batch_id, known in after.batches.items() if was.get(batch_id) is not known]
    runs = {known.run for known in moved} | {old.run for known in moved if (old := was.get(known.batch.id))}
    return changed | elders | {name for name in runs if name is not None}


def _elders(state: AppState, name: str) -> Iterator[str]:
    """The runs that a run was made from, up to the first: what is said of them may rest on their last attempt."""
    run = state.runs.get(name)
    while run is not None and run.parent is not None:
        yield run.parent
        run = state.runs.get(run.parent)


def is_finished(state: AppState, run: Run) -> bool:
    """Everything of it was sent, has ended and is on disk: time alone changes nothing about it."""
    return all(
        (known := state.batch_of(chunk)) is not None and known.collected is not None and known.batch.is_ended
        for chunk in run.live_chunks
    )


class PerRun(Generic[T]):
    """Values of runs, for one state after another."""

    def __init__(self) -> None:
        self._state = AppState()
        self._kept: dict[str, T] = {}

    def values(
        self, state: AppState, make: Callable[[Run], T], *, lasts: Callable[[AppState, Run], bool] = is_finished
    ) -> Iterator[T]:
        """The value of each run, in the order of the state.

        Args:
            make: depends on the run, its batches and its retries alone; where `lasts` says no, on the time as well.
        """
        self._follow(state)
        for run in state.runs.values():
            yield self._value(state, run, make, lasts)

    def value(
        self, state: AppState, run: Run, make: Callable[[Run], T], *, lasts: Callable[[AppState, Run], bool]
    ) -> T:
        """The same for one of them."""
        self._follow(state)
        return self._value(state, run, make, lasts)

    def _follow(self, state: AppState) -> None:
        if state is not self._state:
            for name in changed_runs(self._state, state):
                self._kept.pop(name, None)
            self._state = state

    def _value(self, state: AppState, run: Run, make: Callable[[Run], T], lasts: Callable[[AppState, Run], bool]) -> T:
        value = self._kept.get(run.name)
        if value is None:
            value = make(run)
            if lasts(state, run):
                self._kept[run.name] = value
        return value
