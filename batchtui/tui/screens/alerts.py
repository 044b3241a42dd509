"""Everything that needs somebody, in one list: go there, put it aside, hold a run."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widget import Widget

from batchtui.domain.actions.table import Place
from batchtui.domain.alert import Alert
from batchtui.domain.alerts import is_seen
from batchtui.domain.words import several
from batchtui.engine import verbs_alerts, verbs_runs
from batchtui.engine.verbs_runs import HELD_BY_HAND
from batchtui.present.alert_words import alert_words
from batchtui.present.alerts_list import (
    COLUMNS,
    KIND_WORDS,
    SORTINGS,
    STATE,
    about,
    aside_count,
    beside_lines,
    empty,
    rest_of,
    row_of_alert,
    shown,
    view_of,
    what_helps,
)
from batchtui.present.cells import Column, Span, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.lines import BuiltLines
from batchtui.present.ordering import Sorting, in_order
from batchtui.present.preview.preview import preview_title
from batchtui.present.reasons import why_off
from batchtui.present.scene import Scene
from batchtui.present.signs import alert_count
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.aside import put_aside
from batchtui.tui.screens.asking import AskLine
from batchtui.tui.screens.narrowed import NarrowedScreen
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel


class AlertsScreen(NarrowedScreen):
    """Rows are alerts by key."""

    PLACE = Place.ALERTS
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ALERTS)
    CSS_PATH = "alerts.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide"), (150, "-wider"), (200, "-widest")]  # noqa: RUF012  Textual declares it without ClassVar
    WORDS: ClassVar[dict[str, str]] = {"open": "go there", "mute": "put aside"}
    COLUMNS: ClassVar[tuple[Column, ...]] = COLUMNS

    table = query_one("#alerts", VirtualTable)
    beside = query_one("#about", TextPanel)

    def __init__(self) -> None:
        super().__init__()
        self._alerts: dict[str, Alert] = {}
        self._has_aside = False

    def compose_page(self) -> Iterator[Widget]:
        yield Horizontal(VirtualTable(self.chosen_columns, id="alerts"), TextPanel(id="about"), id="body")
        yield AskLine()

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
        found = shown(scene, self.query_typed)
        self._alerts = {alert.key: alert for alert in found}
        self.table.set_title("alerts", f"{len(found):,}")
        self.table.note = self.narrowed_note()
        self.table.empty = empty(self.query_words)
        order = in_order(self._alerts, SORTINGS, self.order, self._alerts.__getitem__)
        rows = ListRows([row_of_alert(scene, self._alerts[key]) for key in order])
        self.table.show_rows(rows, asked_for=(self.query_typed, self.order))

        self._paint_beside(scene)

    def _paint_beside(self, scene: Scene) -> None:
        """A wide terminal has room for what the alert under the cursor is about."""
        alert = self._current
        self.set_class(alert is None, "-nothing")
        self.table.is_one_of_several = self.beside.is_one_of_several = self.beside.display and alert is not None
        if alert is not None:
            self.beside.set_title(preview_title(view_of(scene, alert)) if about(alert) else KIND_WORDS[alert.kind])
            rows = self.beside.body_height
            self.beside.show_lines(BuiltLines(lambda width: beside_lines(scene, alert, width, rows)))

    def on_row_highlighted(self, message: RowHighlighted) -> None:
        self._paint_beside(self.scene)

    def do_other_pane(self) -> None:
        """Between the list and what stands beside it."""
        if self.beside.display:
            (self.table if self.beside.has_focus else self.beside).focus()

    def place_line(self, scene: Scene) -> FactLine:
        aside = aside_count(scene, scene.standing_alerts)
        rows = alert_count(scene.alerts)
        needing = several(len(scene.standing_alerts) - aside, "thing needs you", "things need you")
        words = f"{needing} on {several(rows, 'row')}" if rows else "nothing needs you"
        words += f", {aside:,} put aside" if aside else ""
        return FactLine(left=((Span("alerts", "head", True), Span(f"  {words}", "dim")),))

    def selection_line(self, scene: Scene) -> FactLine:
        alert = self._current
        if alert is None:
            return FactLine()
        if about(alert) is None:
            then = cell("it is about no row: i says more of the account and the session", "dim")
        else:
            go = f"{self.dashboard.key_label('open')} goes to it, then "
            then = (Span(go, "dim"), Span(what_helps(alert.kind, self.dashboard.key_label)))
        rest = self._cut_off(scene, alert)
        return FactLine(left=(cell(rest), then) if rest else (then,))

    def _cut_off(self, scene: Scene, alert: Alert) -> str:
        """Words of it that are said nowhere else: a wide page tells them beside the list."""
        if self.beside.display:
            return ""
        width = next((place.width for place in self.table.places() if place.column.key == "text"), 0)
        return rest_of(clean(alert_words(alert, scene.zone)), width, scene.glyphs.cut) if width else ""

    # What is chosen

    @property
    def _current(self) -> Alert | None:
        return self._alerts.get(self.table.cursor_id or "")

    def _chosen(self) -> list[Alert]:
        keys = self.table.marked_ids or ((self.table.cursor_id,) if self.table.cursor_id else ())
        return [self._alerts[key] for key in keys if key in self._alerts]

    @property
    def _are_aside(self) -> bool:
        """Whether all that is chosen was put aside."""
        scene, chosen = self.scene, self._chosen()
        return bool(chosen) and all(is_seen(scene.state, alert, scene.now) for alert in chosen)

    def words(self) -> dict[str, str]:
        """Of one width, so that no key moves along with the cursor."""
        return {**self.WORDS, "mute": "take back"} if self._are_aside else self.WORDS

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

    def on_marks_changed(self, message: MarksChanged) -> None:
        self.paint_frame()

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
        if self._are_aside:
            keys = [alert.key for alert in chosen]
            self.dashboard.do(lambda engine: verbs_alerts.raise_again(engine, keys), said="raised again")
        else:
            put_aside(self.dashboard, [alert for alert in chosen if not is_seen(scene.state, alert, scene.now)])

    def do_hold(self) -> None:
        """Send nothing more of the run it is about."""
        alert = self._current
        if alert is not None and alert.run is not None:
            run = alert.run
            words = f"{run} is held; R plans what is unsent"
            self.dashboard.do(lambda engine: verbs_runs.hold(engine, run, HELD_BY_HAND), said=words)

    def sortings(self) -> tuple[Sorting, ...]:
        return SORTINGS

    def do_alerts(self) -> None:
        self.dashboard.go_back()
