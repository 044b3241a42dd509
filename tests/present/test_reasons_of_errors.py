"""Why keys do nothing on the pages of errors: by what is in view, without a screen."""

import pytest
from msgspec.structs import replace

from batchtui.domain.never_accepted import NeverAccepted
from batchtui.present.errors.reasons import (
    NO_GROUP,
    NO_REQUEST,
    NOT_VERIFIED,
    NOTHING_BAD,
    GroupsInView,
    why_not_groups,
    why_not_requests,
)
from batchtui.present.errors.refused_row import WHY_NO_RESULTS, WHY_PRUNED
from tests.present.scenes import scene_of
from tests.tui.world import pictured

RUN = "nightly-eval-1120"
ELSEWHERE = "msgbatch_01HkT8aWc2Nq5LzQe"
ADOPT = f"its requests are not here: batchtui adopt {ELSEWHERE} --input FILE"
SCENE = scene_of(pictured())
SEEN = GroupsInView(run=RUN, groups=3)
REFUSED = replace(SEEN, refused=NeverAccepted(run=RUN))
GONE = replace(SEEN, refused=NeverAccepted(run=RUN, can_go_again=False))


@pytest.mark.parametrize(
    ("action", "seen", "why"),
    [
        ("open", SEEN, ""),
        ("retry", SEEN, ""),
        ("merge_groups", SEEN, "mark the groups to merge with space"),
        ("merge_groups", replace(SEEN, marked=2), ""),
        ("open", replace(SEEN, groups=0), NO_GROUP),
        ("mark", replace(SEEN, groups=0), NO_GROUP),
        ("retry", replace(SEEN, groups=0), ""),
        ("mute", replace(SEEN, is_arriving=True), NOT_VERIFIED),
        ("retry", replace(SEEN, is_arriving=True), ""),
        ("open", REFUSED, WHY_NO_RESULTS),
        ("retry", REFUSED, ""),
        ("retry", GONE, WHY_PRUNED),
        ("retry", replace(SEEN, run=ELSEWHERE), ADOPT),
        ("edit_retry", replace(SEEN, run=ELSEWHERE), ADOPT),
        ("mute", replace(SEEN, run=ELSEWHERE), ""),
    ],
)
def test_what_keeps_an_action_from_a_group(action: str, seen: GroupsInView, why: str) -> None:
    assert why_not_groups(SCENE, action, seen) == why


def test_a_session_that_only_reads_changes_no_group_and_sends_nothing() -> None:
    scene = scene_of(pictured(), is_read_only=True)
    off = [action for action in ("open", "retry", "edit_retry", "mute", "split_group", "export")
           if why_not_groups(scene, action, SEEN) == "this session is read-only"]  # fmt: skip
    assert off == ["retry", "edit_retry", "mute", "split_group"]
    assert why_not_requests(scene, "retry", RUN, shown=1, has_bad=True) == "this session is read-only"


def test_only_what_did_not_succeed_is_sent_again_and_only_what_is_shown_is_opened() -> None:
    assert why_not_requests(SCENE, "retry", RUN, shown=1, has_bad=True) == ""
    assert why_not_requests(SCENE, "edit_retry", RUN, shown=1, has_bad=False) == NOTHING_BAD
    assert why_not_requests(SCENE, "retry", ELSEWHERE, shown=1, has_bad=True) == ADOPT
    assert why_not_requests(SCENE, "open", RUN, shown=0, has_bad=False) == NO_REQUEST
    assert why_not_requests(SCENE, "copy_id", RUN, shown=0, has_bad=False) == ""
