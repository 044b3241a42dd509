"""A label beside several lines, texts cut to a number of lines, and rules that part sections."""

from collections.abc import Iterable

from batchtui.present.cells import Cell, Role, Span, blanks, cell
from batchtui.present.clean import clean
from batchtui.present.formats import exact
from batchtui.present.glyphs import Glyphs
from batchtui.present.request.summary import Excerpt
from batchtui.present.width import cut, text_width
from batchtui.present.wrap import wrap


def stacked(label: str, values: Iterable[Cell], label_width: int) -> list[Cell]:
    """A dim label beside the first of several lines."""
    return [
        (*cell("" if number else label, "dim"), *blanks(label_width - (0 if number else text_width(label))), *value)
        for number, value in enumerate(values)
    ]


def capped(text: str, width: int, most: int, glyphs: Glyphs, role: Role = "text") -> list[Cell]:
    """A text over at most so many lines, with a sign where it goes on."""
    lines = wrap(text, width)
    kept = lines[: max(1, most)]
    if len(lines) > len(kept):
        kept[-1] = _going_on(kept[-1], width, glyphs)
    return [cell(line, role) for line in kept]


def _going_on(line: str, width: int, glyphs: Glyphs) -> str:
    """A line with the sign behind its last whole word that leaves room for it."""
    kept = line
    while text_width(kept) + 1 + text_width(glyphs.cut) > width and " " in kept:
        kept = kept.rpartition(" ")[0]
    return cut(f"{kept} {glyphs.cut}", width, mark=glyphs.cut)


def excerpt(found: Excerpt, width: int, most: int, glyphs: Glyphs) -> list[Cell]:
    """The beginning of a long text over at most so many lines, and from three lines on how much more there is."""
    text = " ".join(clean(found.text).split())
    lines = wrap(text, width)
    if len(lines) <= most and len(found.text) == found.length:
        return [cell(line) for line in lines]
    if most < 3:
        return capped(f"{text} {glyphs.cut}", width, most, glyphs)
    kept = lines[: most - 1]
    more = max(1, found.length - sum(len(line) + 1 for line in kept))
    return [*(cell(line) for line in kept), cell(f" {glyphs.cut} {exact(more)} characters more", "dim")]


def section(title: str, note: str, width: int, glyphs: Glyphs) -> Cell:
    """A rule with a title before it and a note behind it."""
    after = f" {note}" if note else ""
    rule = max(0, width - text_width(title) - 1 - text_width(after))
    return (Span(title, "dim"), Span(" "), Span(glyphs.horizontal * rule, "rule"), Span(after, "dim"))
