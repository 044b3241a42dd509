"""On which line of a TOML text each key stands: `tomllib` does not tell once it has read it."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

KeyPath = tuple[str, ...]
"""`[submit] chunk_requests` is ("submit", "chunk_requests")."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """Where each table and key begins, for a text that is valid TOML."""
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, statement, values in _statements(text):
        paths = [*_paths(values, ())]
        if statement.lstrip().startswith("["):
            table = paths[-1]
            found.setdefault(table, number)
        else:
            for path in paths:
                found.setdefault((*table, *path), number)
    return found


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of a key, or of the nearest table around it."""
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Each header or assignment with its first line: as few lines as are valid TOML by themselves."""
    begin, pending = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        pending = f"{pending}\n{line}" if pending else line
        try:
            values = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        if values:
            yield begin, pending, values
        begin, pending = number + 1, ""


def _paths(values: dict[str, Any], prefix: KeyPath) -> Iterator[KeyPath]:
    for key, value in values.items():
        yield (*prefix, key)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = value[0]
        if isinstance(value, dict):
            yield from _paths(value, (*prefix, key))
