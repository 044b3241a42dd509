"""The rows of a plan: a label, a value, and what was there before when a plan had to be made again."""

import shlex
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell, cell_width, cut_cell, plain
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs

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

    @property
    def text(self) -> str:
        """All it says."""
        return "\n".join(plain(line) for line in self.lines)


def fact(label: str, *lines: Cell, is_first: bool = False, passing: Cell = NOTHING) -> Fact:
    """A row, or a few."""
    return Fact(label=label, lines=lines, is_first=is_first, passing=passing)


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


def lay_plan(facts: Sequence[Fact], width: int, label_width: int, glyphs: Glyphs) -> list[Cell]:
    """All rows, one blank between groups."""
    lines: list[Cell] = []
    for number, entry in enumerate(facts):
        if entry.is_first and number:
            lines.append(NOTHING)
        lines += _lay_fact(entry, width, label_width, glyphs)
    return lines


def _lay_fact(entry: Fact, width: int, label_width: int, glyphs: Glyphs) -> list[Cell]:
    is_changed = entry.was is not None
    laid: list[Cell] = []
    for number, line in enumerate(entry.lines):
        label = _label(entry.label, label_width, is_changed=is_changed) if not number else blanks(label_width)
        behind = NOTHING if number else (*entry.passing, *(_was(entry) if is_changed else NOTHING))
        laid.append(cut_cell((*label, *line, *behind), width, mark=glyphs.cut))
    return laid


def _label(text: str, width: int, *, is_changed: bool) -> Cell:
    spans: Cell = (Span("! ", "warn", True), Span(text, "warn", True)) if is_changed else cell(text, "dim")
    return (*spans, *blanks(width - cell_width(spans)))


def _was(entry: Fact) -> Cell:
    before = (entry.was or "").split("\n")[0].strip()
    return cell(f"   was {before}" if before else "   new", "warn")


def command_lines(words: Sequence[str], width: int) -> tuple[Cell, ...]:
    """A command over as many lines as it needs, later ones indented; broken between words alone."""
    lines: list[str] = []
    for word in map(shlex.quote, words):
        joined = f"{lines[-1]} {word}" if lines else clean(word)
        if lines and len(joined) > width:
            lines.append(f"  {clean(word)}")
        elif lines:
            lines[-1] = clean(joined)
        else:
            lines.append(joined)
    return tuple(cell(line) for line in _with_options_whole(lines))


def _with_options_whole(lines: list[str]) -> list[str]:
    """An option at the end of a line goes down to its value."""
    for number in range(len(lines) - 1):
        head, _, last = lines[number].rpartition(" ")
        if last.startswith("-"):
            lines[number], lines[number + 1] = head, f"  {last} {lines[number + 1].strip()}"
    return lines
