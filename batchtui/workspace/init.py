"""Makes a workspace in a project: `.batchtui` with a settings file to edit."""

from pathlib import Path

import msgspec

from batchtui.workspace import atomic, folder, layout
from batchtui.workspace.settings.template import template
from batchtui.workspace.trouble import reported


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What `init` made, or found."""

    root: Path
    settings: Path
    is_new: bool
    """False when the settings file was there already; it is left as it was."""


def init(project: Path) -> Made:
    """Make `project/.batchtui` with a commented settings file; what is there is never overwritten."""
    root = project / layout.FOLDER_NAME
    settings = layout.settings(root)
    if settings.exists():
        return Made(root=root, settings=settings, is_new=False)
    folder.create(root)
    with reported("write", settings):
        atomic.write_file(settings, template().encode())
    return Made(root=root, settings=settings, is_new=True)
