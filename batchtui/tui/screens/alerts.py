"""Everything that needs somebody, in one list: go there, put it aside, hold a run."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions import Place
from batchtui.domain.alert import Alert
from batchtui.domain.alerts import is_seen
from batchtui.domain.words import several
from batchtui.engine import verbs_alerts, verbs_runs
from batchtui.engine.verbs_runs import HELD_BY_HAND
from batchtui.present.alerts_list import (
    COLUMNS,
    SORTINGS,
    STATE,
    about,
    aside_count,
    empty,
    row_of_alert,
    shown,
    what_helps,
)
from batchtui.present.cells import Column, Span, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.ordering import Sorting, in_order
from batchtui.present.reasons import why_off
from batchtui.present.scene import Scene
from batchtui.present.signs import alert_count
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.screens.aside import put_aside
from batchtui.tui.screens.asking import AskLine, prompt
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.typing_line import Typing


class AlertsScreen(ArrangedScreen):
    """Rows are alerts by key."""

    PLACE = Place.ALERTS
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ALERTS)
    DEFAULT_CSS: ClassVar[str] = "AlertsScreen #alerts { height: 1fr; }"
    WORDS: ClassVar[dict[str, str]] = {"open": "go there", "mute": "put aside"}
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    table = query_one("#alerts", VirtualTable)

    def __init__(self) -> None:
        super().__init__()
        self._alerts: dict[str, Alert] = {}
        self._query = ""
        self._has_aside = False

    def compose_page(self) -> Iterator[Widget]:
        yield VirtualTable(self.chosen_columns, id="alerts")
        yield AskLine()

    def on_mount(self) -> None:
        self.table.focus()

    # Painting

    @property
    def chosen_columns(self) -> tuple[Column, ...]:
        """As chosen; where nothing was, the state only has a column once something was put aside."""
        columns = super().chosen_columns
        if self._has_aside or self.arrangement.columns:
            return columns
        return tuple(column for column in columns if column.key != STATE)

    def paint(self, scene: Scene) -> None:
        has_aside = aside_count(scene, scene.standing_alerts) > 0
        if has_aside is not self._has_aside:
            self._has_aside = has_aside
            self.table.show_columns(self.chosen_columns)
        found = shown(scene, self._query)
        self._alerts = {alert.key: alert for alert in found}
        self.table.set_title("alerts", f"{len(found):,}")
        narrowed_by = (Span(f"/{clean(self._query.strip())}", "head"), Span("  ")) if self._query.strip() else ()
        self.table.note = (*narrowed_by, *self.order_note())
        self.table.empty = empty(clean(self._query))
        order = in_order(self._alerts, SORTINGS, self.order, self._alerts.__getitem__)
        rows = ListRows([row_of_alert(scene, self._alerts[key]) for key in order])
        self.table.show_rows(rows, asked_for=(self._query, self.order))

    def place_line(self, scene: Scene) -> FactLine:
        aside = aside_count(scene, scene.standing_alerts)
        rows = alert_count(scene.alerts)
        needing = several(len(scene.standing_alerts) - aside, "thing needs you", "things need you")
        words = f"{needing} on {several(rows, 'row')}, {aside:,} put aside"
        return FactLine(left=((Span("alerts", "head", True), Span(f"  {words}", "dim")),))

    def selection_line(self, scene: Scene) -> FactLine:
        alert = self._current
        if alert is None:
            return FactLine()
        if about(alert) is None:
            return FactLine(left=(cell("it is about no row: i says more of the account and the session", "dim"),))
        go = f"{self.dashboard.key_label('open')} goes to it, then "
        return FactLine(left=((Span(go, "dim"), Span(what_helps(alert.kind, self.dashboard.key_label))),))

    # What is chosen

    @property
    def _current(self) -> Alert | None:
        return self._alerts.get(self.table.cursor_id or "")

    def _chosen(self) -> list[Alert]:
        keys = self.table.marked_ids or ((self.table.cursor_id,) if self.table.cursor_id else ())
        return [self._alerts[key] for key in keys if key in self._alerts]

    def subject_ids(self) -> tuple[str, ...]:
        return tuple(alert.key for alert in self._chosen())

    def command_words(self) -> str:
        keys = self.subject_ids()
        return f"batchtui alerts {' '.join(keys)} --acknowledge" if keys else "batchtui alerts"

    def why_off(self, action_id: str) -> str:
        alert = self._current
        if action_id in ("open", "mute", "hold") and alert is None:
            return "there is no alert"
        if action_id == "open" and alert is not None and about(alert) is None:
            return "it is about no row"
        if action_id == "mute":
            return self.scene.refusal
        if action_id == "hold" and alert is not None:
            selected = about(alert)
            return why_off(self.scene, "hold", (selected,) if selected else ())
        return ""

    def on_row_highlighted(self, message: RowHighlighted) -> None:
        self.paint_frame()

    def on_marks_changed(self, message: MarksChanged) -> None:
        self.paint_frame()

    async def on_row_opened(self, message: RowOpened) -> None:
        await self.action_act("open")

    # Actions

    def do_open(self) -> None:
        """To what it is about."""
        alert = self._current
        selected = about(alert) if alert is not None else None
        if selected is not None:
            self.dashboard.open_selected(selected)

    def do_mute(self) -> None:
        """Aside, or back again when all of them are aside."""
        chosen, scene = self._chosen(), self.scene
        if all(is_seen(scene.state, alert, scene.now) for alert in chosen):
            keys = [alert.key for alert in chosen]
            self.dashboard.do(lambda engine: verbs_alerts.raise_again(engine, keys), said="raised again")
        else:
            put_aside(self.dashboard, [alert for alert in chosen if not is_seen(scene.state, alert, scene.now)])

    def do_hold(self) -> None:
        """Send nothing more of the run it is about."""
        alert = self._current
        if alert is not None and alert.run is not None:
            run = alert.run
            words = f"{run} is held: what is unsent stays here; R plans to let it go on"
            self.dashboard.do(lambda engine: verbs_runs.hold(engine, run, HELD_BY_HAND), said=words)

    def sortings(self) -> tuple[Sorting, ...]:
        return SORTINGS

    def show_arranged(self) -> None:
        self.table.show_columns(self.chosen_columns)
        self.repaint()

    def do_filter(self) -> None:
        before, after = prompt("/", "enter keeps   esc shows all")
        typing = Typing(prompt=before, after=after, initial=self._query)
        self.ask(typing, lambda _text: None, changed=self._narrow, canceled=lambda: self._narrow(""))

    def _narrow(self, query: str) -> None:
        self._query = query
        self.repaint()

    def do_back(self) -> None:
        """First all of them again, then leave."""
        if self._query:
            self._narrow("")
        else:
            self.dashboard.go_back()

    def do_alerts(self) -> None:
        self.dashboard.go_back()
