"""A page that is one table: its keys go to the rows, and what is said below follows the cursor."""

from batchtui.tui.screens.arranged import ArrangedScreen
from batchtui.tui.widgets.messages import RowHighlighted, RowOpened


class OneTable(ArrangedScreen):
    """Nothing stands beside the table or has the focus but it."""

    def on_mount(self) -> None:
        self.table.focus()

    def on_row_highlighted(self, message: RowHighlighted) -> None:
        self.paint_frame()

    async def on_row_opened(self, message: RowOpened) -> None:
        await self.action_act("open")

    def show_arranged(self) -> None:
        self.table.show_columns(self.chosen_columns)
        self.repaint()
