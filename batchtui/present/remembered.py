"""What was worked out for one state and need not be worked out again while that is the same."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from batchtui.domain.state import AppState

T = TypeVar("T")


class Remembered:
    """One value by name; it holds for the same state object and an equal key."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[AppState, object, Any]] = {}

    def get(self, name: str, state: AppState, key: object, make: Callable[[], T]) -> T:
        """The value, made anew when state or key are others."""
        kept = self._values.get(name)
        if kept is not None and kept[0] is state and kept[1] == key:
            return cast("T", kept[2])
        value = make()
        self._values[name] = (state, key, value)
        return value
