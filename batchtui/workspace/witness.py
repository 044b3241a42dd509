"""The newest submission of a workspace, noted among the user's own files: a backup of the workspace leaves it alone."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from batchtui.workspace import atomic

LONGEST = 200


class FileWitness:
    """One small file a workspace. Fulfils ports.Witness; losing it loses no work."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        name = sha256(str(root.absolute()).encode(errors="surrogateescape")).hexdigest()[:16]
        self._folder = folder
        self._name = f"{name}.sent"

    def newest(self) -> str | None:
        try:
            return (self._where() / self._name).read_text(errors="replace").strip()[:LONGEST] or None
        except OSError:
            return None

    def note(self, text: str) -> None:
        with suppress(OSError):
            atomic.make_folders(self._where())
            atomic.write_file(self._where() / self._name, f"{text}\n".encode(), is_durable=False)

    def _where(self) -> Path:
        import platformdirs  # only where something is sent or looked for

        return self._folder or platformdirs.user_state_path("batchtui") / "workspaces"
