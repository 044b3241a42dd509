"""Groups of issues that somebody has put aside, as they stand for one run."""

from datetime import datetime

from batchtui.domain.group_state import GroupFacts, is_muted
from batchtui.domain.grouping import Grouping, GroupKey
from batchtui.domain.recurring import groups_of_run
from batchtui.domain.state import AppState, Run


def muted_groups(state: AppState, run: Run, grouping: Grouping, now: datetime) -> frozenset[GroupKey]:
    """Those neither outlived nor grown out of; one whose size was not counted is taken for as small as it was."""
    sizes: dict[GroupKey, int] = {}
    for (cls, template), requests in groups_of_run(state, run).items():
        key = (cls, grouping.name(cls, template, template))
        sizes[key] = sizes.get(key, 0) + requests
    return frozenset(
        key
        for key in (*state.muted, *state.muted_below)
        if is_muted(
            GroupFacts(
                requests=sizes.get(key, 0),
                muted_until=state.muted.get(key),
                muted_below=state.muted_below.get(key),
            ),
            now,
        )
    )
