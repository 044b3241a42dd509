"""`[keys]` of the settings: which keys each action has then, and what of it cannot be followed."""

import difflib
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from batchtui.domain.actions.table import ACTIONS, BY_ID, Action, Effect, Place, is_available
from batchtui.domain.key_names import key_of, keys_in, meant_by

_PLACES: Final = tuple(place for place in Place if place not in (Place.ANYWHERE, Place.LIST))

_AGREES: Final = frozenset({"agree", "yes"})
_OPENS: Final = frozenset(action.id for action in ACTIONS if action.effect is Effect.SENDS) - _AGREES
"""What leads to a question, and what answers it: a key that is held down must not do both."""

_MEANS_NO: Final = frozenset({"enter", "escape"})


class KeyProblem(Struct, frozen=True, kw_only=True):
    """A line of `[keys]` that is not followed; `what` says what happens instead."""

    name: str
    what: str


class Assigned(Struct, frozen=True, kw_only=True):
    """Every action's keys, and the lines that are not followed."""

    keys: dict[str, tuple[str, ...]]
    problems: tuple[KeyProblem, ...]


def assigned(wanted: Mapping[str, str]) -> Assigned:
    """Follow `[keys]`, but for names nobody knows, keys no terminal sends, and keys that another action has there."""
    keys = {action.id: action.keys for action in ACTIONS}
    wrong = {name: why for name, text in wanted.items() if (why := _why_not(name, text))}
    keys |= {name: _keys(text) for name, text in wanted.items() if name not in wrong}
    for name in wanted:
        rival = _rival(name, keys) if name not in wrong else None
        if rival is not None:
            wrong[name] = f"{BY_ID[rival].title} has that key"
            keys[name] = BY_ID[name].keys
    problems = (KeyProblem(name=name, what=_words(name, wanted[name], wrong[name])) for name in wanted if name in wrong)
    return Assigned(keys=keys, problems=tuple(problems))


def _keys(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for word in keys_in(text) if (key := key_of(word)) is not None))


def _words(name: str, text: str, why: str) -> str:
    if name not in BY_ID:
        return f"[keys] {name}: {why}"
    return f"[keys] {name} = {text!r}: {why}; {name} keeps its own"


def _why_not(name: str, text: str) -> str:
    """Why a line cannot be followed, whatever the others say; "" where it can."""
    if name not in BY_ID:
        near = difflib.get_close_matches(name, BY_ID, n=1)
        return "no action of that name" + (f"; did you mean {near[0]}?" if near else "")
    if BY_ID[name].counts:
        return "its keys are the figures of a list"
    for word in keys_in(text):
        if key_of(word) is None:
            meant = meant_by(word)
            return f"no terminal sends {word!r}" + (f", did you mean {meant!r}?" if meant else "")
    if name in _AGREES and _MEANS_NO & {*_keys(text)}:
        return "enter and escape mean no"
    return ""


def _rival(name: str, keys: Mapping[str, tuple[str, ...]]) -> str | None:
    """Another action that wants one of the same keys on the same screen, or on the one it leads to."""
    mine = BY_ID[name]
    for other in ACTIONS:
        if other.id != name and set(keys[other.id]) & set(keys[name]) and _meet(mine, other):
            return other.id
    return None


def _meet(one: Action, other: Action) -> bool:
    if {one.id, other.id} & _AGREES and {one.id, other.id} & _OPENS:
        return True
    return any(is_available(one, place) and is_available(other, place) for place in _PLACES)
