"""Counts the groups of a batch's issues while its results are judged: the largest groups alone."""

from typing import Final

from batchtui.domain.issues.grouping import GroupKey, GroupTally
from batchtui.domain.issues.triage import template

MOST_GROUPS: Final = 20
"""Of one batch; what comes again run after run is among the largest."""

MOST_MESSAGES: Final = 5_000
"""Different ones that are looked at: where each is another, none comes again."""

LONGEST_TEMPLATE: Final = 200
"""Longer ones are compared by their beginning."""

NOT_COUNTED: Final = "canceled"
"""Somebody's wish."""


class GroupTallies:
    """Counts one issue after another."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], GroupKey] = {}
        self._counts: dict[GroupKey, int] = {}

    def add(self, cls: str, message: str) -> None:
        """One issue."""
        if cls == NOT_COUNTED:
            return
        key = self._keys.get((cls, message))
        if key is None:
            if len(self._keys) >= MOST_MESSAGES:
                return
            key = self._keys[cls, message] = (cls, template(message)[:LONGEST_TEMPLATE])
        self._counts[key] = self._counts.get(key, 0) + 1

    def largest(self) -> tuple[GroupTally, ...]:
        """The largest groups, largest first."""
        by_size = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            GroupTally(cls=cls, template=name, requests=requests) for (cls, name), requests in by_size[:MOST_GROUPS]
        )
