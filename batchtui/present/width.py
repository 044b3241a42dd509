"""How many cells text takes in a terminal, and cutting or padding it to a number of them."""

import unicodedata
from functools import lru_cache
from typing import Literal

Align = Literal["left", "right"]
Cut = Literal["end", "middle", "front", "never"]

# Wide since Unicode 16, which the unicodedata of older Pythons does not know yet.
_NEWLY_WIDE = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376))
_ZERO_WIDTH_JAMO = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))
_SKIN_TONES = (0x1F3FB, 0x1F3FF)
_WIDE_WHEN_ASSIGNED = ((0x1F300, 0x1FAFF), (0x20000, 0x3FFFD))


def _is_within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


@lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """Cells one character takes: 0 for what combines with the one before, 2 for wide ones."""
    code = ord(char)
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Mc") or _is_within(code, (*_ZERO_WIDTH_JAMO, _SKIN_TONES)):
        return 0
    if category == "Cn":  # unicodedata calls all unassigned code points wide
        return 2 if _is_within(code, _WIDE_WHEN_ASSIGNED) else 1
    return 2 if unicodedata.east_asian_width(char) in "WF" or _is_within(code, _NEWLY_WIDE) else 1


def text_width(text: str) -> int:
    """Cells a cleaned text takes."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def head_of(text: str, width: int) -> str:
    """The longest beginning of text that fits in width cells."""
    if text.isascii():
        return text[:width]
    used = 0
    for index, char in enumerate(text):
        used += char_width(char)
        if used > width:
            return text[:index]
    return text


def tail_of(text: str, width: int) -> str:
    """The longest end of text that fits in width cells, never starting with a combining mark."""
    if text.isascii():
        return text[max(0, len(text) - width) :]
    used, start = 0, len(text)
    for index in range(len(text) - 1, -1, -1):
        cells = char_width(text[index])
        used += cells
        if used > width:
            break
        if cells:
            start = index
    return text[start:]


def cut(text: str, width: int, where: Cut = "end", *, mark: str = "…", tail: int = 2) -> str:
    """Shorten text to width cells, with mark where something is missing; tail is what "middle" keeps at the end."""
    if text_width(text) <= width:
        return text
    room = width - text_width(mark)
    if room < 1 or where == "never":
        return head_of(mark, width)
    match where:
        case "front":
            return mark + tail_of(text, room)
        case "middle":
            end = tail_of(text, min(tail, room - 1))
            return head_of(text, room - text_width(end)) + mark + end
        case "end":
            return head_of(text, room) + mark


def pad(text: str, width: int, align: Align = "left") -> str:
    """Fill text with blanks up to width cells."""
    blanks = " " * max(0, width - text_width(text))
    return text + blanks if align == "left" else blanks + text
