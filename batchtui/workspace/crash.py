"""A defect of ours as a file to report: which error came where, never what was being handled.

Messages of errors and values of variables are left out: either may hold a prompt or a key.
"""

import platform
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from batchtui import __version__
from batchtui.domain.failures import Failure
from batchtui.workspace import atomic

_PACKAGE: Final = Path(__file__).parents[1]


def crashed(root: Path, error: BaseException, now: datetime) -> Failure:
    """The failure to end with, once a report is in the workspace; a folder that is not there is not made for it."""
    file = leave_report(root, error, now)
    where = f"; {file} says where and holds no prompts: please report it" if file is not None else ""
    return Failure(
        f"a defect in batchtui: {type(_first_of_group(error)).__name__} at {place(error)}",
        next=f"nothing that was sent is lost, it is in the journal{where}",
    )


def leave_report(root: Path, error: BaseException, now: datetime) -> Path | None:
    """Write the report; None where there is no folder for it or the disk does not take it."""
    file = root / f"crash-{now:%Y%m%dT%H%M%S}.txt"
    if root.is_dir():
        with suppress(OSError):
            atomic.write_file(file, "".join(f"{line}\n" for line in report(error, now)).encode())
            return file
    return None


def report(error: BaseException, now: datetime) -> Iterator[str]:
    """The lines of a report, the first cause first."""
    yield f"batchtui {__version__}, Python {platform.python_version()} on {platform.system()}, {now:%Y-%m-%d %H:%M:%SZ}"
    for cause in reversed(_causes(error)):
        yield ""
        yield type(cause).__name__
        for frame, line in traceback.walk_tb(cause.__traceback__):
            yield f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_name}"


def place(error: BaseException) -> str:
    """The innermost line of our own code."""
    found = "?"
    for frame, line in traceback.walk_tb(_first_of_group(error).__traceback__):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            found = f"{file.relative_to(_PACKAGE)}:{line}"
    return found


def _causes(error: BaseException) -> list[BaseException]:
    """The error, what it came from, what that came from …"""
    causes: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in causes:
        causes.append(at)
        at = at.exceptions[0] if isinstance(at, BaseExceptionGroup) else at.__cause__ or at.__context__
    return causes


def _first_of_group(error: BaseException) -> BaseException:
    """What a group of tasks failed with; the others were canceled because of it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
