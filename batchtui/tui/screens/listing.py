"""A page around one list: filter, sorting, marks, alerts, a preview beside it and the activity beneath."""

from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widget import Widget

from batchtui.present.activity import newest
from batchtui.present.alert_words import alert_words
from batchtui.present.cells import NOTHING, Cell, Column, Span, with_role
from batchtui.present.empty import empty_lines, is_nothing_known, key_words
from batchtui.present.home.home_lines import stale_note
from batchtui.present.lines import BuiltLines, ListLines
from batchtui.present.listing import Listing, Source, Wanted
from batchtui.present.ordering import KeptOrder, Sorting
from batchtui.present.reasons import why_off
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, from_row
from batchtui.present.signs import batch_row_of, row_of
from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.screens.asking import AskLine, prompt
from batchtui.tui.screens.deeds import Deeds
from batchtui.tui.screens.uncover import keep_above
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import LazyRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.typing_line import Typing

BORDER_AND_GUTTER = 6
"""Cells of a list's width that no word of an empty one may take."""

FRAME_ROWS = 7
"""Rows of the page that are not the list's: header, footer, border, heads."""


class ListScreen(ArrangedScreen, Deeds):
    """A subclass says what is listed, and what its preview and empty lines are."""

    CSS_PATH = "listing.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide"), (150, "-wider"), (200, "-widest")]  # noqa: RUF012  Textual declares it without ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]  # noqa: RUF012  Textual declares it without ClassVar
    TITLE: ClassVar[str]

    table = query_one("#list", VirtualTable)
    preview = query_one("#preview", TextPanel)
    activity = query_one("#activity", TextPanel)

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.listing = Listing(source)
        self._shown_columns = self.COLUMNS
        self._is_cursor_ahead = False
        """Of the preview and the footer, which say what it is on."""

    def compose_page(self) -> Iterator[Widget]:
        yield Horizontal(VirtualTable(self.COLUMNS, id="list"), TextPanel(id="preview"), id="body")
        yield TextPanel(id="activity")
        yield AskLine()

    # What a subclass says

    def preview_of(self, scene: Scene, row_id: str | None, width: int) -> list[Cell]:
        """The lines beside the list."""
        raise NotImplementedError

    def preview_name(self, scene: Scene, row_id: str | None) -> str:
        raise NotImplementedError

    def note(self, scene: Scene) -> Cell:
        """At the right of the list's upper border."""
        if scene.is_stale and not self.listing.is_narrowed:
            return stale_note(scene)
        return self.narrowed_note(scene) if self.listing.total else NOTHING

    def columns_for(self, scene: Scene) -> tuple[Column, ...]:
        """The chosen columns, as wide as what stands in them."""
        return self.chosen_columns

    # Painting

    def paint(self, scene: Scene) -> None:
        source = self.listing.source
        self.listing.wanted = replace(self.listing.wanted, order=self.order)
        ids = self.listing.ids(scene)
        self.table.show_rows(LazyRows(ids, lambda row_id: source.row(scene, row_id)), asked_for=self.listing.wanted)
        total = self.listing.counted
        shown = f"{source.counted(ids):,} of {total:,}" if self.listing.is_narrowed else f"{total:,}"
        self.table.set_title(self.TITLE, "" if is_nothing_known(scene) and not total else shown)
        self.table.note = self.note(scene)
        self._show_columns(self.columns_for(scene) if self.listing.total else ())
        if not ids:
            self.table.empty = self._empty_lines(scene)
        self.set_class(not self.listing.total, "-nothing")
        self.table.is_one_of_several = self.preview.is_one_of_several = self._has_preview
        self._paint_preview(scene)
        self._paint_activity(scene)

    @property
    def _has_preview(self) -> bool:
        """Beside nothing there is nothing to preview."""
        return self.preview.display and bool(self.listing.total)

    def _empty_lines(self, scene: Scene) -> tuple[Cell, ...]:
        wanted = self.listing.wanted
        return empty_lines(
            scene,
            query=wanted.query,
            only_needing=wanted.only_needing,
            total=self.listing.counted,
            words=self.TITLE,
            fields=self.listing.source.fields,
            key=key_words(scene),
            folder=self.dashboard.folder_words,
            width=(self.table if self.listing.total else self).size.width - BORDER_AND_GUTTER,
            height=self.size.height - FRAME_ROWS,
            label=self.dashboard.key_label,
        )

    def _show_columns(self, columns: tuple[Column, ...]) -> None:
        if columns != self._shown_columns:
            self._shown_columns = columns
            self.table.show_columns(columns)

    def _paint_preview(self, scene: Scene) -> None:
        if not self._has_preview:
            return
        row_id = self.table.cursor_id
        self.preview.set_title(self.preview_name(scene, row_id), note="enter opens" if row_id else "")
        self.preview.show_lines(
            BuiltLines(lambda width: self.preview_of(scene, row_id, width), lambda: self.preview.body_height)
        )

    def _paint_activity(self, scene: Scene) -> None:
        if self.activity.display:
            self.activity.set_title("activity", note=f"{self.dashboard.key_label('activity')} opens")
            self.activity.show_lines(ListLines(newest(scene, 6)))

    def narrowed_note(self, scene: Scene) -> Cell:
        """What narrows or orders the list, for its border."""
        wanted = self.listing.wanted
        spans: list[Span] = []
        if wanted.only_needing:
            spans += (Span("needs you", "head"), Span("  "))
        if wanted.query.strip():
            spans += (Span(f"/{wanted.query.strip()}", "head"), Span("  "))
        return (*spans, *self.order_note())

    # What is selected

    @property
    def selected(self) -> Selection | None:
        """What the cursor is on."""
        return from_row(self.table.cursor_id)

    def selection(self) -> tuple[Selection, ...]:
        """The marked rows, or the one under the cursor."""
        rows = self.table.marked_ids or ((self.table.cursor_id,) if self.table.cursor_id else ())
        return tuple(one for row_id in rows if (one := from_row(row_id)) is not None)

    def why_off(self, action_id: str) -> str:
        return why_off(self.scene, action_id, self.selection())

    @on(RowHighlighted)
    def _cursor_moved(self, event: RowHighlighted) -> None:
        """The cursor itself goes out first; a key that is held down has what follows painted once, not each time."""
        if not self._is_cursor_ahead:
            self._is_cursor_ahead = True
            self.call_after_refresh(self._follow_cursor)

    def _follow_cursor(self) -> None:
        self._is_cursor_ahead = False
        if self.is_there:
            self._paint_preview(self.scene)
            self.paint_frame()

    @on(MarksChanged)
    def _marks_changed(self, event: MarksChanged) -> None:
        self.paint_frame()

    @on(RowOpened)
    def _row_opened(self, event: RowOpened) -> None:
        self.do_open()

    def do_open(self) -> None:
        """Open what the cursor is on."""
        raise NotImplementedError

    # Narrowing and ordering

    def do_filter(self) -> None:
        """Ask for words; rows follow while they are typed."""
        before, after = prompt("/", "tab completes   enter keeps   esc shows all")
        typing = Typing(prompt=with_role(before, "head"), after=after, initial=self.listing.wanted.query)
        self.ask(
            typing,
            lambda _text: None,
            changed=self._filter,
            canceled=lambda: self._filter(""),
            completed=lambda text: self.listing.completed(self.scene, text),
        )

    def _filter(self, query: str) -> None:
        self._want(query=query)

    def sortings(self) -> tuple[Sorting, ...]:
        return self.listing.source.sortings

    @property
    def kept_order(self) -> KeptOrder:
        return self.listing.kept_order

    def show_arranged(self) -> None:
        self._show_wanted()

    def do_attention(self) -> None:
        """Only what needs somebody, or everything again."""
        self._want(only_needing=not self.listing.wanted.only_needing)

    def _want(self, **changes: object) -> None:
        """Where the cursor's row is not wanted, the first that is comes under it."""
        before = self.table.cursor_id
        self.listing.wanted = replace(self.listing.wanted, **changes)
        self._show_wanted()
        if self.table.cursor_id != before:
            self.table.show_view(self.table.view.moved_to(0))

    def _show_wanted(self) -> None:
        """The operator asked for other rows: unlike after a poll, none of them stays out of sight for nothing."""
        self.repaint()
        self.table.show_view(self.table.view.resized(self.table.page))

    def do_back(self) -> None:
        """First undo what narrows the list, then leave."""
        if self.listing.is_narrowed:
            self.listing.wanted = Wanted(order=self.order)
            self._show_wanted()
        else:
            self.dashboard.go_back()

    # Moving

    def do_next_alert(self) -> None:
        self._go_to_alert(1)

    def do_previous_alert(self) -> None:
        self._go_to_alert(-1)

    def _go_to_alert(self, step: int) -> None:
        """The next row with a mark, round and round."""
        rows = self.table.rows
        needing = set(self.listing.source.needing(self.scene))
        places = [place for place in range(len(rows)) if rows.id_at(place) in needing]
        if not places:
            self.dashboard.say("no alert among the rows shown")
            return
        here = self.table.view.cursor
        ahead = [place for place in places if (place - here) * step > 0]
        found = (min(ahead) if step > 0 else max(ahead)) if ahead else places[0 if step > 0 else -1]
        self.table.move_to(rows.id_at(found))
        self._say_what_it_needs(rows.id_at(found), places.index(found) + 1, len(places))

    def _say_what_it_needs(self, row_id: str, place: int, count: int) -> None:
        """The alert under the cursor in words, and how to put it aside."""
        mine = [alert for alert in self.scene.alerts if row_id in (row_of(alert), batch_row_of(alert))]
        if mine:
            rest = f", {len(mine) - 1} more" if len(mine) > 1 else ""
            aside = f"{self.dashboard.key_label('mute')} puts it aside"
            self.dashboard.say(f"{place} of {count}, {aside}: {alert_words(mine[0], self.scene.zone)}{rest}", "alert")

    def keep_cursor_above(self, row: int) -> None:
        keep_above(self.table, row)

    def do_other_pane(self) -> None:
        """Between the list and what stands beside it."""
        if self.preview.display:
            (self.table if self.preview.has_focus else self.preview).focus()

    def on_mount(self) -> None:
        self.table.focus()
