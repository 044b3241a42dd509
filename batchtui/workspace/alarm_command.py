"""`alerts.command`: the operator's own command, run for each alert with the alert in its environment."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from batchtui.domain.alert import Alert

TIMEOUT_SECONDS: Final = 30.0


class AlarmCommand:
    """The user's own command, run at every alert. Fulfils `ports.Alarm`."""

    def __init__(self, command: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._command = command
        self._timeout_seconds = timeout_seconds

    async def ring(self, alert: Alert, at: datetime) -> str:
        """Run the command to its end; why that did not go well, or nothing."""
        try:
            # Nothing of the alert is in the command's text: words from outside cannot become part of a command.
            process = await asyncio.create_subprocess_shell(
                self._command,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
                start_new_session=True,
                close_fds=True,
                env=environment(alert, at),
            )
        except OSError as error:
            return f"alerts.command could not be run: {error.strerror}"
        try:
            async with asyncio.timeout(self._timeout_seconds):
                code = await process.wait()
        except TimeoutError:
            return f"alerts.command was ended: it ran for over {self._timeout_seconds:g} s"
        finally:
            await asyncio.shield(_end(process))
        return f"alerts.command ended with {code}" if code else ""


def environment(alert: Alert, at: datetime) -> dict[str, str]:
    """The alert as variables, and this process's own without the service's keys."""
    said = {
        "KIND": str(alert.kind),
        "TEXT": alert.told.replace("\0", ""),
        "RUN": alert.run or "",
        "BATCH_ID": alert.batch_id or "",
        "SUBMISSION": alert.submission or "",
        "AT": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")}
    return kept | {f"BATCHTUI_ALERT_{name}": value for name, value in said.items()}


async def _end(process: Process) -> None:
    """Kill what still runs, with all it started."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
