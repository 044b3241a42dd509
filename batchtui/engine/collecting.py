"""One step of the duty to collect: what is wanted now, several downloads at once. Judges no result."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from batchtui.engine.account import meet_account
from batchtui.engine.collector import Collector
from batchtui.engine.core import Core
from batchtui.engine.ports import Service

COLLECTED_AT_ONCE = 3
"""One is downloaded while others are judged; more would only share the same wire and cores."""

Wanted = Callable[[], Sequence[str]]
Collect = Callable[[str], Coroutine[object, object, bool]]


class Collecting:
    """Has results fetched, while this process may."""

    def __init__(self, core: Core, service: Service, collector: Collector) -> None:
        self._core = core
        self._service = service
        self._collector = collector

    async def step(self, *, only_ordered: bool, may_begin: Callable[[], bool]) -> bool:
        """Collect until nothing is wanted; False when nothing was.

        Args:
            only_ordered: leave what nobody asked for to a process that collects everything.
            may_begin: asked before each download.

        Raises:
            OtherAccount, ServiceProblem
        """

        def wanted() -> list[str]:
            if not may_begin() or self._core.live.account_note:
                return []
            batches = self._core.state.batches
            return [each for each in self._collector.wanted() if not only_ordered or batches[each].collect_ordered]

        if not wanted():
            return False
        await meet_account(self._core, self._service)
        await collect_all(wanted, self._collector.collect)
        return True


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
