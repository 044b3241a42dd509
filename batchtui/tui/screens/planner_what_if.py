"""A job that is only imagined: its figures, changed one by one, and what would come of it; nothing is sent."""

from collections.abc import Iterator

from textual.containers import Container
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.forecasting.forecast import Forecast
from batchtui.domain.forecasting.pace import pace_of
from batchtui.domain.forecasting.what_if import Figure, WhatIf, changed, outcome, typed
from batchtui.domain.prices import PriceTable
from batchtui.present.cells import Cell, cell
from batchtui.present.forecast_words import basis_words
from batchtui.present.lines import BuiltLines
from batchtui.present.planner import queue_picture
from batchtui.present.planner import what_if as words
from batchtui.present.planner.queue_picture import QueuePicture
from batchtui.present.scene import Scene
from batchtui.tui.widgets.figures import FigureTable
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.timeline_table import TimelineTable


class WhatIfPane(Container):
    """The other half of the planner; what it shows is reckoned once for each change of a figure."""

    figures = query_one("#figures", FigureTable)
    result = query_one("#outcome", TextPanel)
    sizes = query_one("#sizes", VirtualTable)
    picture = query_one("#picture", TimelineTable)

    what_if: WhatIf | None = None
    made: tuple[Forecast, list[Forecast]] | None = None
    moment: float | None = None
    """Of the picture, in seconds from the start of the job."""

    def compose(self) -> Iterator[Widget]:
        with Container(id="upper"):
            yield FigureTable(words.FIGURES, has_heads=False, id="figures")
            yield TextPanel(id="outcome")
        yield VirtualTable(words.SIZES, id="sizes")
        yield TimelineTable(queue_picture.COLUMNS, id="picture")

    def on_mount(self) -> None:
        self.sizes.has_cursor = self.picture.has_cursor = False
        self.figures.is_one_of_several = True

    def show(self, scene: Scene, prices: PriceTable) -> None:
        """All of it."""
        of = self.what_if
        if of is None:
            return
        made, sizes = self._outcome(of, scene, prices)
        self.figures.set_title("what if", note="- + change")
        self.figures.show_rows(ListRows(words.figure_rows(of)))
        self.result.set_title("then", note=words.prices_words(of, prices, scene.now.date()))
        self.result.show_lines(BuiltLines(lambda width: words.outcome_lines(made, width)))
        self.sizes.set_title("batch sizes", note="ONE LOSES: what a batch past 24 h can lose")
        self.sizes.show_rows(ListRows(words.size_rows(sizes, made, scene.glyphs)))
        self._show_picture(made)

    def _outcome(self, of: WhatIf, scene: Scene, prices: PriceTable) -> tuple[Forecast, list[Forecast]]:
        if self.made is None:
            self.made = outcome(of, pace_of(scene.state, of.model), prices)
        return self.made

    def _show_picture(self, made: Forecast) -> None:
        if self.moment is None:
            self.moment = queue_picture.telling_moment(made)
        picture = QueuePicture(made, self.moment)
        self.picture.set_title("queue", f"{len(made.trips):,}")
        self.picture.note = picture.note()
        self.picture.show_head(picture.head)
        self.picture.show_rows(ListRows(picture.rows()))
        row = queue_picture.first_running(made, self.moment)
        if row is not None:
            self.picture.move_to(row)

    def selection(self) -> tuple[Cell, ...]:
        """What the figure under the cursor may be, and what the times rest on."""
        figure = self.figure
        of = () if figure is None else (cell(f"{figure}: {words.limits_words(figure)}", "dim"),)
        basis = (cell(f"times: {basis_words(self.made[0].pace)}", "dim"),) if self.made else ()
        return (*of, *basis)

    # Changing it

    @property
    def figure(self) -> Figure | None:
        """The one under the cursor."""
        return Figure(self.figures.cursor_id) if self.figures.cursor_id else None

    def take(self, of: WhatIf) -> None:
        """Another job: all that was reckoned is reckoned again."""
        self.what_if, self.made, self.moment = of, None, None

    def change(self, *, up: bool) -> None:
        """The figure under the cursor, by its usual step."""
        if self.what_if is not None and self.figure is not None:
            self.take(changed(self.what_if, self.figure, up=up))

    def type(self, text: str) -> bool:
        """The figure under the cursor as it was typed; False where it cannot be that."""
        figure, of = self.figure, self.what_if
        new = typed(of, figure, text) if figure is not None and of is not None else None
        if new is not None:
            self.take(new)
        return new is not None

    def move_moment(self, step: int) -> None:
        """To the change before or after; the picture scrolls to what is out then."""
        if self.made is None or self.moment is None:
            return
        times = queue_picture.moments(self.made[0])
        past = [time for time in times if (time < self.moment if step < 0 else time > self.moment)]
        if past:
            self.moment = past[-1] if step < 0 else past[0]
