"""Every single batch of the API Workspace, whoever started it."""

from typing import ClassVar

from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.domain.words import chunk_name
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.home.batch_rows import COLUMNS
from batchtui.present.home.batch_source import BatchSource
from batchtui.present.home.home_lines import fact, selection_line
from batchtui.present.home.trouble import trouble_line
from batchtui.present.preview.picture import batch_picture
from batchtui.present.preview.preview import preview_lines, preview_title
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection
from batchtui.present.views import BatchView
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.listing import ListScreen


class BatchesScreen(ListScreen):
    """Batches; `b` leads back to runs."""

    PLACE = Place.BATCHES
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.BATCHES)
    TITLE = "batches"
    COLUMNS = COLUMNS
    WORDS: ClassVar[dict[str, str]] = {"batches": "runs"}

    def __init__(self) -> None:
        self.source = BatchSource()
        super().__init__(self.source)

    def targets(self, action_id: str) -> tuple[Selection, ...]:
        return self.selection()

    def preview_of(self, scene: Scene, row_id: str | None, width: int) -> list[Cell]:
        view = self._view(scene, row_id)
        lines = list(preview_lines(scene, view, width))
        picture = list(batch_picture(scene, view, width)) if view is not None else []
        fits = picture and len(lines) + len(picture) < self.preview.body_height
        return [*lines, (), *picture] if fits else lines

    def preview_name(self, scene: Scene, row_id: str | None) -> str:
        return preview_title(self._view(scene, row_id))

    def place_line(self, scene: Scene) -> FactLine:
        batches = scene.state.batches.values()
        open_ones = sum(known.is_open for known in batches)
        others = sum(known.run is None for known in batches)
        facts = (fact(f"{open_ones:,}", "open"), fact(f"{len(scene.state.batches):,}", "in all"))
        return FactLine(left=((Span("batches", "head", True),), *facts, fact(f"{others:,}", "from elsewhere")))

    def selection_line(self, scene: Scene) -> FactLine:
        trouble = trouble_line(scene, self.size.width - 2)
        if trouble is not None:
            return trouble
        view = self._view(scene, self.table.cursor_id)
        if view is None or view.run is None:
            return selection_line(scene, view)
        owner = cell(f"{view.run} chunk {chunk_name(view.chunk or '')}", "dim")
        return FactLine(left=(cell(view.batch_id, bold=True), owner, *([cell(view.note, "dim")] if view.note else [])))

    def _view(self, scene: Scene, row_id: str | None) -> BatchView | None:
        return self.source.view(scene, row_id) if row_id else None

    def do_open(self) -> None:
        """The requests of the batch."""
        view = self._view(self.scene, self.table.cursor_id)
        if view is not None:
            self.dashboard.open_batch(view)

    def do_batches(self) -> None:
        self.dashboard.go_back()
