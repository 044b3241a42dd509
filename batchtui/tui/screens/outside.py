"""Other programs in the terminal: a pager or an editor, while the dashboard waits."""

import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

DEFAULTS = {"PAGER": "less", "EDITOR": "vi"}


def read_outside(dashboard: "Dashboard", text: str, variable: str) -> None:
    """Show a text in $PAGER or $EDITOR: a private copy that is removed afterwards, changes to it are lost."""
    if not text:
        dashboard.say("there is nothing to show yet")
        return
    descriptor, name = tempfile.mkstemp(prefix="batchtui-", suffix=".json")  # made 0600
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        path.chmod(0o400)
        run_outside(dashboard, variable, path)
    finally:
        path.unlink(missing_ok=True)


def run_outside(dashboard: "Dashboard", variable: str, path: Path, *, line: int = 0) -> bool:
    """Run $PAGER or $EDITOR on a file and wait for it; False, with the reason told, when that failed.

    The body is synchronous: anything awaited inside `suspend` deadlocks, and an exception would never resume.
    """
    command = command_for(variable, path, os.environ, line=line)
    trouble = ""
    try:
        with dashboard.suspend():
            trouble = dashboard.guest.run(command)
    except SuspendNotSupported:
        trouble = "this terminal cannot be handed to another program"
    dashboard.forget_painted()
    dashboard.refresh(layout=True)
    if trouble:
        dashboard.say(trouble, "alert")
    return not trouble


def command_for(variable: str, path: Path, environ: Mapping[str, str], *, line: int = 0) -> list[str]:
    """The words of the command; `+LINE` is what vi, less, emacs, nano and most others understand."""
    chosen = environ.get("VISUAL", "") if variable == "EDITOR" else ""
    words = shlex.split(chosen or environ.get(variable) or DEFAULTS[variable])
    return [*words, *([f"+{line}"] if line else []), str(path)]
