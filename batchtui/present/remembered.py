"""What was worked out from one value and need not be worked out again while that is the same."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from batchtui.domain.alerts_of_runs import AlertsOfRuns
from batchtui.domain.forecasting.estimate import Durations
from batchtui.domain.per_run import PerRun
from batchtui.present.cells import Row

T = TypeVar("T")


class Remembered:
    """One value by name; it holds for the same source object, as a state, and an equal key."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[object, object, Any]] = {}
        self.alerts_of_runs = AlertsOfRuns()
        self.durations = Durations()
        self._rows: dict[str, tuple[object, PerRun[Row]]] = {}

    def rows_of_runs(self, name: str, key: object) -> PerRun[Row]:
        """Rows by run, all made anew when the key is another."""
        kept = self._rows.get(name)
        if kept is None or kept[0] != key:
            kept = self._rows[name] = (key, PerRun[Row]())
        return kept[1]

    def get(self, name: str, source: object, key: object, make: Callable[[], T]) -> T:
        """The value, made anew when source or key are others."""
        kept = self._values.get(name)
        if kept is not None and kept[0] is source and kept[1] == key:
            return cast("T", kept[2])
        value = make()
        self._values[name] = (source, key, value)
        return value
