"""A path as somebody typed it: nothing that can be typed is a defect."""

import os
from contextlib import suppress
from pathlib import Path


def typed_path(text: str) -> Path:
    """The path that is meant; a `~NAME` nobody has is taken as it stands."""
    path = Path(text.strip())
    with suppress(RuntimeError):
        path = path.expanduser()
    return path


def is_taken(path: Path) -> bool:
    """Whether something is there; what is no possible name is not there, and whoever writes to it says why."""
    return os.path.exists(path)
