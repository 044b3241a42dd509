"""The rows of a plan: a label, a value, and what was there before when a plan had to be made again."""

import shlex
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell, cell_width, plain
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs
from batchtui.present.lines import cut_at_word
from batchtui.present.sheet_lines import hung

PASSING = frozenset({"command", "pace", "done in", "wait"})
"""Rows that repeat others, or change with the clock alone: no reason to ask again."""


class Fact(Struct, frozen=True, kw_only=True):
    """One row of a plan, or a few under one label."""

    label: str
    lines: tuple[Cell, ...]
    is_first: bool = False
    """A blank row parts it from what stands above."""
    was: str | None = None
    """The text it had in the plan before, when that differs."""
    passing: Cell = NOTHING
    """Behind the first line, and no reason to ask again: it changes with the clock."""
    hangs_at: int | None = 0
    """Where a line goes on that does not fit, once the plan has to be scrolled anyway; None: it is cut."""

    @property
    def text(self) -> str:
        """All it says."""
        return "\n".join(plain(line) for line in self.lines)


def fact(label: str, *lines: Cell, is_first: bool = False, passing: Cell = NOTHING, hangs_at: int | None = 0) -> Fact:
    """A row, or a few."""
    return Fact(label=label, lines=lines, is_first=is_first, passing=passing, hangs_at=hangs_at)


def compared(facts: Iterable[Fact], before: Iterable[Fact]) -> list[Fact]:
    """The facts with those marked that say something else than before."""
    said = {entry.label: entry.text for entry in before}
    return [
        structs.replace(entry, was=said.get(entry.label, ""))
        if entry.label not in PASSING and said.get(entry.label) != entry.text
        else entry
        for entry in facts
    ]


def differs(facts: Iterable[Fact]) -> bool:
    """Whether any of them is marked."""
    return any(entry.was is not None for entry in facts)


def lay_plan(
    facts: Sequence[Fact], width: int, label_width: int, glyphs: Glyphs, *, is_whole: bool = False
) -> list[Cell]:
    """All rows, one blank between groups.

    Args:
        is_whole: what does not fit goes on beneath instead of being cut; a plan that fits a page is agreed to at once.
    """
    lines: list[Cell] = []
    for number, entry in enumerate(facts):
        if entry.is_first and number:
            lines.append(NOTHING)
        lines += _lay_fact(entry, width, label_width, glyphs, is_whole=is_whole)
    return lines


def _lay_fact(entry: Fact, width: int, label_width: int, glyphs: Glyphs, *, is_whole: bool) -> list[Cell]:
    is_changed = entry.was is not None
    room = max(1, width - label_width)
    laid: list[Cell] = []
    for number, line in enumerate(entry.lines):
        behind = NOTHING if number else (*entry.passing, *(_was(entry) if is_changed else NOTHING))
        whole = (*line, *behind)
        hangs = is_whole and entry.hangs_at is not None
        laid += hung([whole], room, entry.hangs_at or 0) if hangs else [cut_at_word(whole, room, glyphs.cut)]
    label = _label(entry.label, label_width, is_changed=is_changed)
    return [(*(blanks(label_width) if number else label), *line) for number, line in enumerate(laid)]


def _label(text: str, width: int, *, is_changed: bool) -> Cell:
    spans: Cell = (Span("! ", "warn", True), Span(text, "warn", True)) if is_changed else cell(text, "dim")
    return (*spans, *blanks(width - cell_width(spans)))


def _was(entry: Fact) -> Cell:
    before = (entry.was or "").split("\n")[0].strip()
    return cell(f"   was {before}" if before else "   new", "warn")


def command_lines(words: Sequence[str], width: int) -> tuple[Cell, ...]:
    """A command over as many lines as it needs, later ones indented; broken between words, none after an option."""
    lines: list[str] = []
    for words_together in _with_values(words):
        joined = f"{lines[-1]} {words_together}" if lines else words_together
        if lines and len(joined) > width:
            lines.append(f"  {words_together}")
        elif lines:
            lines[-1] = joined
        else:
            lines.append(joined)
    return tuple(cell(line) for line in lines)


def _with_values(words: Sequence[str]) -> list[str]:
    """Each option with the value behind it."""
    together: list[str] = []
    for word in words:
        quoted = clean(shlex.quote(word))
        is_value = not word.startswith("-") and together and together[-1].startswith("-") and " " not in together[-1]
        if is_value:
            together[-1] += f" {quoted}"
        else:
            together.append(quoted)
    return together
