"""When nothing is left to do: asked of the event loop itself, where Textual watches the processor for a while."""

import asyncio
from typing import Any, Final, cast

NEAR_SECONDS: Final = 0.036
"""A timer that is due so soon is waited for: Textual repaints by one, sixty times a second if it is not late."""
MOST_TIMERS: Final = 3
"""No more of them than this: some begin again each time."""
TURNS: Final = 3


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 5.0) -> None:
    """Fulfils what `textual._wait.wait_for_idle` is for, in a fraction of its time and on a machine of any speed.

    Idle is a loop with nothing to call, no thread at work for it, and no timer about to go off.
    """
    loop: Any = asyncio.get_running_loop()
    begun = loop.time()
    await asyncio.sleep(min_sleep)
    quiet = timers = 0
    while quiet < TURNS and loop.time() - begun < max_sleep:
        await asyncio.sleep(0)
        near = _next_timer(loop) if timers < MOST_TIMERS else None
        if loop._ready:
            quiet = 0
        elif _threads_at_work(loop):
            quiet = 0
            await asyncio.sleep(0.001)
        elif near is not None:
            quiet, timers = 0, timers + 1
            await asyncio.sleep(near)
        else:
            quiet += 1


def _next_timer(loop: Any) -> float | None:
    """In how many seconds the next timer goes off, if that is soon."""
    due = [timer.when() for timer in loop._scheduled if not timer.cancelled()]
    wait = min(due, default=loop.time() + 1) - loop.time()
    return max(0.0, wait) if wait <= NEAR_SECONDS else None


def _threads_at_work(loop: Any) -> bool:
    """Whether `asyncio.to_thread` has something under way."""
    pool = cast("Any", loop._default_executor)
    return pool is not None and len(pool._threads) > pool._idle_semaphore._value
