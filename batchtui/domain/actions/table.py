"""The one table of actions: keys, footer, help, palette and `batchtui help --keys` are made from it."""

from batchtui.domain.actions.action import LISTS, OVER_PAGES, Action, Effect, Place
from batchtui.domain.actions.of_lists import ON_LISTS
from batchtui.domain.actions.of_program import ON_PROGRAM
from batchtui.domain.actions.of_questions import ON_QUESTIONS
from batchtui.domain.actions.of_requests import ON_REQUESTS
from batchtui.domain.actions.of_rows import ON_ROWS

__all__ = ["ACTIONS", "BY_ID", "OVER_PAGES", "Action", "Effect", "Place", "is_available", "key_label"]

ACTIONS: tuple[Action, ...] = (*ON_ROWS, *ON_REQUESTS, *ON_QUESTIONS, *ON_LISTS, *ON_PROGRAM)
"""In the order in which they are told; where two have a key, places tell them apart."""

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
    has_rows = place in LISTS or place is Place.PLANNER
    is_everywhere = Place.ANYWHERE in action.places and place not in OVER_PAGES
    is_everywhere = is_everywhere or (Place.LIST in action.places and has_rows)
    return place not in action.not_in and (is_everywhere or place in action.places)
