"""What an action is, where it can be done, and what it can lead to; the actions themselves are in `actions`."""

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


LISTS = (Place.HOME, Place.BATCHES, Place.DETAIL, Place.ERRORS, Place.MEMBERS, Place.ALERTS, Place.ACTIVITY)
ARRANGED = (*LISTS, Place.COST)
RUNS = (Place.HOME, Place.BATCHES, Place.DETAIL)
QUESTIONS = (Place.SHEET, Place.SETTLE, Place.ELSEWHERE)
OVER_PAGES = frozenset((*QUESTIONS, Place.SORT_MENU))
"""What lies over a page and wants an answer: only keys that are its own do anything."""
