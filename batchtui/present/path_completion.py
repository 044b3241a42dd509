"""Completing a path from what is in its folder. Pure: the listing is given."""

import os
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from batchtui.present.cells import Cell, Role, Span, cell
from batchtui.present.clean import clean
from batchtui.present.formats import brief, size
from batchtui.present.glyphs import Glyphs
from batchtui.present.width import cut, pad

REQUEST_SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".jsonl.zst", ".gz", ".zst")


class Entry(Struct, frozen=True, kw_only=True):
    """Something in a folder."""

    name: str
    is_folder: bool = False
    size_bytes: int = 0
    modified_at: float = 0.0

    @property
    def may_hold_requests(self) -> bool:
        """Whether its name is that of a request file."""
        return not self.is_folder and self.name.lower().endswith(REQUEST_SUFFIXES)


def split_path(text: str) -> tuple[str, str]:
    """The folder that is typed, as it is typed, and the beginning of a name in it."""
    head, slash, tail = text.rpartition("/")
    return head + slash, tail


def candidates(entries: Sequence[Entry], start: str) -> list[Entry]:
    """Those that start so: request files first, then folders, then the rest; hidden ones only when asked for."""
    found = [each for each in entries if each.name.startswith(start) and (start or not each.name.startswith("."))]
    return sorted(found, key=lambda each: (not each.may_hold_requests, not each.is_folder, each.name.lower()))


def complete(text: str, entries: Sequence[Entry]) -> str:
    """The text with what all candidates have in common; a folder that is the only one gets its slash."""
    folder, start = split_path(text)
    found = [each for each in candidates(entries, start) if each.is_folder or each.may_hold_requests]
    found = found or candidates(entries, start)
    if not found:
        return text
    common = os.path.commonprefix([each.name for each in found])  # noqa: RUF071  # names: letter by letter is meant
    slash = "/" if len(found) == 1 and found[0].is_folder else ""
    return folder + common + slash if len(common) >= len(start) else text


NO_NAME: Final = "no name here begins like that"


def candidate_lines(
    entries: Sequence[Entry], start: str, now: float, width: int, glyphs: Glyphs, *, none: str = NO_NAME
) -> list[Cell]:
    """What the typed beginning could become, with sizes and ages; `none` is said where nothing begins so."""
    found = candidates(entries, start)
    if not found:
        if not entries:
            return [cell("this folder is empty", "dim")]
        return [cell(none if start else "nothing but hidden files here", "dim")]
    name_width = min(max(len(each.name) + 1 for each in found[:200]) + 3, max(20, width - 24))
    return [_line(each, now, name_width, glyphs) for each in found]


def _line(entry: Entry, now: float, name_width: int, glyphs: Glyphs) -> Cell:
    name = cut(clean(entry.name), name_width - 2, "middle", mark=glyphs.cut, tail=10)
    if entry.is_folder:
        return (Span(name, "head"), Span("/", "dim"))
    role: Role = "text" if entry.may_hold_requests else "dim"
    facts = (
        f"{size(entry.size_bytes):>9}   {brief(now - entry.modified_at):>6} ago" if entry.size_bytes else "    empty"
    )
    return (Span(pad(name, name_width), role), Span(facts, "dim"))
