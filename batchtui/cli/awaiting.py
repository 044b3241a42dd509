"""Says early that a command waits for a process that leads and stands still: it would wait in silence else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from batchtui.cli import diagnostics
from batchtui.engine.engine import Engine

LOOK_SECONDS = 1.0


@asynccontextmanager
async def says_whom_it_waits_for(engine: Engine) -> AsyncIterator[None]:
    """Watch the process that leads, if it is another one, while the body of this runs."""
    if engine.leader() is None:
        yield
        return
    watcher = asyncio.create_task(_watch(engine))
    try:
        yield
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


async def _watch(engine: Engine) -> None:
    """Each time it stands still is told once, with the last that was heard of it."""
    is_told = False
    heard, at = _signs(engine), engine.core.live.link.said_at or engine.core.clock.now()
    while (leader := engine.leader()) is not None:
        if (signs := _signs(engine)) != heard:
            heard, at, is_told = signs, engine.core.clock.now(), False
        if engine.is_leader_stopped() and not is_told:
            is_told = True
            pid = leader.removeprefix("pid ")
            since = f"nothing was heard of it since {at:%H:%M:%SZ}"
            diagnostics.say(f"{leader} leads this workspace and is stopped (ctrl+z or SIGSTOP): {since}")
            diagnostics.say(
                f"this waits for it: `kill -CONT {pid}`, or `fg` in its terminal, lets it go on; "
                "once it has ended this takes its place"
            )
        await asyncio.sleep(LOOK_SECONDS)


def _signs(engine: Engine) -> tuple[object, ...]:
    return engine.core.journal.position, engine.core.live.link.said_at
