"""Keeping the row under the cursor in sight when a sheet covers the lower part of a page."""

from msgspec.structs import replace

from batchtui.tui.widgets.table import VirtualTable


def keep_above(table: VirtualTable, row: int) -> None:
    """Scroll a table so that its cursor stands above a row of the screen; nothing moves if it does already."""
    first = table.region.y + 2  # border and heads
    room = max(1, row - first)
    view = table.view
    if view.cursor - view.top >= room:
        table.show_view(replace(view, top=view.cursor - room + 1))
