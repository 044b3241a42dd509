"""Other programs in the terminal: a pager or an editor, while the dashboard waits."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

DEFAULTS = {"PAGER": "less", "EDITOR": "vi"}
EXAMPLES = {"PAGER": "more", "EDITOR": "nano"}


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
    try:
        command = command_for(variable, path, os.environ, line=line)
    except ValueError as error:
        dashboard.say(f"${variable} is no command: {str(error).lower()}", "alert")
        return False
    trouble = missing_words(variable, command[0], os.environ)
    if trouble:
        dashboard.say(trouble, "alert")
        return False
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


def missing_words(variable: str, program: str, environ: Mapping[str, str]) -> str:
    """What to do where the program is not there; nothing where it is."""
    if shutil.which(program, path=environ.get("PATH")) is not None:
        return ""
    is_set = bool(environ.get(variable) or (variable == "EDITOR" and environ.get("VISUAL")))
    if is_set:
        return f"{PurePath(program).name} cannot be started: there is no such program; ${variable} names it"
    return f"${variable} is not set and {program} is not there: start with {variable}={EXAMPLES[variable]}, for example"


def command_for(variable: str, path: Path, environ: Mapping[str, str], *, line: int = 0) -> list[str]:
    """The words of the command; `+LINE` is what vi, less, emacs, nano and most others understand."""
    chosen = environ.get("VISUAL", "") if variable == "EDITOR" else ""
    words = shlex.split(chosen or environ.get(variable) or DEFAULTS[variable])
    return [*words, *([f"+{line}"] if line else []), str(path)]
