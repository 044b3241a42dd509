"""A plan that wants a file first: its path is typed, with what it could become listed above."""

from pathlib import Path

from batchtui.present.cells import Cell
from batchtui.present.clean import clean
from batchtui.present.facts import key_cell
from batchtui.present.lines import BuiltLines
from batchtui.present.scene import Scene
from batchtui.tui.screens.plan import PlanScreen
from batchtui.tui.screens.plan_stage import Stage
from batchtui.tui.screens.typed_file import TypedFile
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.typing_line import CompletionWanted


class PathScreen(PlanScreen):
    """Asks for a path unless it has one, then makes the plan."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path = path
        self._typed_file = TypedFile(self)

    @property
    def file(self) -> Path:
        assert self.path is not None, "asked for before anything is planned"
        return self.path

    def begin(self) -> None:
        """Ask for a path first, unless there is one."""
        if self.path is None:
            self._ask_path()
        else:
            super().begin()

    # The path

    def _ask_path(self) -> None:
        self.stage, self._typed_file.typed = Stage.ASKING, ""
        self._typed_file.ask(self._path_typed, self.do_refuse)

    def on_completion_wanted(self, message: CompletionWanted) -> None:
        """Tab is the plan's own where no path is asked for, as while a count is."""
        if not self.is_asking_path:
            message.stop()
            self.do_other_pane()

    @property
    def is_asking_path(self) -> bool:
        """Not for the name or the canary of a plan that is there."""
        return self.stage is Stage.ASKING and self.plan is None

    def _path_typed(self, text: str) -> None:
        if not text.strip():
            self._ask_path()
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
        self.set_class(self.is_asking_path, "is-choosing")
        if not self.is_asking_path:
            super().paint(scene)
            return
        self.panel.set_title("files", note=clean(self._typed_file.folder) or "this folder")
        self.panel.show_lines(BuiltLines(lambda width: self._typed_file.lines(width, scene.glyphs)), top=0)
        self.first.look_into(self._typed_file.likely)
        if self.has_class("-wide"):
            self.first.show_beside()
        else:
            self.first.show_in(self.panel.spare)


def file_name(path: Path) -> str:
    """A path as it is shown: relative where that is shorter."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
