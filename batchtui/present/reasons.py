"""Why an action cannot be done to what is selected, in words; the engine refuses by the same rules."""

from collections.abc import Sequence
from typing import Final

from batchtui.domain.actions.table import BY_ID, Effect
from batchtui.domain.again import is_ordered
from batchtui.domain.alert import Alert
from batchtui.domain.alerts_of_runs import can_be_held
from batchtui.domain.failures import BadInput
from batchtui.domain.never_accepted import never_accepted
from batchtui.domain.outstanding import questionable
from batchtui.domain.pilot import asks
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.status import can_come_again, run_counts, wants_collecting
from batchtui.domain.submission import ChunkState
from batchtui.engine.deletable import must_be_deletable
from batchtui.engine.furnishing import is_bare
from batchtui.engine.verbs_cancel import plan_cancel
from batchtui.engine.verbs_runs import plan_release
from batchtui.engine.verbs_submissions import plan_lost
from batchtui.present.footer import Absent
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, batch_of, owner
from batchtui.present.signs import batch_row_of, row_of

NOTHING_SELECTED: Final = "nothing is selected"

_NEED_ONE: Final = (
    "open", "errors", "retry", "cancel", "delete", "settle", "collect", "export", "copy_id", "copy_command",
    "hold", "mute",
)  # fmt: skip
_WRITE: Final = ("collect", "settle", "hold", "mute")
"""Local, but refused where nothing may be changed."""


def why_off(scene: Scene, action_id: str, selected: Sequence[Selection]) -> str:
    """The reason, or nothing when the action can be done."""
    if (BY_ID[action_id].effect is Effect.SENDS or action_id in _WRITE) and scene.refusal:
        return Absent(scene.refusal)
    if action_id in ("next_alert", "previous_alert", "attention") and not scene.alerts:
        return "no alert"
    if action_id not in _NEED_ONE:
        return ""
    if not selected:
        return NOTHING_SELECTED
    return _why_not_these(scene, action_id, selected)


def _why_not_these(scene: Scene, action_id: str, selected: Sequence[Selection]) -> str:
    first = selected[0]
    match action_id:
        case "errors":
            return _no_errors(scene.state, first)
        case "retry":
            return "" if any(not no_retry(scene.state, one) for one in selected) else no_retry(scene.state, first)
        case "cancel":
            return _no_cancel(scene, selected)
        case "delete":
            return _no_delete(scene.state, first)
        case "settle":
            return _no_settle(scene.state, first)
        case "collect":
            return _no_collect(scene, selected)
        case "export":
            return _no_export(scene.state, first)
        case "hold":
            return _no_hold(scene.state, first)
        case "mute":
            return "" if alerts_about(scene, selected) else "nothing of it needs you"
        case _:
            return ""


def _no_errors(state: AppState, one: Selection) -> str:
    if one.kind == "unsure":
        return "no answer, so no results"
    run = state.runs.get(owner(state, one) or "")
    if run is not None and is_without_results(state, run):
        return "its results were pruned: d fetches those that the service keeps"
    if run is not None:
        has_groups = run_counts(state, run).bad or questionable(state, run) or never_accepted(state, run)
        return "" if has_groups else "nothing went wrong so far"
    known = state.batches.get(one.id)
    if known is None or not known.batch.is_ended:
        return "it has not ended"
    return "" if known.collected is not None else "its results are not here: d collects them"


def is_without_results(state: AppState, run: Run) -> bool:
    """Pruned, and not fetched again: there is nothing to group."""
    batches = (state.batch_of(chunk) for chunk in run.live_chunks)
    return run.are_results_pruned and not any(known is not None and known.are_results_here for known in batches)


def no_retry(state: AppState, one: Selection) -> str:
    """Why R does nothing to one row, or nothing when it does."""
    if one.kind == "unsure":
        return "" if state.submissions[one.id].is_not_found else "it may have arrived: A settles it"
    run = state.runs.get(owner(state, one) or "")
    if run is None:
        return "its requests are not known here: A adopts it with its file"
    if plan_release(state, run.name) is not None:
        return ""
    if run.is_pruned:
        return "its bodies were pruned"
    if is_bare(run):
        return adopt_first(next((chunk.batch_id for chunk in run.live_chunks if chunk.batch_id), run.name))
    has_something = run_counts(state, run).bad or asks(state, run) or plan_lost(state, run.name).submissions
    return "" if has_something else "nothing to send again"


def _no_cancel(scene: Scene, selected: Sequence[Selection]) -> str:
    names = [one.id for one in selected if one.kind != "unsure"]
    if not names:
        return "it may have arrived: A settles it"
    plan = plan_cancel(scene.state, names, scene.settings.retry, scene.now)
    if not plan.is_empty:
        return ""
    if plan.later:
        return f"nothing of it is open or held; {plan.later[0]}, made from it, goes on: C on that stops it"
    return "it has no batch: C on its run drops what waits" if plan.alone else "nothing of it is open or held"


def _no_delete(state: AppState, one: Selection) -> str:
    known = state.batches.get(batch_of(state, one) or "")
    if known is None:
        return "only single batches can be deleted: b lists them"
    if known.is_deleted:
        return "it is deleted"
    try:
        must_be_deletable(state, known)
    except BadInput as refusal:
        return refusal.what
    return ""


def _no_settle(state: AppState, one: Selection) -> str:
    if one.kind == "unsure":
        return ""
    name = owner(state, one)
    if name is None:
        return ""
    return "" if _has_unsure(state.runs[name]) else "nothing of it is unsure"


def _has_unsure(run: Run) -> bool:
    return any(chunk.state is ChunkState.UNKNOWN for chunk in run.live_chunks)


def _no_collect(scene: Scene, selected: Sequence[Selection]) -> str:
    return "" if any(collectable(scene, one) for one in selected) else "nothing that has ended is missing here"


def collectable(scene: Scene, one: Selection) -> tuple[str, ...]:
    """Batches of a selection whose results are there and not here."""
    state = scene.state
    single = state.batches.get(batch_of(state, one) or "")
    if single is not None:
        return (single.batch.id,) if _is_missing(single) else ()
    run = state.runs.get(owner(state, one) or "") if one.kind == "run" else None
    if run is None:
        return ()
    return tuple(
        chunk.batch_id
        for chunk in run.live_chunks
        if chunk.batch_id and (wants_collecting(state, chunk, scene.server_now) or _can_come_again(scene, chunk))
    )


def _can_come_again(scene: Scene, chunk: Chunk) -> bool:
    known = scene.state.batch_of(chunk)
    return known is not None and can_come_again(known, scene.server_now)


def _is_missing(known: KnownBatch) -> bool:
    return not known.are_results_here and known.has_results_there


def _no_hold(state: AppState, one: Selection) -> str:
    run = state.runs.get(owner(state, one) or "")
    if run is None:
        return "nothing of it is sent from here"
    if run.held_reason is not None:
        return "it is held: R lets it go on"
    return "" if can_be_held(run) or is_ordered(state, run) else "nothing of it is unsent"


def alerts_about(scene: Scene, selected: Sequence[Selection]) -> list[Alert]:
    """What needs somebody about these rows."""
    rows = {one.row_id for one in selected}
    return [alert for alert in scene.alerts if rows & {row_of(alert), batch_row_of(alert)}]


def _no_export(state: AppState, one: Selection) -> str:
    run = state.runs.get(owner(state, one) or "")
    batches = (
        [known for chunk in run.live_chunks if (known := state.batch_of(chunk))]
        if run
        else [known for known in (state.batches.get(one.id),) if known]
    )
    return "" if any(known.collected for known in batches) else "no results are here yet"


def adopt_first(batch_id: str) -> str:
    """Why nothing of a batch from elsewhere is sent again, and the command that makes it possible."""
    return f"its requests are not here: batchtui adopt {batch_id} --input FILE"
