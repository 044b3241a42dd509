"""Makes the workspace folder. The one place that does: what only looks, or finds its folder gone, must not."""

from pathlib import Path

from batchtui.workspace import atomic
from batchtui.workspace.trouble import reported

_IGNORE_ALL = b"*\n"


def create(root: Path) -> None:
    """The folder with its `.gitignore`, private and durable; harmless when it is there."""
    with reported("make", root):
        atomic.make_folders(root)
        ignore = root / ".gitignore"
        if not ignore.exists():
            atomic.write_file(ignore, _IGNORE_ALL)


def exists(root: Path) -> bool:
    """Whether there is a workspace."""
    return root.is_dir()
