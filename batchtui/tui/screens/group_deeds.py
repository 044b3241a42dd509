"""What can be done to groups of errors in this workspace alone: put aside, split, merge; `u` takes each back."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from batchtui.domain.issues.grouping import Grouping, GroupKey
from batchtui.engine import verbs_groups
from batchtui.engine.engine import Engine
from batchtui.present.errors.gathered import Gathered

if TYPE_CHECKING:
    from batchtui.tui.screens.errors import ErrorsScreen

MUTED_FOR: Final = timedelta(days=7)
GroupVerb = Callable[[Engine], str]


class GroupDeeds:
    """For the page of groups, which is read again when groups are others."""

    def __init__(self, page: "ErrorsScreen") -> None:
        self._page = page

    def mute(self, entry: Gathered, *, is_muted: bool) -> None:
        """For a week, or until it doubles; or take it back."""
        key, members = entry.key, len(entry.members)

        def verb(engine: Engine) -> str:
            if is_muted:
                verbs_groups.mute(engine, key)
                return "no longer muted"
            verbs_groups.mute(engine, key, until=engine.core.clock.now() + MUTED_FOR, below=2 * members)
            return f"muted for {MUTED_FOR.days} days, or until it doubles; m takes it back"

        state = self._page.scene.state
        until, below = state.muted.get(key), state.muted_below.get(key)

        def muted(words: str) -> None:
            self._page.dashboard.can_take_back(
                "put aside again" if is_muted else "no longer muted",
                lambda engine: verbs_groups.remute(engine, key, until=until, below=below),
            )
            self._page.say_and_repaint(words)

        self._page.dashboard.do(verb, muted)

    def split(self, entry: Gathered) -> None:
        """Tell the members apart by their whole message, or put a split back."""
        self._regroup(lambda engine: verbs_groups.split(engine, entry.key))

    def merge(self, entries: Sequence[Gathered]) -> None:
        """Count the marked groups as one; the largest lends its name."""
        keys: list[GroupKey] = [entry.key for entry in sorted(entries, key=lambda each: (-len(each.members), each.key))]
        self._regroup(lambda engine: verbs_groups.merge(engine, keys))

    def _regroup(self, verb: GroupVerb) -> None:
        def change(engine: Engine) -> tuple[str, Grouping]:
            before = engine.store.read_grouping()
            return verb(engine), before

        self._page.dashboard.do(change, self._changed)

    def _changed(self, done: tuple[str, Grouping]) -> None:
        words, before = done
        self._page.dashboard.can_take_back(
            "groups are as they were", lambda engine: verbs_groups.restore(engine, before)
        )
        self._page.read_again(words)
