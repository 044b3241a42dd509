"""The first page: every run, and every batch started elsewhere."""

from typing import ClassVar

from textual import on
from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.present.cells import Cell, Column
from batchtui.present.facts import FactLine
from batchtui.present.footer import EMPTY, OFFLINE
from batchtui.present.home.home_lines import selection_line, totals_line
from batchtui.present.home.home_preview import home_preview
from batchtui.present.home.rows import COLUMNS, fitted
from batchtui.present.home.source import HomeSource, View
from batchtui.present.home.trouble import trouble_line
from batchtui.present.preview.preview import preview_title
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection
from batchtui.present.views import RunView
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.listing import ListScreen
from batchtui.tui.screens.went_wrong import WentWrong
from batchtui.tui.widgets.messages import RowHighlighted


class HomeScreen(ListScreen):
    """Home."""

    PLACE = Place.HOME
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.HOME)
    WORDS: ClassVar[dict[str, str]] = {"refresh": "try now"}
    TITLE = "runs"
    COLUMNS = COLUMNS

    def __init__(self) -> None:
        self.source = HomeSource()
        super().__init__(self.source)
        self._went_wrong = WentWrong(self)

    def preview_of(self, scene: Scene, row_id: str | None, width: int) -> list[Cell]:
        view = self._view(scene, row_id)
        groups = self._went_wrong.of(view.run) if isinstance(view, RunView) else ()
        return home_preview(scene, view, width, self.preview.body_height, groups)

    @on(RowHighlighted)
    def _look_into_it(self, event: RowHighlighted) -> None:
        """Only a wide terminal has room for what was found."""
        selected = self.selected
        is_run = selected is not None and selected.kind == "run" and self.preview.display
        self._went_wrong.look_soon(selected.id if selected is not None and is_run else None)

    def preview_name(self, scene: Scene, row_id: str | None) -> str:
        return preview_title(self._view(scene, row_id))

    def footer_ids(self) -> tuple[str, ...]:
        if not self.listing.total:
            return EMPTY
        return OFFLINE if self.scene.is_offline else super().footer_ids()

    def place_line(self, scene: Scene) -> FactLine:
        return totals_line(scene)

    def selection_line(self, scene: Scene) -> FactLine:
        return trouble_line(scene, self.size.width - 2) or selection_line(
            scene, self._view(scene, self.table.cursor_id)
        )

    def columns_for(self, scene: Scene) -> tuple[Column, ...]:
        return fitted(self.chosen_columns, scene)

    def _view(self, scene: Scene, row_id: str | None) -> View | None:
        return self.source.view(scene, row_id) if row_id else None

    def targets(self, action_id: str) -> tuple[Selection, ...]:
        return self.selection()

    def do_open(self) -> None:
        """The run's chunks, or what is known of a batch from elsewhere."""
        if self.selected is not None:
            self.dashboard.open_selected(self.selected)

    def do_batches(self) -> None:
        self.dashboard.open_batches()
