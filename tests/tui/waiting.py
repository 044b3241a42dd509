"""Waiting for look-ups that begin further look-ups, on a machine of any speed."""

import asyncio
from typing import Any

from textual.pilot import Pilot

from tests.tui.still import Cockpit

TRIES = 200


async def read(on: Cockpit) -> None:
    """Settle until no page says that it is still reading, choosing or checking."""
    while not hasattr(on.app.bridge, "_show"):  # the app starts its bridge after the first paint
        await on.pilot.pause(0.01)
    for _ in range(TRIES):
        await on.settle()
        if not is_busy(on.text()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"still busy:\n{on.text()}")


def is_busy(text: str) -> bool:
    """Whether a page waits for what it is going to show."""
    return any(
        words in text for words in ("│  reading", "reading its request", "reading results", "esc stops; nothing")
    )


async def settled(pilot: Pilot[Any]) -> None:
    """The same for the pilot of a snapshot."""
    for _ in range(TRIES):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
        if not is_busy("\n".join("".join(segment.text for segment in strip) for strip in strips)):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("still busy")
