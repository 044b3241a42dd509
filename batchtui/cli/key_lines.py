"""The keys of the dashboard as lines, gathered by where they work."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from batchtui.cli import output, tables
from batchtui.domain.actions.action import LISTS
from batchtui.domain.actions.table import ACTIONS, Action, Place, key_label
from batchtui.present.cells import Span, cell
from batchtui.present.lines import labelled

_KEYS: Final = 12
_ID: Final = 18
_WIDE: Final = 120
"""Where there is room for the commands as well."""

_LEAST: Final = 60
"""Below this the terminal itself breaks the lines better."""

_EVERYWHERE: Final = "Everywhere"
_LISTS: Final = "In lists"
_PAGES: Final = "On the pages of runs, batches, errors and requests"


def key_lines(keys: Mapping[str, Sequence[str]]) -> Iterator[output.Line]:
    """Each place: what to press, the name for `[keys]`, what it does, and the command that does the same.

    Args:
        keys: of each action, as the settings have them.
    """
    columns = tables.terminal_width()
    width = None if columns is None else max(columns, _LEAST)
    for heading, actions in _by_place().items():
        yield cell(heading, "head", bold=True)
        for action in actions:
            where = f"  ({', '.join(action.places)})" if heading == _PAGES else ""
            yield from _lines(action, keys[action.id], where, width)
        yield ""
    yield cell("`[keys]` in batchtui.toml gives an action another key, by the name in the second column.", "dim")


def _by_place() -> dict[str, list[Action]]:
    """In the order of the table; what works on most pages comes first."""
    found: dict[str, list[Action]] = {_EVERYWHERE: [], _LISTS: [], _PAGES: []}
    for action in ACTIONS:
        found.setdefault(_heading(action.places), []).append(action)
    return found


def _heading(places: Sequence[Place]) -> str:
    if Place.ANYWHERE in places:
        return _EVERYWHERE
    if Place.LIST in places or set(places) >= set(LISTS):
        return _LISTS
    if len(places) > 1 and set(places) <= {*LISTS, Place.INSPECTOR}:
        return _PAGES
    *others, last = map(str, places)
    return f"In {', '.join(others)} and {last}" if others else f"In {last}"


def _lines(action: Action, keys: Sequence[str], where: str, width: int | None) -> Iterator[output.Line]:
    """One line, or as many as a terminal needs; keys that are too many for their column have a line of their own."""
    shown = " ".join(map(key_label, keys))
    if len(shown) > _KEYS and width is not None:
        yield cell(f"  {shown}", "dim")
        shown = ""
    has_room = action.command and (width is None or width >= _WIDE)
    command = (Span(f"  {action.command}", "dim"),) if has_room else ()
    label = f"  {shown:<{_KEYS}} {action.id:<{_ID}}"
    yield from labelled(
        label, (Span(action.tooltip), Span(where, "dim"), *command), label_width=len(label) + 1, width=width
    )
