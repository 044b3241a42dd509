"""`[keys]` of the settings: which keys each action has then, and what of it cannot be followed."""

import difflib
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from batchtui.domain.actions import ACTIONS, BY_ID, Action, Place, is_available

_PLACES: Final = tuple(place for place in Place if place not in (Place.ANYWHERE, Place.LIST))


class KeyProblem(Struct, frozen=True, kw_only=True):
    """A line of `[keys]` that is not followed; `what` says what happens instead."""

    name: str
    what: str


class Assigned(Struct, frozen=True, kw_only=True):
    """Every action's keys, and the lines that are not followed."""

    keys: dict[str, tuple[str, ...]]
    problems: tuple[KeyProblem, ...]


def assigned(wanted: Mapping[str, str]) -> Assigned:
    """Follow `[keys]`, but for names nobody knows and keys that another action of the same place has."""
    keys = {action.id: action.keys for action in ACTIONS}
    problems = [KeyProblem(name=name, what=_unknown(name)) for name in wanted if name not in BY_ID]
    known = {name: key for name, key in wanted.items() if name in BY_ID}
    keys |= {name: tuple(part.strip() for part in key.split(",")) for name, key in known.items()}
    for name, key in known.items():
        rival = _rival(name, keys)
        if rival is not None:
            words = f"[keys] {name} = {key!r}: {BY_ID[rival].title} has that key; {name} keeps its own"
            problems.append(KeyProblem(name=name, what=words))
            keys[name] = BY_ID[name].keys
    return Assigned(keys=keys, problems=tuple(problems))


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, BY_ID, n=1)
    return f"[keys] {name}: no action of that name" + (f"; did you mean {near[0]}?" if near else "")


def _rival(name: str, keys: Mapping[str, tuple[str, ...]]) -> str | None:
    """Another action that wants one of the same keys on the same screen."""
    mine = BY_ID[name]
    for other in ACTIONS:
        if other.id != name and set(keys[other.id]) & set(keys[name]) and _meet(mine, other):
            return other.id
    return None


def _meet(one: Action, other: Action) -> bool:
    return any(is_available(one, place) and is_available(other, place) for place in _PLACES)
