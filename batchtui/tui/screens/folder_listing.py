"""What is in a folder, for completion; read in a thread, since a folder may be far away."""

import os
from typing import Final

from batchtui.present.path_completion import Entry
from batchtui.tui.typed_path import typed_path

MOST_ENTRIES: Final = 5_000


def list_folder(typed: str) -> tuple[Entry, ...]:
    """The entries of a folder as it was typed; nothing for one that cannot be read."""
    folder = typed_path(typed or ".")
    found: list[Entry] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                found.append(_entry(entry))
                if len(found) >= MOST_ENTRIES:
                    break
    except OSError:
        return ()
    return tuple(found)


def _entry(found: "os.DirEntry[str]") -> Entry:
    try:
        status = found.stat()
        is_folder = found.is_dir()
    except OSError:
        return Entry(name=found.name)
    return Entry(name=found.name, is_folder=is_folder, size_bytes=status.st_size, modified_at=status.st_mtime)
