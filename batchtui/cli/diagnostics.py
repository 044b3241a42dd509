"""All of stderr, and how every ending becomes an exit code."""

import sys
from collections.abc import Mapping
from typing import Any

from batchtui.cli import output
from batchtui.domain.failures import ExitCode, Failure, SettingsBroken, WorkspaceDamaged
from batchtui.present.clean import clean


def say(text: str) -> None:
    """One line of talk."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(clean(text, multiline=True) + "\n")
        sys.stderr.flush()
    except OSError:  # nobody listens any more; what is done matters, not what is said about it
        return


def is_terminal() -> bool:
    """Whether somebody may be reading stderr as it is written."""
    return sys.stderr is not None and sys.stderr.isatty()


def refuse(failure: Failure, *, as_json: bool) -> ExitCode:
    """Tell a failure, with `--json` as an object too; its exit code."""
    say(f"batchtui: {failure}")
    if as_json:
        output.write_json("error", error_fields(failure))
    return failure.exit_code


def error_fields(failure: Failure) -> Mapping[str, Any]:
    """What goes into an object to say why a command ended otherwise than asked."""
    error: dict[str, Any] = {"what": failure.what, "next": failure.next, "near": list(failure.near)}
    if isinstance(failure, SettingsBroken):
        error |= {"file": failure.file, "line": failure.line}
    if isinstance(failure, WorkspaceDamaged):
        error["line"] = failure.line
    return {"error": error, "exit": int(failure.exit_code)}


def defect(error: BaseException, *, as_json: bool) -> ExitCode:
    """An error of our own: where it happened, never its text, which may hold a header."""
    from batchtui.workspace.crash import place  # only when it is wanted

    failure = Failure(
        f"a defect in batchtui: {type(error).__name__} at {place(error)}",
        next="nothing is lost: what was sent is in the journal; please report this line",
    )
    return refuse(failure, as_json=as_json)
