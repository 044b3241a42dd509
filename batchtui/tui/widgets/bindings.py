"""Keys of the widgets themselves, each with the id by which settings remap it. Everything else belongs to screens."""

from typing import Final

from textual.binding import Binding


def _binding(key: str, action: str, words: str) -> Binding:
    return Binding(key, action, words, id=f"move.{action}", show=False)


MOVES: Final = (
    _binding("j,down", "cursor_down", "down"),
    _binding("k,up", "cursor_up", "up"),
    _binding("g,home", "cursor_first", "first"),
    _binding("G,end", "cursor_last", "last"),
    _binding("pagedown", "page_down", "a page down"),
    _binding("pageup", "page_up", "a page up"),
    _binding("ctrl+d", "half_page_down", "half a page down"),
    _binding("ctrl+u", "half_page_up", "half a page up"),
)

MARKS: Final = (
    Binding("space", "mark", "mark", id="mark.one", show=False),
    Binding("V", "mark_range", "mark a range", id="mark.range", show=False),
    Binding("asterisk", "mark_all", "mark all shown", id="mark.all", show=False),
    Binding("tilde", "mark_none", "mark none", id="mark.none", show=False),
)

OPEN: Final = (Binding("enter,l,right", "open", "open", id="row.open", show=False),)
