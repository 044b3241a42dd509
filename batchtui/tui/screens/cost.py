"""What was spent, measured: by run, by day, by model, beside what was estimated. It makes no call."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.spending import By
from batchtui.present.cells import Column, Span, cell
from batchtui.present.cost_page import COLUMNS, PAGES, CostPage, columns_of, sortings_of
from batchtui.present.facts import FactLine
from batchtui.present.ordering import Sorting, in_order
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, of_batch, of_run
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.one_table import OneTable
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable


class CostScreen(OneTable):
    """`tab` goes from runs to days to models."""

    PLACE = Place.COST
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.COST)
    DEFAULT_CSS: ClassVar[str] = "CostScreen #cost { height: 1fr; }"
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    table = query_one("#cost", VirtualTable)

    def __init__(self) -> None:
        super().__init__()
        self.by = By.RUN

    def compose_page(self) -> Iterator[Widget]:
        yield VirtualTable(self.chosen_columns, id="cost")
        yield AskLine()

    @property
    def chosen_columns(self) -> tuple[Column, ...]:
        return columns_of(self.by, super().chosen_columns)

    def paint(self, scene: Scene) -> None:
        page = self._page(scene)
        self.table.set_title(f"cost by {self.by}", f"{len(page.lines):,}")
        self.table.note = self.order_note()
        self.table.empty = ((), cell("nothing was sent from here yet", "dim"))
        order = in_order(page.lines, self.sortings(), self.order, page.lines.__getitem__)
        self.table.show_rows(LazyRows(order, page.row), asked_for=(self.by, self.order))

    def _page(self, scene: Scene) -> CostPage:
        return CostPage(scene, self.by, self.dashboard.bridge.engine.prices)

    def place_line(self, scene: Scene) -> FactLine:
        page = self._page(scene)
        head = (Span("cost", "head", True),)
        return FactLine(left=(head, *page.sums(), page.prices_words(scene.now.date())), gap=3)

    def selection_line(self, scene: Scene) -> FactLine:
        return FactLine(left=self._page(scene).said_of(self.table.cursor_id), gap=3)

    # What is selected

    @property
    def _selected(self) -> Selection | None:
        """The run or batch of the row; a day and a model are none."""
        name, state = self.table.cursor_id or "", self.scene.state
        if self.by is not By.RUN:
            return None
        return of_run(name) if name in state.runs else of_batch(name) if name in state.batches else None

    def subject_ids(self) -> tuple[str, ...]:
        return (self.table.cursor_id,) if self._selected is not None and self.table.cursor_id else ()

    def command_words(self) -> str:
        ids = [name for name in self.subject_ids() if name in self.scene.state.runs]
        return " ".join(["batchtui cost", *ids, *(() if self.by is By.RUN else ("--by", str(self.by)))])

    def words(self) -> dict[str, str]:
        """`tab` names where it leads."""
        return {"other_pane": f"by {self._next}"}

    @property
    def _next(self) -> By:
        return PAGES[(PAGES.index(self.by) + 1) % len(PAGES)]

    def why_off(self, action_id: str) -> str:
        if action_id in ("open", "copy_id") and self._selected is None:
            return f"a {self.by} is no page of its own" if self.table.cursor_id else "there is no row"
        return ""

    # Actions

    def do_open(self) -> None:
        """The run, or the batch from elsewhere."""
        selected = self._selected
        if selected is not None:
            self.dashboard.open_selected(selected)

    def do_other_pane(self) -> None:
        """The same money, grouped otherwise."""
        self.by = self._next
        self.table.show_columns(self.chosen_columns)
        self.repaint()

    def do_cost(self) -> None:
        """The key that opened it closes it."""
        self.dashboard.go_back()

    def sortings(self) -> tuple[Sorting, ...]:
        return sortings_of(self.by)
