"""Where what is copied goes: to the terminal's clipboard, or to a file in the workspace."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from batchtui.domain.failures import Failure
from batchtui.tui.terminal.osc import copy_sequence
from batchtui.workspace import atomic
from batchtui.workspace.trouble import reported

NAME: Final = "copied.txt"
_WITHOUT_CLIPBOARD: Final = frozenset({"linux", "vt100", "vt102", "vt220"})
"""TERM where OSC 52 means nothing."""


class Clipboard:
    """Nobody can tell whether a terminal took what it was sent; a file is there or not."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self._path = root / NAME
        self._environ = environ
        self.is_file = environ.get("TERM", "") in _WITHOUT_CLIPBOARD

    def sequence(self, text: str) -> str | None:
        """What makes the terminal take the text; None where it goes to the file, as what is too long does."""
        return None if self.is_file else copy_sequence(text, self._environ)

    def write(self, text: str) -> str:
        """Replace the file; says where it is, or why not."""
        if not self._path.parent.is_dir():
            return f"not copied: {self._path.parent} is not there yet to hold {NAME}"
        try:
            with reported("write", self._path):
                atomic.write_file(self._path, text.encode("utf-8", "replace") + b"\n", is_durable=False)
        except Failure as failure:
            return f"not copied: {failure.what}"
        return f"written to {self._path}"
