"""A program that has the terminal for a while, as an editor does; it can be ended from another thread."""

import subprocess
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

PATIENCE_SECONDS: Final = 0.3


class Guest:
    """At most one at a time; the thread that runs it waits for its end."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def run(self, command: Sequence[str]) -> str:
        """Run a program and wait for it; words about what went wrong, or nothing."""
        if self._is_closed:
            return ""
        name = PurePath(command[0]).name  # a whole path would push what happened off the line
        try:
            with subprocess.Popen(command) as process:
                self._process = process
                code = process.wait()
        except OSError as error:
            return f"{name} cannot be started: {(error.strerror or str(error)).lower()}"
        finally:
            self._process = None
        return f"{name} ended with {code}" if code else ""

    def end(self) -> None:
        """End it, for good: whoever waits for it can then clean up and leave too."""
        self._is_closed = True
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
