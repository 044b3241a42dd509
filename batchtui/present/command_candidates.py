"""What the line behind `:` may become: commands and actions, or the runs and batches that an id may name."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from batchtui.domain.actions.table import ACTIONS, Place, is_available
from batchtui.domain.state import AppState
from batchtui.domain.status import Status, batch_status
from batchtui.domain.words import several
from batchtui.present.cells import Cell, Span, cell, fit_cell
from batchtui.present.scene import Scene
from batchtui.present.status_words import status_cell
from batchtui.present.width import pad

COMMAND_WORDS: Final[dict[str, tuple[str, str]]] = {
    "submit": ("FILE", "plan and send a request file"),
    "errors": ("ID", "what did not succeed, grouped"),
    "retry": ("RUN…", "plan a retry of what can succeed"),
    "cancel": ("ID…", "plan to stop open batches"),
    "show": ("ID", "a run, one of its chunks, or a batch"),
    "collect": ("ID…", "download and verify results now"),
    "export": ("ID -o FILE", "write effective results to a new file"),
    "check": ("FILE", "every problem and its line"),
    "plan": ("FILE", "how it would be split, its cost and its time"),
    "prices": ("", "the prices that costs are reckoned with"),
    "stats": ("", "how long batches took, when open runs may be done"),
    "group": ("ID", "split, merge or put aside groups of errors"),
    "alerts": ("", "everything that needs you"),
    "hold": ("RUN", "send nothing more of it until R lets it go on"),
    "reconcile": ("", "settle what has no answer"),
    "adopt": ("BATCH", "take a batch from elsewhere into a run"),
    "hide": ("BATCH", "put a batch from elsewhere out of sight"),
    "delete": ("BATCH", "delete there, once results are here"),
    "ls": ("--batches", "every single batch"),
    "watch": ("RUN…", "this dashboard does it for every run"),
    "split": ("CHUNK", "halve one that is too large to get through"),
    "prune": ("RUN", "drop what is kept here of a settled run"),
    "doctor": ("", "check key, account, clock, terminal and folder"),
    "init": ("", "make a workspace with a commented settings file"),
    "demo": ("", "look around in a simulated API"),
}
"""Every command that `:` carries out on a page or beside it; actions of the page come behind these."""


WIDTH: Final = 20
"""Cells of a name and what it takes, before the words; more where a name is longer."""

_OF_ELSEWHERE: Final = ("adopt", "hide")
_OF_BATCHES: Final = (*_OF_ELSEWHERE, "delete")


class Candidate(Struct, frozen=True, kw_only=True):
    """One of them: the text that would be typed, and its line."""

    text: str
    line: Cell


def commands_like(start: str, place: Place, label: Callable[[str], str]) -> Iterator[Candidate]:
    """Commands that begin so, then actions of the page that are no commands, with their keys."""
    for name, (takes, words) in COMMAND_WORDS.items():
        if name.startswith(start):
            yield Candidate(text=name, line=_line(name, takes, cell(words, "dim")))
    for action in ACTIONS:
        if action.id.startswith(start) and action.id not in COMMAND_WORDS and is_available(action, place):
            yield Candidate(
                text=action.id, line=_line(action.id, label(action.id), cell(_plain(action.tooltip), "dim"))
            )


def ids_like(start: str, command: str, state: AppState) -> list[str]:
    """Runs that begin so, newest first, then batches: for a command about batches, or once one is begun."""
    runs = [] if command in _OF_BATCHES else [name for name in state.runs if name.startswith(start)]
    runs.sort(key=lambda name: state.runs[name].created_at, reverse=True)
    if not start and command not in _OF_BATCHES:
        return runs
    only_elsewhere = command in _OF_ELSEWHERE
    batches = [
        batch_id
        for batch_id, known in state.batches.items()
        if batch_id.startswith(start) and not (only_elsewhere and known.run is not None)
    ]
    return [*runs, *sorted(batches, key=lambda batch_id: state.batches[batch_id].batch.created_at, reverse=True)]


def id_lines(names: Sequence[str], scene: Scene) -> list[Cell]:
    """Runs or batches with their status, at one edge."""
    width = max([WIDTH, *(len(name) + 2 for name in names)])
    return [_line(name, "", _standing(name, scene), width) for name in names]


def _standing(name: str, scene: Scene) -> Cell:
    run = scene.state.runs.get(name)
    if run is not None:
        return _status(scene.views.run(run).status, several(run.requests, "request"))
    known = scene.state.batches[name]
    return _status(batch_status(known, scene.server_now), known.run if known.run is not None else "elsewhere")


def _status(status: Status, words: str) -> Cell:
    return (*fit_cell(status_cell(status), 9), Span(f" {words}", "dim"))


def _plain(tooltip: str) -> str:
    """A sentence as the commands' words are written."""
    return f"{tooltip[:1].lower()}{tooltip[1:]}".rstrip(".")


def _line(name: str, takes: str, words: Cell, width: int = WIDTH) -> Cell:
    """The name in bold as it would be typed, what it takes, and what it does at one edge."""
    behind = f" {takes}" if takes else ""
    gap = pad("", max(2, width - len(name) - len(behind)))
    return (Span(name, "text", True), Span(behind, "dim"), Span(gap), *words)


def shared(found: Iterable[str], start: str) -> str:
    """The start with what all that begin so have in common; a blank behind the only one."""
    names = [name for name in found if name.startswith(start)]
    if not start or not names:
        return start
    common = os.path.commonprefix(names)  # noqa: RUF071  # letter by letter is meant
    return common if len(names) > 1 else f"{common} "
