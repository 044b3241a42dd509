"""A run: its chunks, the one under the cursor, and the picture of them all."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Resize
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.words import chunk_name
from batchtui.present.activity import newest
from batchtui.present.cells import NOTHING, Cell, Column, Span
from batchtui.present.facts import FactLine
from batchtui.present.lines import BuiltLines
from batchtui.present.ordering import OWN_ORDER, KeptOrder, Sorting, in_order, sorting_of
from batchtui.present.reasons import why_off
from batchtui.present.run.chunk_panel import chunk_lines
from batchtui.present.run.detail import COLUMNS, SORTINGS, chunk_row, kept_note, run_line, standing_line
from batchtui.present.run.hours_chart import chart_title, hours_chart
from batchtui.present.run.timeline import COLUMNS as TIMELINE_COLUMNS
from batchtui.present.run.timeline import Timeline
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, from_row, of_run
from batchtui.present.views import ChunkView, RunView
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.deeds import Deeds
from batchtui.tui.screens.uncover import keep_above
from batchtui.tui.widgets.messages import RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.timeline_table import TimelineTable

WIDE, TALL, ROOMY = 120, 36, 44
FACTS_ROWS = 13
"""What is told of a chunk beside the table, with its border."""

FRAME_ROWS, LEAST_ACTIVITY, LEAST_HOURS, MOST_HOURS = 4, 5, 7, 12
LIST_FRAME = 3
"""Rows of a list that are none of its own: border and heads."""


class DetailScreen(ArrangedScreen, Deeds):
    """A run's page. The chunk under the cursor is what `d` and `D` are about; `e`, `R` and `C` mean the run."""

    PLACE = Place.DETAIL
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.DETAIL)
    CSS_PATH = "detail.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide"), (150, "-wider")]  # noqa: RUF012  Textual declares it without ClassVar
    WORDS: ClassVar[dict[str, str]] = {"open": "requests"}
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    chunks = query_one("#chunks", VirtualTable)
    timeline = query_one("#timeline", TimelineTable)
    chunk = query_one("#chunk", TextPanel)
    hours = query_one("#hours", TextPanel)
    upper = query_one("#upper", Container)
    activity = query_one("#activity", TextPanel)

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run_name = run
        self._chunks: dict[str, ChunkView] = {}
        self._kept_order = KeptOrder()

    def compose_page(self) -> Iterator[Widget]:
        with Container(id="upper"):
            yield VirtualTable(self.chosen_columns, id="chunks")
            yield TextPanel(id="chunk")
        yield TimelineTable(TIMELINE_COLUMNS, id="timeline")
        yield TextPanel(indent=0, id="hours")
        yield TextPanel(id="activity")
        yield AskLine()

    def on_mount(self) -> None:
        self.chunks.focus()

    # Painting

    def on_resize(self, event: Resize) -> None:
        """The picture has a place of its own where there is room for both."""
        is_pictured = event.size.width >= WIDE and event.size.height >= TALL
        self.set_class(is_pictured, "-pictured")

    def _view(self, scene: Scene) -> RunView:
        return scene.views.run(scene.state.runs[self.run_name])

    def paint(self, scene: Scene) -> None:
        views = self._in_order(scene.views.chunks(scene.state.runs[self.run_name]))
        rows = [chunk_row(scene, view) for view in views]
        self._chunks = {row.id: view for row, view in zip(rows, views, strict=True)}
        self.chunks.set_title("chunks", str(len(rows)))
        self.chunks.note = (*self._order_chosen(), *kept_note(scene, self._view(scene)))
        self.chunks.show_rows(ListRows(rows))
        self._share_out_room(len(rows), has_hours=any(view.batch and view.batch.ended_at for view in views))
        self.chunks.is_one_of_several = self.chunk.is_one_of_several = self.size.width >= WIDE
        self._paint_timeline(scene, views)
        self._paint_chunk(scene)
        self.activity.set_title("activity", note=f"{self.dashboard.key_label('activity')} opens")
        self.activity.show_lines(BuiltLines(lambda _: self._happened(scene), lambda: self.activity.body_height))

    def _happened(self, scene: Scene) -> list[Cell]:
        """As much as there is room for: the rest is on the page that `a` opens."""
        return newest(scene, max(1, self.activity.body_height), run=self.run_name)

    def _in_order(self, views: list[ChunkView]) -> list[ChunkView]:
        """The table and the picture tell of the same chunk on the same line."""
        by_label = {view.chunk: view for view in views}
        found = in_order(by_label, SORTINGS, self.order, by_label.__getitem__)
        if sorting_of(SORTINGS, self.order).key is not None:
            found = self._kept_order.of(self.order, found, self.scene.now)
        return [by_label[label] for label in found]

    @property
    def kept_order(self) -> KeptOrder:
        return self._kept_order

    def _order_chosen(self) -> Cell:
        """Chunks stand in their own order unless something else is said."""
        return (*self.order_note(), Span("   ", "dim")) if self.order != OWN_ORDER else NOTHING

    def _share_out_room(self, rows: int, *, has_hours: bool) -> None:
        """Table and picture take what they need as far as there is room, then the columns, then what happened.

        Args:
            has_hours: a chunk has ended, so that there is something to draw columns of.
        """
        if not self.has_class("-pictured"):
            self.upper.styles.height = self.timeline.styles.height = None
            self.hours.display = False
            return
        free = self.size.height - FRAME_ROWS - LEAST_ACTIVITY
        least_hours = LEAST_HOURS if has_hours and self.size.height >= ROOMY else 0
        lists, wanted = free - least_hours, rows + LIST_FRAME
        table = max(FACTS_ROWS, min(wanted, lists - min(wanted, lists // 2)))
        table = 0 if self.has_class("is-timeline") else table
        picture = min(wanted, lists - table)
        hours = min(MOST_HOURS, free - table - picture)
        self.upper.styles.height, self.timeline.styles.height = table or None, picture
        self.hours.display = has_hours and hours >= LEAST_HOURS
        self.hours.styles.height = hours

    def _paint_timeline(self, scene: Scene, views: list[ChunkView]) -> None:
        timeline = Timeline(scene, views)
        self.timeline.set_title("timeline", note=timeline.note())
        self.timeline.show_head(timeline.head)
        self.timeline.show_rows(ListRows(timeline.rows()))
        self.hours.show_lines(BuiltLines(lambda width: self._hours(timeline, width), lambda: self.hours.body_height))

    def _hours(self, timeline: Timeline, width: int) -> list[Cell]:
        """Beneath the timeline, on the same axis."""
        places = self.timeline.places()
        if not places:
            return []
        axis = timeline.axis(places[-1].width)
        if axis is None:
            return []
        self.hours.set_title(chart_title(axis))
        height = max(1, self.hours.body_height - 1)
        return hours_chart(axis, timeline.chunks, height, self.scene.glyphs, indent=places[-1].x, width=width)

    def _paint_chunk(self, scene: Scene) -> None:
        view = self.chunk_view
        if view is None:
            return
        is_tall = self.chunk.body_height > 2
        other = "table" if self.has_class("is-timeline") else "timeline"
        self.chunk.set_title(f"chunk {chunk_name(view.chunk)}", note=f"{self.dashboard.key_label('timeline')} {other}")
        self.chunk.show_lines(BuiltLines(lambda width: chunk_lines(scene, view, width, is_tall=is_tall)))

    def place_line(self, scene: Scene) -> FactLine:
        return run_line(scene, self._view(scene), is_wide=self.size.width >= WIDE)

    def selection_line(self, scene: Scene) -> FactLine:
        return standing_line(scene, self._view(scene), tuple(self._chunks.values()))

    # What is selected

    @property
    def table(self) -> VirtualTable:
        """The one the keyboard is on."""
        return self.timeline if self.has_class("is-timeline") else self.chunks

    @property
    def chunk_view(self) -> ChunkView | None:
        """The chunk under the cursor."""
        return self._chunks.get(self.chunks.cursor_id or "")

    def selection(self) -> tuple[Selection, ...]:
        chunk = from_row(self.chunks.cursor_id)
        return (chunk,) if chunk is not None else (of_run(self.run_name),)

    def targets(self, action_id: str) -> tuple[Selection, ...]:
        """Chunks for what is done to a batch, the run for the rest."""
        return self.selection() if action_id in ("open", "collect", "delete", "copy_id") else (of_run(self.run_name),)

    def words(self) -> dict[str, str]:
        return {**self.WORDS, "timeline": "table"} if self.has_class("is-timeline") else self.WORDS

    def why_off(self, action_id: str) -> str:
        if action_id == "columns" and self.has_class("is-timeline"):
            return f"the picture has no columns; {self.dashboard.key_label('timeline')} shows the table"
        return why_off(self.scene, action_id, self.targets(action_id))

    @on(RowHighlighted)
    def _cursor_moved(self, event: RowHighlighted) -> None:
        """Both tables have the same cursor."""
        if event.row_id is None:
            return
        for table in (self.chunks, self.timeline):
            if table.id != event.table_id and table.cursor_id != event.row_id:
                table.move_to(event.row_id)
        self._paint_chunk(self.scene)
        self.paint_frame()

    @on(RowOpened)
    def _row_opened(self, event: RowOpened) -> None:
        self.do_open()

    # Actions of this page alone

    def do_open(self) -> None:
        """The requests of the chunk, each with what became of it."""
        view = self.chunk_view
        if view is not None:
            self.dashboard.open_chunk(view.run, view.chunk)

    def keep_cursor_above(self, row: int) -> None:
        keep_above(self.table, row)

    def sortings(self) -> tuple[Sorting, ...]:
        return SORTINGS

    def show_arranged(self) -> None:
        self.chunks.show_columns(self.chosen_columns)
        self.repaint()

    def do_timeline(self) -> None:
        """The table, or the picture in its place."""
        self.toggle_class("is-timeline")
        self.table.focus()
        self.call_after_refresh(self.repaint)

    def do_other_pane(self) -> None:
        (self.table if self.chunk.has_focus else self.chunk).focus()
