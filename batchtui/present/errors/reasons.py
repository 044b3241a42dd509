"""Why an action cannot be done to groups of errors or to single requests, in words."""

from typing import Final

from msgspec import Struct

from batchtui.domain.never_accepted import NeverAccepted
from batchtui.present.errors.refused_row import why_no_results
from batchtui.present.reasons import adopt_first
from batchtui.present.scene import Scene

NO_GROUP: Final = "there is no group"
NO_REQUEST: Final = "there is no request"
NOT_VERIFIED: Final = "not verified yet: that is done once all results of its batch are here"
NOTHING_BAD: Final = "it succeeded, or has no result yet"

_OF_RESULTS: Final = ("open", "edit_retry", "mute", "split_group", "export")
"""Done to results: there have to be some, and verified ones."""
_OF_GROUPS: Final = (*_OF_RESULTS, "merge_groups", "mark")
_SEND: Final = ("retry", "edit_retry")
_WRITE: Final = (*_SEND, "mute", "split_group", "merge_groups")


class GroupsInView(Struct, frozen=True, kw_only=True):
    """What the page of errors shows, as far as it decides which keys do something."""

    run: str
    groups: int
    marked: int = 0
    refused: NeverAccepted | None = None
    """The cursor is on what was never accepted, and no group is marked."""
    is_arriving: bool = False
    """The cursor is on a group whose results are still coming in."""


def why_not_groups(scene: Scene, action_id: str, seen: GroupsInView) -> str:
    """The reason, or nothing when the action can be done."""
    if seen.refused is not None and action_id in _OF_RESULTS:
        return why_no_results(seen.refused)
    if seen.refused is not None and action_id == "retry" and not scene.refusal:
        return "" if seen.refused.can_go_again else why_no_results(seen.refused)
    if seen.is_arriving and action_id in _OF_RESULTS:
        return NOT_VERIFIED
    if action_id in _OF_GROUPS and not seen.groups:
        return NO_GROUP
    if action_id in _SEND and seen.run not in scene.state.runs:
        return adopt_first(seen.run)
    if action_id in _WRITE and scene.refusal:
        return scene.refusal
    return "mark the groups to merge with space" if action_id == "merge_groups" and seen.marked < 2 else ""


def why_not_requests(scene: Scene, action_id: str, run: str, *, shown: int, has_bad: bool) -> str:
    """The reason, or nothing when the action can be done.

    Args:
        shown: how many requests there are to do it to.
        has_bad: any of those that are chosen did not simply succeed.
    """
    if action_id in _SEND:
        if run not in scene.state.runs:
            return adopt_first(run)
        return scene.refusal if has_bad else NOTHING_BAD
    return NO_REQUEST if action_id in ("open", "export") and not shown else ""
