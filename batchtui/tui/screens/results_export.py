"""Asking where effective results are to be written, and writing them: to a new file only."""

import asyncio
from functools import partial
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Exported, ExportTask
from batchtui.present.clean import clean
from batchtui.present.formats import exact
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.screens.lookups import lineage_of
from batchtui.tui.widgets.typing_line import Typing


def ask_results_export(screen: AskingScreen, name: str) -> None:
    """Ask for a path, `NAME.jsonl` unless another is typed."""
    before, after = prompt("export results to", "enter writes   esc: no")
    typing = Typing(prompt=before, after=after, initial=f"{clean(name)}-results.jsonl")
    screen.ask(typing, lambda path: _export(screen, name, path))


def _export(screen: AskingScreen, name: str, path: str) -> None:
    target = Path(path.strip()).expanduser().absolute()
    screen.dashboard.do(lambda engine: export_results(engine, name, target), partial(_say, screen, target))


async def export_results(engine: Engine, name: str, target: Path) -> Exported:
    """Write the latest success of every request over all attempts, in input order, and what never succeeded.

    Raises:
        BadInput: the file is already there, or cannot be written.
    """
    if await asyncio.to_thread(target.exists):
        raise BadInput(f"{target.name} is already there", next="w asks again: give it another name")
    task = ExportTask(lineage=lineage_of(engine, name), target=str(target))
    return await engine.jobs.export(task, lambda _progress: None)


def _say(screen: AskingScreen, target: Path, done: Exported) -> None:
    screen.dashboard.say(f"wrote {exact(done.succeeded + done.errors)} results to {target}")
