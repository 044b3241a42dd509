"""The one table of actions: keys, footer, help, palette and `batchtui help --keys` are made from it (UX, *Keys*)."""

from enum import StrEnum

import msgspec


class Place(StrEnum):
    """Screens an action belongs to."""

    ANYWHERE = "anywhere"
    HOME = "home"
    BATCHES = "batches"
    DETAIL = "run"
    ERRORS = "errors"
    MEMBERS = "members"
    INSPECTOR = "request"
    PLAN = "plan"
    EXPORT = "export"
    ALERTS = "alerts"
    ACTIVITY = "activity"
    PLANNER = "planner"
    COST = "cost"
    LIST = "any list"
    SHEET = "a question"
    SETTLE = "settling"
    ELSEWHERE = "a batch from elsewhere"
    SORT_MENU = "the sort menu"


class Effect(StrEnum):
    """What an action can lead to; only `SENDS` ones can change anything on the server."""

    LOOKS = "looks"
    LOCAL = "local"
    SENDS = "sends"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is stable and what `[keys]` remaps; `keys` are Textual's names, the first is shown."""

    id: str
    keys: tuple[str, ...]
    title: str
    tooltip: str
    places: tuple[Place, ...] = (Place.ANYWHERE,)
    effect: Effect = Effect.LOOKS
    not_in: tuple[Place, ...] = ()
    """Places where its key means something else."""
    command: str = ""
    """The command that does the same, with `{id}` for what the cursor is on."""
    counts: bool = False
    """Each of its keys, the figures from 1 on, means another one of a list; they cannot be remapped."""


_LISTS = (Place.HOME, Place.BATCHES, Place.DETAIL, Place.ERRORS, Place.MEMBERS, Place.ALERTS, Place.ACTIVITY)
_ARRANGED = (*_LISTS, Place.COST)
_RUNS = (Place.HOME, Place.BATCHES, Place.DETAIL)
_QUESTIONS = (Place.SHEET, Place.SETTLE, Place.ELSEWHERE)
OVER_PAGES = frozenset((*_QUESTIONS, Place.SORT_MENU))
"""What lies over a page and wants an answer: only keys that are its own do anything."""

ACTIONS: tuple[Action, ...] = (
    Action(id="down", keys=("j", "down"), title="down", tooltip="Move one row down.", places=(Place.LIST,)),
    Action(id="up", keys=("k", "up"), title="up", tooltip="Move one row up.", places=(Place.LIST,)),
    Action(id="first", keys=("g", "home"), title="first", tooltip="Move to the first row.", places=(Place.LIST,)),
    Action(id="last", keys=("G", "end"), title="last", tooltip="Move to the last row.", places=(Place.LIST,)),
    Action(id="page_down", keys=("pagedown",), title="page down", tooltip="Move a page down.", places=(Place.LIST,)),
    Action(id="page_up", keys=("pageup",), title="page up", tooltip="Move a page up.", places=(Place.LIST,)),
    Action(id="half_down", keys=("ctrl+d",), title="half down", tooltip="Half a page down.", places=(Place.LIST,)),
    Action(id="half_up", keys=("ctrl+u",), title="half up", tooltip="Half a page up.", places=(Place.LIST,)),
    Action(
        id="open",
        keys=("enter", "l", "right"),
        title="open",
        tooltip="Open what the cursor is on.",
        places=_ARRANGED,
        command="batchtui show {id}",
    ),
    Action(
        id="back",
        keys=("escape", "h", "left", "backspace"),
        title="back",
        tooltip="Go one level up; never quits.",
    ),
    Action(id="other_pane", keys=("tab",), title="pane", tooltip="Move to the other pane."),
    Action(
        id="errors",
        keys=("e",),
        title="errors",
        tooltip="Show what did not succeed, grouped.",
        places=_RUNS,
        command="batchtui errors {id}",
    ),
    Action(
        id="submit",
        keys=("S",),
        title="submit",
        tooltip="Plan and send a request file.",
        places=(Place.HOME, Place.BATCHES, Place.DETAIL),
        effect=Effect.SENDS,
        command="batchtui submit FILE",
    ),
    Action(
        id="retry",
        keys=("R",),
        title="retry",
        tooltip="Plan and send a new attempt of what can succeed.",
        places=(*_RUNS, Place.ERRORS, Place.MEMBERS, Place.INSPECTOR),
        effect=Effect.SENDS,
        command="batchtui retry {id}",
    ),
    Action(
        id="edit_retry",
        keys=("E",),
        title="edit, retry",
        tooltip="Edit the requests, then plan and send a new attempt.",
        places=(Place.ERRORS, Place.MEMBERS, Place.INSPECTOR),
        effect=Effect.SENDS,
        command="batchtui retry {id} --edit FILE",
    ),
    Action(
        id="cancel",
        keys=("C",),
        title="cancel",
        tooltip="Cancel the open batches of a run, or one batch.",
        places=_RUNS,
        effect=Effect.SENDS,
        command="batchtui cancel {id}",
    ),
    Action(
        id="delete",
        keys=("D",),
        title="delete",
        tooltip="Delete a batch on the server, once its results are here.",
        places=(Place.BATCHES, Place.DETAIL),
        effect=Effect.SENDS,
        command="batchtui delete {id}",
    ),
    Action(
        id="settle",
        keys=("A",),
        title="settle",
        tooltip="Settle unknown submissions; adopt or hide batches from elsewhere. Never sends.",
        places=_RUNS,
        effect=Effect.LOCAL,
        command="batchtui reconcile",
    ),
    Action(id="filter", keys=("slash",), title="filter", tooltip="Show only rows that match.", places=_LISTS),
    Action(id="find", keys=("slash",), title="find", tooltip="Find words in the text.", places=(Place.INSPECTOR,)),
    Action(id="find_next", keys=("n",), title="find next", tooltip="Go to the next place.", places=(Place.INSPECTOR,)),
    Action(
        id="find_previous",
        keys=("N",),
        title="find previous",
        tooltip="Go back to the place before.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="next_request",
        keys=("j", "J"),
        title="next",
        tooltip="Look into the next request of the list.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="previous_request",
        keys=("k", "K"),
        title="previous",
        tooltip="Look into the request before.",
        places=(Place.INSPECTOR,),
    ),
    *(
        Action(
            id=f"tab_{name}",
            keys=(str(number),),
            title=name,
            tooltip=f"Open the tab {name}.",
            places=(Place.INSPECTOR,),
        )
        for number, name in enumerate(("error", "request", "response", "attempts", "raw"), 1)
    ),
    Action(
        id="unfold",
        keys=("enter", "space"),
        title="unfold",
        tooltip="Show the first string in view that is folded in full, or fold it again.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="unfold_all",
        keys=("z",),
        title="unfold all",
        tooltip="Show all long strings and base64 in full, or fold them again.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="agree",
        keys=("y",),
        title="send",
        tooltip="Agree to the plan that is shown, once all of it was drawn.",
        places=(Place.PLAN,),
        effect=Effect.SENDS,
    ),
    Action(id="refuse", keys=("enter",), title="no", tooltip="Leave the plan; nothing is sent.", places=(Place.PLAN,)),
    Action(id="scroll_down", keys=("j", "down"), title="scroll", tooltip="Scroll the plan down.", places=(Place.PLAN,)),
    Action(id="scroll_up", keys=("k", "up"), title="scroll up", tooltip="Scroll the plan up.", places=(Place.PLAN,)),
    Action(
        id="yes",
        keys=("y",),
        title="yes",
        tooltip="Do what the question says.",
        places=(Place.SHEET,),
        effect=Effect.SENDS,
    ),
    Action(
        id="no",
        keys=("escape", "enter", "q", "n", "h", "left", "backspace"),
        title="no",
        tooltip="Leave everything as it is.",
        places=_QUESTIONS,
    ),
    Action(
        id="adopt_candidate",
        keys=("1", "2", "3", "4", "5", "6", "7", "8", "9"),
        title="adopt",
        tooltip="The batch of that figure is what the submission became.",
        places=(Place.SETTLE,),
        effect=Effect.LOCAL,
        command="batchtui reconcile --adopt SUBMISSION=BATCH",
        counts=True,
    ),
    Action(
        id="give_up",
        keys=("x",),
        title="give up",
        tooltip="None of them is: its chunk is not sent again unless R plans it.",
        places=(Place.SETTLE,),
        effect=Effect.LOCAL,
        command="batchtui reconcile --abandon SUBMISSION",
    ),
    Action(
        id="next_unsettled",
        keys=("tab",),
        title="next",
        tooltip="Look at the next submission without an answer.",
        places=(Place.SETTLE,),
    ),
    Action(
        id="adopt",
        keys=("a",),
        title="adopt",
        tooltip="Take the batch into a run of its own: collect, errors and export work.",
        places=(Place.ELSEWHERE,),
        effect=Effect.LOCAL,
        command="batchtui adopt {id}",
    ),
    Action(
        id="adopt_with_file",
        keys=("f",),
        title="adopt with its file",
        tooltip="The same with its request file, so that a retry works as well.",
        places=(Place.ELSEWHERE,),
        effect=Effect.LOCAL,
        command="batchtui adopt {id} --input FILE",
    ),
    Action(
        id="hide",
        keys=("x",),
        title="hide",
        tooltip="Out of sight here, or back; nothing changes at the service.",
        places=(Place.ELSEWHERE,),
        effect=Effect.LOCAL,
        command="batchtui hide {id}",
    ),
    Action(
        id="keep_order",
        keys=("escape", "enter", "q", "left", "backspace"),
        title="as it is",
        tooltip="Leave the order as it is.",
        places=(Place.SORT_MENU,),
    ),
    Action(id="next_alert", keys=("n",), title="alert", tooltip="Go to the next alert.", places=_RUNS),
    Action(id="previous_alert", keys=("N",), title="previous alert", tooltip="Go back one alert.", places=_RUNS),
    Action(
        id="alerts",
        keys=("exclamation_mark",),
        title="alerts",
        tooltip="List everything that needs you, what you put aside included.",
        command="batchtui alerts",
    ),
    Action(
        id="hold",
        keys=("H",),
        title="hold",
        tooltip="Send nothing more of a run until R lets it go on.",
        places=(*_RUNS, Place.ALERTS),
        effect=Effect.LOCAL,
        command="batchtui hold {id}",
    ),
    Action(
        id="attention",
        keys=("z",),
        title="attention",
        tooltip="Show only what needs you.",
        places=(Place.HOME, Place.BATCHES),
    ),
    Action(
        id="batches",
        keys=("b",),
        title="batches",
        tooltip="Switch between runs and every single batch.",
        places=(Place.HOME, Place.BATCHES),
        command="batchtui ls --batches",
    ),
    Action(id="timeline", keys=("t",), title="timeline", tooltip="Show chunks on a time axis.", places=(Place.DETAIL,)),
    Action(
        id="collect",
        keys=("d",),
        title="collect",
        tooltip="Download and verify results now.",
        places=_RUNS,
        effect=Effect.LOCAL,
        command="batchtui collect {id}",
    ),
    Action(
        id="export",
        keys=("w",),
        title="export",
        tooltip="Write effective results, or a group's failures with their requests, to a new file.",
        places=(*_RUNS, Place.ERRORS, Place.MEMBERS),
        effect=Effect.LOCAL,
        command="batchtui export {id} -o FILE",
    ),
    Action(
        id="export_format",
        keys=("down", "ctrl+n"),
        title="format",
        tooltip="Choose the next format: jsonl, csv, csv for a spreadsheet, parquet, or the requests alone.",
        places=(Place.EXPORT,),
    ),
    Action(
        id="export_beside",
        keys=("up", "ctrl+t"),
        title="beside",
        tooltip="Results alone, with what was asked, or each line of the input with its result.",
        places=(Place.EXPORT,),
    ),
    Action(id="mark", keys=("space",), title="mark", tooltip="Mark or unmark the row.", places=_LISTS),
    Action(id="mark_range", keys=("V",), title="range", tooltip="Mark from the last mark to here.", places=_LISTS),
    Action(id="mark_all", keys=("asterisk",), title="all", tooltip="Mark all rows shown.", places=_LISTS),
    Action(id="mark_none", keys=("tilde",), title="none", tooltip="Remove all marks.", places=_LISTS),
    Action(id="sort", keys=("s",), title="sort", tooltip="Choose what rows are sorted by.", places=_ARRANGED),
    Action(id="columns", keys=("c",), title="columns", tooltip="Choose the columns.", places=_ARRANGED),
    Action(
        id="mute",
        keys=("m",),
        title="mute",
        tooltip="Put a group aside for a week, or what needs you about a row; or take it back.",
        places=(Place.ERRORS, *_RUNS, Place.ALERTS),
        effect=Effect.LOCAL,
        command="batchtui alerts KEY --acknowledge",
    ),
    Action(
        id="split_group",
        keys=("x",),
        title="split",
        tooltip="Tell a group's members apart by their whole message, or put them back.",
        places=(Place.ERRORS,),
        effect=Effect.LOCAL,
        command="batchtui group {id} --split",
    ),
    Action(
        id="merge_groups",
        keys=("equals_sign",),
        title="merge",
        tooltip="Count the marked groups as one.",
        places=(Place.ERRORS,),
        effect=Effect.LOCAL,
        command="batchtui group {id} --merge",
    ),
    Action(
        id="previous_sample",
        keys=("left_square_bracket",),
        title="sample",
        tooltip="Show the previous sample of the group.",
        places=(Place.ERRORS,),
    ),
    Action(
        id="next_sample",
        keys=("right_square_bracket",),
        title="next sample",
        tooltip="Show the next sample of the group.",
        places=(Place.ERRORS,),
    ),
    Action(
        id="copy_id",
        keys=("y",),
        title="copy id",
        tooltip="Send the id to the terminal's clipboard.",
        not_in=(Place.PLAN,),
    ),
    Action(
        id="copy_command",
        keys=("Y",),
        title="copy command",
        tooltip="Send the equivalent command to the terminal's clipboard.",
        places=(Place.ANYWHERE, *_QUESTIONS),
    ),
    Action(
        id="copy_to_file",
        keys=("ctrl+y",),
        title="copy to a file",
        tooltip="What y and Y copy goes to copied.txt in the workspace, or to the terminal's clipboard again.",
        effect=Effect.LOCAL,
    ),
    Action(
        id="mouse",
        keys=("M",),
        title="mouse",
        tooltip="Take the mouse so that its wheel scrolls, or leave it to the terminal to select text.",
    ),
    Action(
        id="canary",
        keys=("c",),
        title="canary",
        tooltip="Say how many requests go first and ask before the rest; 0 sends all at once.",
        places=(Place.PLAN,),
        effect=Effect.LOCAL,
        command="batchtui submit FILE --canary 50",
    ),
    Action(
        id="warm",
        keys=("w",),
        title="warm",
        tooltip="Warm the cache with one request first; again adds cache_control, then neither.",
        places=(Place.PLAN,),
        effect=Effect.LOCAL,
        command="batchtui submit FILE --warm",
    ),
    Action(
        id="count_tokens",
        keys=("t",),
        title="count tokens",
        tooltip="Send some prompts to be counted by the service: free, rate limited.",
        places=(Place.PLAN,),
        effect=Effect.LOOKS,
        command="batchtui submit FILE --count-tokens",
    ),
    Action(id="pager", keys=("o",), title="pager", tooltip="Open in $PAGER.", places=(Place.INSPECTOR, Place.PLAN)),
    Action(id="editor", keys=("v",), title="editor", tooltip="Open in $EDITOR.", places=(Place.INSPECTOR, Place.PLAN)),
    Action(id="pause", keys=("p",), title="pause", tooltip="Stop polling, or go on."),
    Action(id="refresh", keys=("r",), title="refresh", tooltip="Poll now."),
    Action(
        id="planner",
        keys=("P",),
        title="planner",
        tooltip="Show the queue as it is, or what would come of an imagined job. Never sends.",
        command="batchtui plan",
    ),
    Action(
        id="cost",
        keys=("dollar_sign",),
        title="cost",
        tooltip="Show what was spent by run, day or model, beside what was estimated.",
        command="batchtui cost",
    ),
    Action(
        id="more",
        keys=("plus", "equals_sign"),
        title="more",
        tooltip="Make the figure larger, or take the next choice; l and → as well.",
        places=(Place.PLANNER,),
    ),
    Action(
        id="less",
        keys=("minus",),
        title="less",
        tooltip="Make the figure smaller, or take the choice before; h and ← as well.",
        places=(Place.PLANNER,),
    ),
    Action(
        id="type",
        keys=("enter",),
        title="type",
        tooltip="Type the figure; a digit begins it.",
        places=(Place.PLANNER,),
    ),
    Action(
        id="earlier",
        keys=("left_square_bracket",),
        title="earlier",
        tooltip="Move the moment of the picture to the change before.",
        places=(Place.PLANNER,),
    ),
    Action(
        id="later",
        keys=("right_square_bracket",),
        title="later",
        tooltip="Move the moment of the picture to the next change.",
        places=(Place.PLANNER,),
    ),
    Action(
        id="picture",
        keys=("t",),
        title="sizes",
        tooltip="Show batch sizes side by side, or the queue as a picture.",
        places=(Place.PLANNER,),
    ),
    Action(id="activity", keys=("a",), title="activity", tooltip="Show what happened, newest first."),
    Action(id="info", keys=("i",), title="info", tooltip="Show settings, paths and account.", command="batchtui info"),
    Action(id="command", keys=("colon",), title="command", tooltip="Type any command."),
    Action(id="palette", keys=("ctrl+p",), title="palette", tooltip="Find an action by its name."),
    Action(id="undo", keys=("u",), title="undo", tooltip="Undo the last local change.", effect=Effect.LOCAL),
    Action(
        id="help",
        keys=("question_mark",),
        title="help",
        tooltip="Show the keys, and why one is off.",
        places=(Place.ANYWHERE, *_QUESTIONS),
    ),
    Action(id="quit", keys=("q", "ctrl+c"), title="quit", tooltip="Leave; paid batches keep running at the service."),
)

BY_ID = {action.id: action for action in ACTIONS}

_SHOWN = {
    "escape": "esc", "slash": "/", "question_mark": "?", "colon": ":", "asterisk": "*", "tilde": "~",
    "exclamation_mark": "!", "left_square_bracket": "[", "right_square_bracket": "]", "pagedown": "pgdn",
    "pageup": "pgup",
    "ctrl+d": "^d", "ctrl+u": "^u", "ctrl+p": "^p", "ctrl+y": "^y", "ctrl+c": "^c", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "plus": "+", "dollar_sign": "$", "equals_sign": "=", "minus": "-",
}  # fmt: skip


def key_label(key: str) -> str:
    """A key as people write it."""
    return _SHOWN.get(key, key)


def is_available(action: Action, place: Place) -> bool:
    """Whether an action belongs to a place."""
    has_rows = place in _LISTS or place is Place.PLANNER
    is_everywhere = Place.ANYWHERE in action.places and place not in OVER_PAGES
    is_everywhere = is_everywhere or (Place.LIST in action.places and has_rows)
    return place not in action.not_in and (is_everywhere or place in action.places)
