"""Several downloads at once: as one ends the next begins, so that a slow one holds up nobody."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence

COLLECTED_AT_ONCE = 3
"""One is downloaded while others are judged; more would only share the same wire and cores."""

Wanted = Callable[[], Sequence[str]]
Collect = Callable[[str], Coroutine[object, object, bool]]


async def collect_all(wanted: Wanted, collect: Collect) -> None:
    """Collect until nothing is wanted. After a failure what is under way ends, nothing new begins, and it is raised.

    Args:
        wanted: batches to fetch now, the most urgent first; not those under way.
    """
    under_way: set[asyncio.Task[bool]] = set()
    failure: BaseException | None = None
    try:
        while failure is None or under_way:
            room = COLLECTED_AT_ONCE - len(under_way)
            if failure is None and room:
                under_way |= {asyncio.create_task(collect(batch_id)) for batch_id in wanted()[:room]}
            if not under_way:
                return
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            failures = [error for task in done if (error := task.exception()) is not None]  # each is asked for its own
            failure = failure or next(iter(failures), None)
    finally:
        await _end(under_way)
    if failure is not None:
        raise failure


async def _end(tasks: set[asyncio.Task[bool]]) -> None:
    """Cancel what is left and wait until it has removed what it had begun."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
