"""The keys as help groups them: pairs of actions that share a line, and the words for them. Data only."""

from typing import Final

Pair = tuple[tuple[str, ...], str]
"""Actions that share a line, and the words for them."""

_MOVE: Final[tuple[Pair, ...]] = (
    (("down", "up"), "down, up"),
    (("first", "last"), "first, last"),
    (("half_down", "half_up"), "half a page"),
    (("open",), "open"),
    (("back",), "back, never quits"),
    (("other_pane",), "other pane"),
)
_LOOK: Final[tuple[Pair, ...]] = (
    (("errors",), "errors"),
    (("batches",), "runs or batches"),
    (("timeline", "planner"), "timeline, planner"),
    (("activity", "info"), "activity, info"),
    (("cost",), "what was spent"),
    (("attention",), "what needs you"),
    (("next_alert", "previous_alert", "alerts"), "alerts, as a list"),
    (("previous_sample", "next_sample"), "samples"),
)
_PICK: Final[tuple[Pair, ...]] = (
    (("filter",), "filter"),
    (("mark",), "mark"),
    (("mark_range", "mark_all", "mark_none"), "range, all, none"),
    (("sort", "columns"), "sort, columns"),
)
_TAKE: Final[tuple[Pair, ...]] = (
    (("copy_id", "copy_command"), "copy id, command"),
    (("pager", "editor"), "pager, editor"),
    (("export",), "export"),
    (("collect",), "collect now"),
    (("settle",), "settle, adopt"),
    (("mute", "undo", "hold"), "aside, undo, hold"),
)
_PROGRAM: Final[tuple[Pair, ...]] = (
    (("command", "palette"), "any command"),
    (("pause", "refresh"), "pause, refresh"),
    (("help", "quit"), "help, quit"),
)
SENDS: Final[tuple[Pair, ...]] = (
    (("submit",), "submit a file"),
    (("retry",), "retry"),
    (("edit_retry",), "edit, retry"),
    (("cancel",), "cancel"),
    (("delete",), "delete there"),
)
_IN_A_PLAN: Final[tuple[Pair, ...]] = (
    (("agree",), "send"),
    (("refuse",), "no"),
    (("scroll_down", "scroll_up"), "scroll"),
    (("canary",), "canary first"),
    (("warm",), "warm the cache"),
    (("count_tokens",), "count tokens"),
)
_IN_A_REQUEST: Final[tuple[Pair, ...]] = (
    (("tab_error", "tab_request", "tab_response", "tab_attempts", "tab_raw"), "its five tabs"),
    (("next_request", "previous_request"), "next, previous"),
    (("find",), "find"),
    (("find_next", "find_previous"), "next, previous"),
    (("unfold", "unfold_all"), "unfold, all"),
)
_IN_ERRORS: Final[tuple[Pair, ...]] = ((("split_group", "merge_groups"), "split, merge"),)
_IN_THE_PLANNER: Final[tuple[Pair, ...]] = (
    (("more", "less"), "figure up, down"),
    (("type",), "type it"),
    (("earlier", "later"), "moment"),
    (("picture",), "sizes, picture"),
)
_SETTLING: Final[tuple[Pair, ...]] = (
    (("adopt_candidate",), "adopt that one"),
    (("give_up",), "give it up"),
    (("next_unsettled",), "next one"),
)
_FROM_ELSEWHERE: Final[tuple[Pair, ...]] = (
    (("adopt", "adopt_with_file"), "adopt, with file"),
    (("hide",), "hide"),
)
_IN_AN_EXPORT: Final[tuple[Pair, ...]] = ((("export_format", "export_beside"), "format, beside"),)
_IN_A_QUESTION: Final[tuple[Pair, ...]] = ((("yes", "no"), "yes, no"), (("keep_order",), "order as it is"))
_ALSO: Final[tuple[Pair, ...]] = (
    (("page_down", "page_up"), "a page"),
    (("copy_to_file",), "copy to a file"),
    (("mouse",), "mouse"),
)
FURTHER: Final = (
    (("in a plan", _IN_A_PLAN), ("also", _ALSO)),
    (("in a request", _IN_A_REQUEST), ("in a question", _IN_A_QUESTION)),
    (("in the planner", _IN_THE_PLANNER), ("in errors", _IN_ERRORS), ("in an export", _IN_AN_EXPORT)),
    (("settling", _SETTLING), ("a batch from elsewhere", _FROM_ELSEWHERE)),
)
"""What a small page has no room for: keys of other places, for who wants to know all there is."""

COLUMNS: Final = ((("move", _MOVE), ("look", _LOOK)), (("pick", _PICK), ("take", _TAKE), ("program", _PROGRAM)))
