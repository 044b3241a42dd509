"""`grouping.json`: which groups of errors were split and merged here, plain and versioned."""

from pathlib import Path

import msgspec

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.grouping import VERSION, Grouping
from batchtui.workspace import atomic, layout


def read(root: Path) -> Grouping:
    """What was written; nothing where there is no file.

    Raises:
        WorkspaceDamaged: it cannot be read, or a newer version wrote it.
    """
    path = layout.grouping(root)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Grouping)
    except FileNotFoundError:
        return Grouping()
    except (OSError, msgspec.DecodeError) as error:
        raise WorkspaceDamaged(
            f"{path} cannot be read: {error}", next="mend it, or remove it to start afresh"
        ) from error
    if found.version != VERSION:
        raise WorkspaceDamaged(f"{path} is of version {found.version}, this program knows {VERSION}")
    return found


def write(root: Path, grouping: Grouping) -> None:
    """Replace it."""
    atomic.write_file(layout.grouping(root), msgspec.json.format(msgspec.json.encode(grouping), indent=1) + b"\n")
