"""The last row of every page: keys of what can be done here and now, from the table of actions."""

from collections.abc import Callable, Mapping, Sequence

from batchtui.domain.actions.table import BY_ID, Effect, Place
from batchtui.present.cells import Cell, cell
from batchtui.present.facts import FactLine, key_cell

HELP = "help"


class Absent(str):
    """Why an action is off, where it can't be had by moving the cursor: its key is left out of the footer."""


ORDER: Mapping[Place, tuple[str, ...]] = {
    Place.HOME: (
        "open", "errors", "submit", "retry", "cancel", "filter", "next_alert", "settle", "batches", "attention",
        "copy_id", "command", "quit",
    ),
    Place.BATCHES: (
        "open", "errors", "collect", "cancel", "delete", "settle", "filter", "batches", "attention", "sort", "copy_id",
        "back",
    ),
    Place.DETAIL: (
        "open", "errors", "timeline", "retry", "cancel", "settle", "collect", "delete", "export", "other_pane", "back",
    ),
    Place.ERRORS: ("mark", "open", "retry", "edit_retry", "mute", "export", "next_sample", "filter", "back"),
    Place.MEMBERS: ("open", "filter", "mark", "retry", "edit_retry", "export", "copy_id", "back"),
    Place.INSPECTOR: ("find", "retry", "edit_retry", "copy_id", "unfold", "pager", "copy_command", "back"),
    Place.EXPORT: ("export_format", "export_beside"),
    Place.ACTIVITY: ("open", "filter", "copy_command", "copy_id", "back"),
    Place.ALERTS: ("open", "mute", "hold", "filter", "copy_id", "copy_command", "back"),
    Place.PLANNER: (
        "down", "less", "more", "other_pane", "picture", "later", "type", "earlier", "copy_command", "back",
    ),
    Place.COST: ("open", "other_pane", "sort", "columns", "copy_command", "back"),
    Place.PLAN: ("other_pane", "pager", "editor", "copy_command", "back"),
}  # fmt: skip
"""Most wanted first: a narrow terminal drops keys from the right."""

OFFLINE = ("refresh", "open", "errors", "activity", "filter", "next_alert", "batches", "quit")
"""What a list offers while nobody answers."""

EMPTY = ("submit", "command", "info", "quit")
"""What there is to do before there is anything."""


def key_line(
    action_ids: Sequence[str],
    label: Callable[[str], str],
    why_off: Callable[[str], str],
    words: Mapping[str, str] | None = None,
) -> FactLine:
    """The keys of those actions; one that is off just now is dim, so that nothing moves along with the cursor.

    Args:
        label: an action's key as it is bound now.
        why_off: why an action can't be done now; empty when it can, Absent when its key is not shown at all.
        words: better names here than the action's own title.
    """
    shown: list[Cell] = []
    for name in action_ids:
        why = why_off(name)
        if name != HELP and not isinstance(why, Absent):
            shown.append(_key(name, label, words or {}, is_off=bool(why)))
    return FactLine(left=(*shown, _key(HELP, label, {})), stays=1)


def _key(name: str, label: Callable[[str], str], words: Mapping[str, str], *, is_off: bool = False) -> Cell:
    action = BY_ID[name]
    title = words.get(name, action.title)
    if is_off:
        return cell(f"{label(name)} {title}", "dim", bold=False)
    return key_cell(label(name), title, can_send=action.effect is Effect.SENDS)
