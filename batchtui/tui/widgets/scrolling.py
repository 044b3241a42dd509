"""The moves that tables and texts have in common, as actions on a viewport."""

from msgspec import structs
from textual.events import MouseScrollDown, MouseScrollUp, Resize

from batchtui.tui.widgets.frame import Extent
from batchtui.tui.widgets.panel import Panel
from batchtui.tui.widgets.viewport import Viewport


class ScrollingPanel(Panel):
    """A panel over a viewport; subclasses say what a move means by show_view()."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view = Viewport()

    def show_view(self, view: Viewport) -> None:
        """Take another viewport and repaint what differs."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Rows that can be in view."""
        return max(1, self.body_height)

    def extent(self) -> Extent:
        """What the border says is in view."""
        return Extent(self.view.top, self.view.page, self.view.total)

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in view."""
        self.show_view(structs.replace(self.view.resized(self.page), goes_by_lines=self._is_moved_by_terminal()))

    def action_cursor_down(self) -> None:
        """One down."""
        self.show_view(self.view.moved_by(1))

    def action_cursor_up(self) -> None:
        """One up."""
        self.show_view(self.view.moved_by(-1))

    def action_cursor_first(self) -> None:
        """To the first."""
        self.show_view(self.view.moved_to(0))

    def action_cursor_last(self) -> None:
        """To the last."""
        self.show_view(self.view.moved_to(self.view.total - 1))

    def action_page_down(self) -> None:
        """A page down, less a row to keep the thread."""
        self.show_view(self.view.paged_by(max(1, self.page - 1)))

    def action_page_up(self) -> None:
        """A page up, less a row to keep the thread."""
        self.show_view(self.view.paged_by(-max(1, self.page - 1)))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self.show_view(self.view.paged_by(max(1, self.page // 2)))

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self.show_view(self.view.paged_by(-max(1, self.page // 2)))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Where the mouse is on, its wheel moves by three."""
        event.stop()
        self.show_view(self.view.paged_by(3))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Where the mouse is on, its wheel moves by three."""
        event.stop()
        self.show_view(self.view.paged_by(-3))

    def _is_moved_by_terminal(self) -> bool:
        """Whether the terminal can move the lines: it moves whole ones, with all that stands beside this."""
        return self.size.width == self.app.size.width and bool(getattr(self.app, "moves_lines", False))
