"""A table of figures: the cursor chooses one, left and right change it."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from batchtui.tui.widgets.table import VirtualTable


@dataclass
class FigureChanged(Message):
    """The figure under the cursor is wanted one step further."""

    up: bool


class FigureTable(VirtualTable):
    """Keys for leaving a page change a figure here; esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,right,plus,equals_sign", "more", "more", id="row.more", show=False),
        Binding("h,left,minus", "less", "less", id="row.less", show=False),
    ]

    def action_more(self) -> None:
        """One step up."""
        self.post_message(FigureChanged(up=True))

    def action_less(self) -> None:
        """One step down."""
        self.post_message(FigureChanged(up=False))
