"""Why an action is off: the same rules the engine refuses by, in words."""

import pytest

from batchtui.domain.actions.table import ACTIONS
from batchtui.present.reasons import why_off
from batchtui.present.selection import Selection, of_batch, of_chunk, of_run, of_unsure
from tests.present.scenes import scene_of
from tests.tui.world import batch_id, pictured

SCENE = scene_of(pictured())
(UNSURE,) = SCENE.state.unknown_submissions()
ELSEWHERE = of_batch("msgbatch_01HkT8aWc2Nq5LzQe")


@pytest.mark.parametrize(
    ("action", "one", "why"),
    [
        ("errors", of_run("nightly-eval-1121"), ""),
        ("errors", of_run("backfill-docs"), "nothing went wrong so far"),
        ("errors", of_unsure(UNSURE.id), "no answer, so no results"),
        ("errors", ELSEWHERE, "it has not ended"),
        ("retry", of_run("nightly-eval-1120"), ""),
        ("retry", of_run("embeddings-qa"), "nothing to send again"),
        ("retry", of_unsure(UNSURE.id), "it may have arrived: A settles it"),
        ("retry", ELSEWHERE, "its requests are not known here: A adopts it with its file"),
        ("cancel", of_run("backfill-docs"), ""),
        ("cancel", of_run("smoke-schema"), "nothing of it is open or held"),
        ("cancel", of_run("ablation-b"), "nothing of it is open or held"),
        ("cancel", of_unsure(UNSURE.id), "it may have arrived: A settles it"),
        ("delete", of_run("smoke-schema"), "only single batches can be deleted: b lists them"),
        ("delete", of_chunk("smoke-schema", "0001"), ""),
        ("delete", of_chunk("nightly-eval-1121", "0005"), f"{batch_id('nightly-eval-1121/0005')} has not ended"),
        ("delete", of_chunk("nightly-eval-1121", "0011"), "only single batches can be deleted: b lists them"),
        ("settle", of_run("nightly-eval-1121"), ""),
        ("settle", of_run("embeddings-qa"), "nothing of it is unsure"),
        ("settle", ELSEWHERE, ""),
        ("collect", of_run("embeddings-qa"), "nothing that has ended is missing here"),
        ("export", of_run("embeddings-qa"), ""),
        ("export", of_run("backfill-docs"), "no results are here yet"),
        ("open", of_run("embeddings-qa"), ""),
    ],
)
def test_an_action_is_on_or_says_why(action: str, one: Selection, why: str) -> None:
    assert why_off(SCENE, action, [one]) == why


def test_without_a_row_only_what_needs_none_is_on() -> None:
    on = {action.id for action in ACTIONS if not why_off(SCENE, action.id, [])}
    assert {"submit", "filter", "help", "quit", "next_alert"} <= on
    assert not {"open", "errors", "retry", "cancel", "delete", "settle", "collect", "export", "copy_id"} & on


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        (scene_of(pictured(), is_read_only=True), "this session is read-only"),
        (scene_of(pictured(), account_note="org-1 is not org-2"), "the key belongs to another account"),
    ],
)
def test_what_changes_anything_is_off_where_nothing_may_be_changed(scene: object, why: str) -> None:
    run = [of_run("nightly-eval-1121")]
    for action in ("submit", "retry", "cancel", "delete", "settle", "collect"):
        assert why_off(scene, action, run) == why  # type: ignore[arg-type]
    assert why_off(scene, "errors", run) == ""  # type: ignore[arg-type]
