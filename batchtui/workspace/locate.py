"""Which folder is the workspace: named, found from here upwards, or one per user. Looks, makes nothing."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from batchtui.domain.failures import UsageFailure
from batchtui.workspace import layout

VARIABLE = "BATCHTUI_WORKSPACE"


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace folder, which may not be there yet, and what named it."""

    root: Path
    origin: str


def locate(named: str | None, *, environ: Mapping[str, str], here: Path) -> Location:
    """The workspace to use: `--workspace`, the environment, the nearest `.batchtui`, else one per user."""
    if named == "":
        raise UsageFailure("--workspace names no folder: it is empty", next="name the folder, or leave it away")
    if named is not None:
        return Location(root=_named(named, here), origin="--workspace")
    if environ.get(VARIABLE):
        return Location(root=_named(environ[VARIABLE], here), origin=VARIABLE)
    found = _nearest(here)
    if found is not None:
        return Location(root=found, origin="the nearest .batchtui")
    return Location(root=_per_user(), origin="one per user")


def _named(text: str, here: Path) -> Path:
    """The folder itself, or the workspace of the project it is.

    Raises:
        UsageFailure: something else has that name.
    """
    path = Path(os.path.normpath(here / Path(text).expanduser()))
    if path.exists() and not path.is_dir():
        raise UsageFailure(f"{path} is a file, a workspace is a folder", next="name the folder, as `--workspace DIR`")
    inner = path / layout.FOLDER_NAME
    return inner if inner.is_dir() and not layout.journal(path).exists() else path


def _nearest(here: Path) -> Path | None:
    for folder in (here, *here.parents):
        candidate = folder / layout.FOLDER_NAME
        if candidate.is_dir():
            return _trusted(candidate)
    return None


def _trusted(found: Path) -> Path:
    """A folder of somebody else could send the key to another host, or run a command at the next alert."""
    if found.stat().st_uid == os.geteuid():
        return found
    raise UsageFailure(f"{found} belongs to another user", next=f"if you trust it, name it: --workspace {found}")


def _per_user() -> Path:
    import platformdirs  # only here: most workspaces are named or found

    return platformdirs.user_data_path("batchtui") / "workspace"
