"""Where the cursor is and what is in view: values and moves, no drawing."""

from msgspec import Struct, structs


class Viewport(Struct, frozen=True, kw_only=True):
    """A cursor among total rows of which page are in view from top on."""

    cursor: int = 0
    top: int = 0
    page: int = 1
    total: int = 0
    goes_by_lines: bool = False
    """At an edge the view follows the cursor line by line; else it jumps half a page, far fewer bytes in all where
    every line of it is written anew."""

    def moved_to(self, index: int) -> "Viewport":
        """The cursor elsewhere, and the view such that it is in it."""
        cursor = max(0, min(index, self.total - 1))
        return structs.replace(self, cursor=cursor, top=self._top_that_shows(cursor))

    def moved_by(self, count: int) -> "Viewport":
        """The cursor some rows further down, or up."""
        return self.moved_to(self.cursor + count)

    def paged_by(self, count: int) -> "Viewport":
        """Cursor and view together, so that the cursor keeps its line on the screen."""
        cursor = max(0, min(self.cursor + count, self.total - 1))
        top = max(0, min(self.top + count, self.last_top))
        return structs.replace(self, cursor=cursor, top=top).moved_to(cursor)

    def scrolled_to(self, top: int) -> "Viewport":
        """The view elsewhere, for texts, which have no cursor."""
        top = max(0, min(top, self.last_top))
        return structs.replace(self, top=top, cursor=top)

    def resized(self, page: int) -> "Viewport":
        """Another number of rows in view, the cursor among them, no room wasted, from the first row if it can be."""
        changed = structs.replace(self, page=max(1, page))
        has_grown_past_cursor = self.page < changed.page and self.cursor < changed.page
        top = 0 if has_grown_past_cursor else min(self.top, changed.last_top)
        top = min(self.cursor, max(top, self.cursor - changed.page + 1))
        return structs.replace(changed, top=max(0, top))

    def refilled(self, total: int, cursor: int) -> "Viewport":
        """Other rows, where the cursor's row is now at a given place: it keeps its line on the screen.

        That may leave room at the end: better than to move what the operator looks at. Where rows went and there is
        room for all others none of them stays hidden above, though: it may be what needs somebody.
        """
        cursor = max(0, min(cursor, total - 1))
        has_room_again = total < self.total and total <= self.page
        top = 0 if has_room_again else max(0, cursor - (self.cursor - self.top))
        return structs.replace(self, total=total, cursor=cursor, top=top)

    @property
    def last_top(self) -> int:
        """The furthest the view goes down."""
        return max(0, self.total - self.page)

    def _top_that_shows(self, cursor: int) -> int:
        jump = 1 if self.goes_by_lines else max(1, self.page // 2)
        if cursor < self.top:
            return max(0, min(cursor, self.top - jump, self.last_top))
        if cursor >= self.top + self.page:
            return max(cursor - self.page + 1, min(self.top + jump, self.last_top))
        return self.top
