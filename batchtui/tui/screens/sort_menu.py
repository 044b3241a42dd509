"""The menu of orders: one letter chooses and closes it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key
from textual.getters import query_one
from textual.screen import ModalScreen

from batchtui.domain.actions.table import BY_ID, Place
from batchtui.present.cells import cell
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.lines import ListLines
from batchtui.present.ordering import Order, Sorting, chosen, letters, menu_lines
from batchtui.tui.keys import bindings_for
from batchtui.tui.widgets.bars import PageFooter
from batchtui.tui.widgets.text import TextPanel

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard


class SortMenu(ModalScreen[Order]):
    """Answers with the order chosen, or with None."""

    DEFAULT_CSS: ClassVar[str] = """
    SortMenu { background: transparent; align: left bottom; }
    SortMenu TextPanel { dock: bottom; width: 1fr; margin-bottom: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.SORT_MENU)

    panel = query_one(TextPanel)
    footer = query_one(PageFooter)

    def __init__(self, sortings: Sequence[Sorting], now: Order, *, is_old: bool = False) -> None:
        super().__init__()
        self._is_old = is_old
        self._sortings = tuple(sortings)
        self._now = now

    def compose(self) -> ComposeResult:
        yield TextPanel(indent=3)
        yield PageFooter()

    def on_mount(self) -> None:
        lines = menu_lines(self._sortings, self._now, is_old=self._is_old)
        self.panel.set_title("sort by")
        self.panel.styles.height = len(lines) + 2
        self.panel.show_lines(ListLines(lines), top=0)
        dashboard = cast("Dashboard", self.app)
        leave = key_cell(dashboard.key_label("keep_order"), BY_ID["keep_order"].title)
        self.footer.show((FactLine(), FactLine(left=(key_cell("letter", "sorts"), leave))))
        dashboard.keep_cursor_above(self.app.size.height - len(lines) - 4)
        self.set_focus(self.panel)

    def on_key(self, event: Key) -> None:
        """A letter of the menu chooses; another one says nothing and does nothing."""
        sorting = letters(self._sortings).get(event.key)
        if sorting is None:
            return
        event.stop()
        event.prevent_default()
        order = chosen(self._sortings, self._now, event.key, is_old=self._is_old)
        if order is None:
            self.panel.note = cell(f"{sorting.name} is off", "warn", bold=True)
        else:
            self.dismiss(order)

    def action_act(self, action_id: str) -> None:
        """Everything stays as it is."""
        self.dismiss()
