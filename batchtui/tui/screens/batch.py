"""A batch that was not sent from here: what is known of it, and what can be done."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.present.batch_page import batch_page
from batchtui.present.cells import Cell, cell
from batchtui.present.facts import FactLine
from batchtui.present.reasons import why_off
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, of_batch
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.deeds import Deeds
from batchtui.tui.screens.reading import ReadingScreen


class BatchScreen(Deeds, ReadingScreen):
    """One batch on a page."""

    PLACE = Place.BATCHES
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.BATCHES)
    TITLE_WORDS = "batch"

    def __init__(self, batch_id: str) -> None:
        super().__init__()
        self._batch_id = batch_id

    def lines(self, scene: Scene, width: int) -> Sequence[Cell]:
        view = scene.views.batch(scene.state.batches[self._batch_id])
        rows = self.panel.body_height
        return batch_page(scene, view, width, rows, label=self.dashboard.key_label, why_off=self.why_off)

    def targets(self, action_id: str) -> tuple[Selection, ...]:
        return (of_batch(self._batch_id),)

    def why_off(self, action_id: str) -> str:
        return why_off(self.scene, action_id, self.targets(action_id))

    def place_line(self, scene: Scene) -> FactLine:
        return FactLine(left=(cell(self._batch_id, bold=True), cell("not sent from this workspace", "dim")))

    def footer_ids(self) -> tuple[str, ...]:
        return ("errors", "collect", "settle", "cancel", "delete", "export", "copy_id", "back")
