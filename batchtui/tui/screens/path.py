"""A plan that wants a file first: its path is typed, with what it could become listed above."""

import asyncio
from pathlib import Path

from batchtui.present.cells import Cell, cell
from batchtui.present.clean import clean
from batchtui.present.facts import key_cell
from batchtui.present.lines import BuiltLines
from batchtui.present.path_completion import Entry, candidate_lines, complete, split_path
from batchtui.present.scene import Scene
from batchtui.tui.screens.folder_listing import list_folder
from batchtui.tui.screens.plan import PlanScreen
from batchtui.tui.screens.plan_stage import Stage
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.typing_line import CompletionWanted, Typing


class PathScreen(PlanScreen):
    """Asks for a path unless it has one, then makes the plan."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path = path
        self._entries: tuple[Entry, ...] = ()
        self._listed = ""
        """The folder that was typed last."""
        self._typed = ""

    @property
    def file(self) -> Path:
        assert self.path is not None, "asked for before anything is planned"
        return self.path

    def begin(self) -> None:
        """Ask for a path first, unless there is one."""
        if self.path is None:
            self._ask_path("")
        else:
            super().begin()

    # The path

    def _ask_path(self, initial: str) -> None:
        self.stage = Stage.ASKING
        typing = Typing(prompt=cell("file", "dim"), initial=initial)
        self.ask(typing, self._path_typed, changed=self._list, canceled=self.do_refuse)
        self._list(initial, is_anew=True)

    def _list(self, typed: str, *, is_anew: bool = False) -> None:
        """Show what the path could become."""
        self._typed = typed
        folder, _ = split_path(typed)
        if folder != self._listed or is_anew:
            self._listed = folder
            self.run_worker(self._read_folder(folder), exclusive=True, group="folder")
        self.repaint()

    async def _read_folder(self, folder: str) -> None:
        self._entries = await asyncio.to_thread(list_folder, folder)
        self.repaint()

    def on_completion_wanted(self, message: CompletionWanted) -> None:
        """Tab: as far as it is clear, or the plan's name while a count is asked for."""
        message.stop()
        if self.is_asking_path:
            self.ask_line.put(complete(message.text, self._entries))
        else:
            self.do_other_pane()

    @property
    def is_asking_path(self) -> bool:
        """Not for the name or the canary of a plan that is there."""
        return self.stage is Stage.ASKING and self.plan is None

    def _path_typed(self, text: str) -> None:
        if not text.strip():
            self._ask_path("")
            return
        self.path = typed_path(text)
        super().begin()

    def do_other_pane(self) -> None:
        """Tab where no path is asked for: a subclass says what it does."""

    def own_keys(self) -> tuple[Cell, ...]:
        if self.is_asking_path:
            return (key_cell("enter", "check it"), key_cell("tab", "complete"), key_cell("esc", "no"))
        return super().own_keys()

    def paint(self, scene: Scene) -> None:
        if self.stage is not Stage.ASKING or self.plan is not None:
            super().paint(scene)
            return
        _, start = split_path(self._typed)
        self.panel.set_title("files", note=clean(self._listed) or "this folder")
        now, glyphs = self.dashboard.now.timestamp(), scene.glyphs
        self.panel.show_lines(
            BuiltLines(lambda width: candidate_lines(self._entries, start, now, width, glyphs)), top=0
        )


def file_name(path: Path) -> str:
    """A path as it is shown: relative where that is shorter."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
