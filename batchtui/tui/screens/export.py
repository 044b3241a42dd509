"""`w`: what is written, how, and where to; then the writing, which leaves a whole new file or nothing.

Commit point: the rename onto the target. Leaving the page before it leaves no file.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.absent import Absence, absences, briefly
from batchtui.domain.actions.table import Place
from batchtui.domain.failures import BadInput, Failure
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Exported, ExportTask
from batchtui.engine.ports import ProgressSink
from batchtui.present.cells import NOTHING, Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.export_choice import (
    Beside,
    ExportChoice,
    ExportWish,
    count_words,
    export_command,
    export_lines,
    here_words,
    renamed,
)
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.lines import BuiltLines, ListLines, wrap_cell
from batchtui.present.scene import Scene
from batchtui.present.work_lines import work_lines
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, AskLine
from batchtui.tui.screens.lookups import lineage_of
from batchtui.tui.screens.typed_file import TypedFile
from batchtui.tui.screens.watched_work import WatchedWork
from batchtui.tui.typed_path import is_taken, typed_path
from batchtui.tui.widgets.text import TextPanel


class ExportScreen(AskingScreen):
    """Asks for a path; the format follows its suffix, or the suffix the format."""

    PLACE = Place.EXPORT
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.EXPORT)
    DEFAULT_CSS: ClassVar[str] = "ExportScreen #export { height: 1fr; }"

    panel = query_one("#export", TextPanel)

    def __init__(self, wish: ExportWish, choice: ExportChoice | None = None) -> None:
        super().__init__()
        self.wish = wish
        self.choice = choice or ExportChoice(beside=Beside.PARAMS if wish.custom_ids else Beside.NOTHING)
        name = renamed(f"{wish.name}-{wish.stem}", self.choice.format)
        self._file = TypedFile(self, name, none="it will be a new file")
        self._watched = WatchedWork(self)
        self._trouble: Cell = NOTHING
        """Why nothing was written: the line that is typed in covers what is said elsewhere."""

    def compose_page(self) -> Iterator[Widget]:
        yield TextPanel(id="export")
        yield AskLine()

    def on_mount(self) -> None:
        self._ask()

    # The path

    def _ask(self) -> None:
        self._file.ask(self._write, self.dashboard.go_back, self._path_typed)

    def _path_typed(self, typed: str) -> None:
        self._trouble = NOTHING
        self.choice = self.choice.fitting(typed)
        self._file.changed(typed)

    # Choices

    def why_off(self, action_id: str) -> str:
        if action_id in ("export_format", "export_beside") and not self.is_asking:
            return "it is being written"
        if action_id == "export_beside" and not self.choice.has_results:
            return "requests stand alone"
        return super().why_off(action_id)

    def do_export_format(self) -> None:
        """Another format, and its suffix."""
        self.choice = self.choice.next_format()
        self.ask_line.put(renamed(self.ask_line.text, self.choice.format))
        self.repaint()

    def do_export_beside(self) -> None:
        """Something else beside the results."""
        self.choice = self.choice.next_beside()
        self.repaint()

    def command_words(self) -> str:
        return export_command(self.wish, self.choice, self._file.typed) or f"batchtui errors {self.wish.name} --members"

    # Writing

    def _write(self, typed: str) -> None:
        if not typed.strip():
            self._ask()
            return
        self._watched.begin(f"writing {clean(typed)}")
        self.panel.focus()
        self.run_worker(self._export(typed_path(typed).absolute()), exclusive=True, group="export")
        self.repaint()

    async def _export(self, target: Path) -> None:
        wish, choice, sink = self.wish, self.choice, self._watched.sink()
        try:
            done: Exported = await self.dashboard.bridge.call(lambda engine: export(engine, wish, choice, target, sink))
        except Failure as failure:
            self._watched.end()
            self._trouble = cell(clean(str(failure)), "alert")
            self._ask()
            return
        self.dashboard.go_back()
        one = "result" if choice.has_results else "request"
        more = f"; {done.formulas:,} cells begin like formulas" if done.formulas else ""
        more += "; their requests are not here" if done.without_request else ""
        more += f"; without {', '.join(done.pruned)}, pruned" if done.pruned else ""
        lacking = briefly(self._absences())
        more += f"; {lacking}" if lacking else ""
        self.dashboard.say(count_words(done.requests, one, str(target)) + more)

    def _absences(self) -> Sequence[Absence]:
        """Why requests of a run are not in the file."""
        scene = self.dashboard.scene
        run = scene.state.runs.get(self.wish.name)
        return absences(scene.state, run, scene.server_now) if run is not None and self.wish.only is None else ()

    # The frame

    def paint(self, scene: Scene) -> None:
        if self._watched.is_on:
            self.panel.set_title("export")
            self.panel.show_lines(ListLines(work_lines(self._watched.work, scene.glyphs)), top=0)
            return
        self.panel.set_title("export", note="tab completes the path")
        self.panel.show_lines(
            BuiltLines(lambda width: self._lines(scene, width), lambda: self.panel.page),
            top=0,
        )

    def _lines(self, scene: Scene, width: int) -> list[Cell]:
        """What there is to choose; on a low page without the rows that part it, since keys are for the path."""
        lines = [
            *(wrap_cell(self._trouble, width) if self._trouble else ()),
            *export_lines(self.wish, self.choice, self._file.typed, width, here_words(scene.state, self.wish.name)),
            *self._file.lines(width, scene.glyphs),
        ]
        return lines if len(lines) <= self.panel.page else [line for line in lines if line]

    def place_line(self, scene: Scene) -> FactLine:
        name = (Span("export", "head", True), Span("  "), Span(clean(self.wish.name), bold=True))
        return FactLine(left=(name, cell(clean(self.wish.what), "dim")), gap=3)

    def own_keys(self) -> tuple[Cell, ...]:
        if not self.is_asking:
            return (key_cell("esc", "stop"),)
        return (key_cell("enter", "write it"), key_cell("tab", "complete"), key_cell("esc", "no"))

    def footer_ids(self) -> tuple[str, ...]:
        return ("export_format", "export_beside") if self.is_asking else ()


async def export(
    engine: Engine, wish: ExportWish, choice: ExportChoice, target: Path, progress: ProgressSink
) -> Exported:
    """Write what is wanted to a new file.

    Raises:
        BadInput: the file is already there, or cannot be written.
    """
    if await asyncio.to_thread(is_taken, target):
        raise BadInput(f"{target.name} is already there", next="give it another name")
    task = ExportTask(
        lineage=lineage_of(engine, wish.name),
        target=str(target),
        format=choice.format,
        only=wish.only,
        custom_ids=wish.custom_ids,
        adds_requests=choice.beside is Beside.PARAMS,
        joins=choice.beside is Beside.JOINED and choice.has_results,
        is_for_spreadsheet=choice.is_for_spreadsheet,
    )
    return await engine.jobs.export(task, progress)
