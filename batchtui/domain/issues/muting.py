"""Groups of issues that somebody has put aside, and which issues that keeps from being sent again."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.triage import UNGROUPED, ungrouped
from batchtui.domain.state import AppState


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """A group that is put aside; where `below` is said, only while it has fewer members than that."""

    cls: str = msgspec.field(name="class")
    template: str
    below: int | None = None


def mutes_in_force(state: AppState, now: datetime) -> tuple[Mute, ...]:
    """Those not outlived; whether one has been outgrown is for who counts its group."""
    keys = dict.fromkeys((*state.muted, *state.muted_below))
    return tuple(
        Mute(cls=cls, template=template, below=state.muted_below.get((cls, template)))
        for cls, template in keys
        if (until := state.muted.get((cls, template))) is None or until > now
    )


def put_aside(
    mutes: Collection[Mute], *, every: Mapping[GroupKey, int], left: Mapping[GroupKey, int]
) -> frozenset[GroupKey]:
    """The groups whose members stay; a muted row of single messages stands for each of these.

    Args:
        every: members of each group, with those that have a good result by now.
        left: those still without one. What either of the two shows as one row is put aside with it.
    """
    lone = ungrouped(every) | ungrouped(left)
    found: set[GroupKey] = set()
    for mute in mutes:
        key = (mute.cls, mute.template)
        keys = {each for each in lone if each[0] == mute.cls} if mute.template == UNGROUPED else {key}
        if mute.below is None or sum(left.get(each, 0) for each in keys) < mute.below:
            found |= keys
    return frozenset(found)
