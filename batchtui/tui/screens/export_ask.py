"""Asking where failures are to be written, and writing them: to a new file only."""

import asyncio
from functools import partial
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Exported, ExportOnly, ExportTask
from batchtui.present.clean import clean
from batchtui.present.formats import exact
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.screens.lookups import lineage_of
from batchtui.tui.widgets.typing_line import Typing


def ask_export(screen: AskingScreen, name: str) -> None:
    """Ask for a path, `NAME-errors.jsonl` unless another is typed, and export the failures there."""
    before, after = prompt("export failures to", "enter writes   esc: no")
    typing = Typing(prompt=before, after=after, initial=f"{clean(name)}-errors.jsonl")
    screen.ask(typing, lambda path: _export(screen, name, path))


def _export(screen: AskingScreen, name: str, path: str) -> None:
    target = Path(path.strip()).expanduser().absolute()
    screen.dashboard.do(lambda engine: export_failures(engine, name, target), partial(_say, screen, target))


async def export_failures(engine: Engine, name: str, target: Path) -> Exported:
    """Write the results that did not succeed up to the latest attempt, in input order.

    Raises:
        BadInput: the file is already there, or cannot be written.
    """
    if await asyncio.to_thread(target.exists):
        raise BadInput(f"that file is already there: {target}", next="w asks again: give it another name")
    task = ExportTask(lineage=lineage_of(engine, name), target=str(target), only=ExportOnly.ERRORS)
    return await engine.jobs.export(task, lambda _progress: None)


def _say(screen: AskingScreen, target: Path, done: Exported) -> None:
    screen.dashboard.say(f"wrote {exact(done.errors)} failures to {target}")
