"""Waiting for look-ups that begin further look-ups, on a machine of any speed."""

import asyncio
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from batchtui.tui.screens.guard import Guarded
from tests.tui.still import Cockpit

TRIES = 200


async def read(on: Cockpit) -> None:
    """Settle until no page says that it is still reading, choosing or checking."""
    while not hasattr(on.app.bridge, "_show"):  # the app starts its bridge after the first paint
        await on.pilot.pause(0.01)
    for _ in range(TRIES):
        await on.settle()
        if not is_busy(on.text()) and is_armed(on.app.screen):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"still busy:\n{on.text()}")


def is_armed(screen: Screen[Any]) -> bool:
    """Whether keys count: what is typed before a question was drawn is discarded."""
    return not isinstance(screen, Guarded) or screen.drawn_at is not None


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
