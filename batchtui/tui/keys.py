"""From the one table of actions to Textual's bindings, and from `[keys]` in the settings to a keymap."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from textual.binding import Binding, BindingType

from batchtui.domain.actions.key_settings import KeyProblem, assigned
from batchtui.domain.actions.table import ACTIONS, BY_ID, Action, Place, is_available, key_label

OF_TABLES: Final[Mapping[str, str]] = {
    "down": "move.cursor_down",
    "up": "move.cursor_up",
    "first": "move.cursor_first",
    "last": "move.cursor_last",
    "page_down": "move.page_down",
    "page_up": "move.page_up",
    "half_down": "move.half_page_down",
    "half_up": "move.half_page_up",
    "mark": "mark.one",
    "mark_range": "mark.range",
    "mark_all": "mark.all",
    "mark_none": "mark.none",
}
"""Actions that tables carry out themselves, and the id of their binding there."""

ALSO_OF_ROWS: Final = ("open", "more", "less")
"""Actions of a page whose keys a row under the cursor has as well."""


def bindings_for(place: Place, *also: str) -> list[BindingType]:
    """Every action of a place, and others by id, as bindings that `PageScreen.action_act` carries out."""
    return [
        binding
        for action in ACTIONS
        if (is_available(action, place) and action.id not in OF_TABLES) or action.id in also
        for binding in _bindings(action)
    ]


def _bindings(action: Action) -> list[Binding]:
    """One for all keys of an action, or one each where the figure says which of a list is meant."""
    ways = {",".join(action.keys): (f"act('{action.id}')", action.id)}
    if action.counts:
        ways = {key: (f"act_on('{action.id}', {key})", f"{action.id}.{key}") for key in action.keys}
    return [
        Binding(key, does, action.title, id=name, show=False, tooltip=action.tooltip)
        for key, (does, name) in ways.items()
    ]


class Remapped(Struct, frozen=True, kw_only=True):
    """A keymap for Textual, the keys of each action as they are now, and what of the settings cannot be followed."""

    keymap: dict[str, str]
    keys: dict[str, tuple[str, ...]]
    problems: tuple[str, ...]

    def label(self, action: Action) -> str:
        """The key of an action as people write it."""
        return key_label(self.keys[action.id][0])


def remap(wanted: Mapping[str, str], lines: Mapping[str, int] | None = None) -> Remapped:
    """Follow `[keys]`, but for names nobody knows and keys that another action of the same place has.

    Args:
        lines: where in the settings file each name stands, to be told with what is wrong with it.
    """
    found = assigned(wanted)
    keymap = {
        binding_id: ",".join(found.keys[name])
        for name in found.keys
        if found.keys[name] != BY_ID[name].keys
        for binding_id in _binding_ids(name)
    }
    return Remapped(
        keymap=keymap, keys=found.keys, problems=tuple(_placed(each, lines or {}) for each in found.problems)
    )


def _binding_ids(name: str) -> tuple[str, ...]:
    return (name, f"row.{name}") if name in ALSO_OF_ROWS else (OF_TABLES.get(name, name),)


def _placed(problem: KeyProblem, lines: Mapping[str, int]) -> str:
    line = lines.get(problem.name)
    return f"batchtui.toml line {line}: {problem.what}" if line is not None else problem.what
