"""Every workspace this user has worked in, for `info`: one small file each, so that writers never meet."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from batchtui.workspace import atomic


class KnownWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace that was used on this machine."""

    root: str
    used_at: datetime

    @property
    def is_there(self) -> bool:
        return Path(self.root).is_dir()


class Registry:
    """The list in a folder of the user's state; losing it loses no work."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _per_user()

    def remember(self, root: Path, now: datetime) -> None:
        """Put a workspace on the list. A list that cannot be written is no reason to stop working."""
        known = KnownWorkspace(root=str(root.absolute()), used_at=now)
        name = sha256(known.root.encode(errors="surrogateescape")).hexdigest()[:16]
        try:
            atomic.make_folders(self._folder)
            atomic.write_file(self._folder / f"{name}.json", msgspec.json.encode(known), is_durable=False)
        except (OSError, UnicodeEncodeError):
            return

    def known(self) -> tuple[KnownWorkspace, ...]:
        """Newest use first; those whose folder is gone too."""
        found = (_read(path) for path in self._folder.glob("*.json"))
        return tuple(sorted((one for one in found if one), key=lambda one: one.used_at, reverse=True))


def _read(path: Path) -> KnownWorkspace | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=KnownWorkspace)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _per_user() -> Path:
    import platformdirs  # only here: the list is written once a session

    return platformdirs.user_state_path("batchtui") / "workspaces"
