"""Indented JSON, one line at a time: its colours, and where in the text a path lies."""

import re

import msgspec

from batchtui.present.cells import Cell, Span

Path = tuple[str | int, ...]

_LINE = re.compile(r'(?P<indent> *)(?P<key>"(?:[^"\\]|\\.)*")?(?P<colon>: )?(?P<value>.*?)(?P<end>,?)\Z', re.DOTALL)
_BRACKETS = frozenset("{}[]")


def colored(line: str, *, has_fault: bool = False) -> Cell:
    """One line with keys, strings, numbers and punctuation told apart; a fault makes key and value stand out."""
    found = _LINE.match(line)
    assert found is not None, "the pattern matches any line"
    key, colon, value = found["key"] or "", found["colon"] or "", found["value"]
    if key and not colon:  # a string in a list looks like a key
        key, value = "", key + value
    parts = (
        Span(found["indent"], "text", False),
        Span(key, "err" if has_fault else "head", has_fault),
        Span(colon, "dim", False),
        _value(value, has_fault=has_fault),
        Span(found["end"], "dim", False),
    )
    return tuple(part for part in parts if part.text)


def _value(text: str, *, has_fault: bool) -> Span:
    if text.startswith(tuple(_BRACKETS)):
        return Span(text, "dim", False)
    if has_fault:
        return Span(text, "err", True)
    return Span(text, "text" if text.startswith('"') else "run", False)


def line_of(text: bytes, path: Path) -> int | None:
    """The offset at which the line of a path begins in JSON indented by two, or None."""
    start, end, at = 0, len(text), None
    for depth, part in enumerate(path, 1):
        found = _entry(text, part, b"  " * depth, start, end)
        if found is None:
            return None
        at, start, end = found
    return at


def _entry(text: bytes, part: str | int, indent: bytes, start: int, end: int) -> tuple[int, int, int] | None:
    """Where an entry's line begins, and the stretch from there to the next entry or the closing bracket."""
    if isinstance(part, str):
        found = re.compile(rb"^" + indent + re.escape(msgspec.json.encode(part)) + rb": ", re.M).search(
            text, start, end
        )
    else:
        entries = re.compile(rb"^" + indent + rb"[^ \]}]", re.M).finditer(text, start, end)
        found = next((entry for number, entry in enumerate(entries) if number == part), None)
    if found is None:
        return None
    following = re.compile(rb"^ {0,%d}[^ ]" % len(indent), re.M).search(text, found.end(), end)
    stop = following.start() if following else end
    return found.start(), found.end(), stop
