"""A page around a list whose order and columns can be chosen; both are kept while the dashboard runs."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace

from batchtui.present.cells import Cell, Column, cell
from batchtui.present.ordering import Arrangement, KeptOrder, Order, Sorting, order_words
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.screens.sort_menu import SortMenu
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.typing_line import Typing


class ArrangedScreen(AskingScreen):
    """A subclass names its columns and its orders, and says how to show them."""

    COLUMNS: ClassVar[tuple[Column, ...]]

    @property
    def table(self) -> VirtualTable:
        """The list."""
        raise NotImplementedError

    def sortings(self) -> Sequence[Sorting]:
        """The orders there are, the list's own first."""
        raise NotImplementedError

    def show_arranged(self) -> None:
        """Show the list in the order and with the columns that hold now."""
        self.repaint()

    @property
    def arrangement(self) -> Arrangement:
        """What holds for this kind of page."""
        return self.dashboard.arrangements.get(type(self).__name__, Arrangement())

    @property
    def order(self) -> Order:
        return self.arrangement.order

    @property
    def chosen_columns(self) -> tuple[Column, ...]:
        """The columns to show; those that do not fit still go."""
        known = {column.key: column for column in self.COLUMNS}
        return tuple(known[key] for key in self.arrangement.columns) or self.COLUMNS

    def order_note(self) -> Cell:
        """The order, for the list's border."""
        kept = self.kept_order
        words = order_words(self.sortings(), self.order)
        since = f" at {self.scene.minute(kept.since)}" if kept is not None and kept.since is not None else ""
        return cell(f"{words}{since}", "dim")

    @property
    def kept_order(self) -> KeptOrder | None:
        """What keeps rows in place whose values change; None where they do not."""
        return None

    def do_sort(self) -> None:
        """Ask for an order by its letter."""
        is_old = self.kept_order is not None and self.kept_order.since is not None
        self.dashboard.push_screen(SortMenu(self.sortings(), self.order, is_old=is_old), self._take_order)

    def do_columns(self) -> None:
        """Name the columns to show, in their order."""
        chosen = [column.key for column in self.chosen_columns]
        others = " ".join(column.key for column in self.COLUMNS if column.key not in chosen)
        more = f"there is also {others}   " if others else ""
        before, after = prompt("columns", f"{more}enter shows them   esc: as they are")
        names = " ".join(chosen)
        self.ask(Typing(prompt=before, after=after, initial=names), self._take_columns)

    def _take_order(self, order: Order | None) -> None:
        """The cursor stays on its row; where it was on the first it is on the first again, to see what that is now."""
        if order is None:
            return
        was_first = self.table.view.cursor == 0
        if self.kept_order is not None:
            self.kept_order.forget()
        self._arrange(replace(self.arrangement, order=order))
        if was_first:
            self.table.show_view(self.table.view.moved_to(0))

    def _take_columns(self, text: str) -> None:
        """Those named; where none is, the page's own again."""
        known, named = [column.key for column in self.COLUMNS], text.split()
        unknown = [name for name in named if name not in known]
        if unknown:
            self.dashboard.say(f"no column {' '.join(unknown)}: there are {' '.join(known)}", "warn")
            return
        self._arrange(replace(self.arrangement, columns=tuple(dict.fromkeys(named))))

    def _arrange(self, arrangement: Arrangement) -> None:
        self.dashboard.arrangements[type(self).__name__] = arrangement
        self.show_arranged()
